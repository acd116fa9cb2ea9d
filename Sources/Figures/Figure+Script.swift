extension Figure {
  /// The complete gnuplot script, which draws the figure in each of the formats.
  ///
  /// It reads the data files by name from the working directory and writes `name.pdf` and so on
  /// to it, so that `gnuplot name.gp` in the figure's folder makes the same files again.
  public func script(for drawing: FigureDrawing, formats: Set<FigureFormat>) -> String {
    let ordered = FigureFormat.allCases.filter(formats.contains)
    var text = """
      # \(name): made with gnuplot 5.4 or later by
      #   gnuplot \(name).gp
      # in this folder; the numbers are in the data files beside this script.
      set encoding utf8
      do for [kind in "\(ordered.map(\.rawValue).joined(separator: " "))"] {
      reset

      """
    for format in ordered {
      text += "if (kind eq '\(format.rawValue)') { set terminal \(format.terminal(size)) }\n"
    }
    return text + """
      set output '\(name).'.kind
      \(Typography.preamble)
      \(drawing.commands)
      unset output
      }

      """
  }
}
