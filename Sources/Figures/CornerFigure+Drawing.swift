extension CornerFigure {
  /// The panels, row by row from the top; the legend goes with the first one.
  public func drawing() throws -> FigureDrawing {
    try validate()
    let ranges = try ranges()
    let marginals = samples.map { CornerMarginals($0, ranges: ranges, bins: bins) }
    let histograms = CornerHistograms(self, marginals, ranges)
    let contours = CornerRegions(self, marginals)
    var commands = """
      set multiplot
      unset key

      """
    for row in parameters.indices {
      for column in 0...row {
        commands += "\n# row \(row + 1), column \(column + 1)\n"
        commands += layout.margins(row: row, column: column) + "\n"
        commands += axisCommands(row: row, column: column, ranges)
        if row == 0 { commands += legendCommands() }
        commands +=
          row == column
          ? histograms.panelCommands(row) : contours.panelCommands(row: row, column: column)
        commands += "unset label; unset arrow; unset object\n"
      }
    }
    commands += "unset multiplot"
    return FigureDrawing(commands: commands, data: [histograms.file, contours.file])
  }

  /// Tics point inwards: the gaps between panels are shorter than they are.
  private static let tics = "in mirror scale 0.5 font ',7'"

  /// Ranges, tics at the outer panels and the parameters' labels there.
  private func axisCommands(
    row: Int, column: Int, _ ranges: [ClosedRange<Double>]
  ) -> String {
    let count = layout.panelSize < 1.4 ? 3 : 5
    let xTics = AxisTics(ranges[column], count: count, clearance: 0.07)
    let yTics = AxisTics(ranges[row], count: count, clearance: 0.07)
    let isBottom = row == parameters.count - 1
    var text = "set xrange [\(ranges[column].lowerBound):\(ranges[column].upperBound)]\n"
    text += "set xtics \(isBottom ? xTics.gnuplot : xTics.unlabelled) \(Self.tics) offset 0,0.35\n"
    if row != column {
      text += "set yrange [\(ranges[row].lowerBound):\(ranges[row].upperBound)]\n"
      text +=
        "set ytics \(column == 0 ? yTics.gnuplot : yTics.unlabelled) \(Self.tics) offset 0.5,0\n"
    } else {
      text += "unset ytics\n"
    }
    if isBottom {
      let x = (layout.left(column) + layout.right(column)) / 2
      text += "set label \(FigureText.quoted(parameters[column].label + xTics.unit)) at screen "
      text += "\(x.rounded6),\(layout.y(0.12).rounded6) center\n"
    }
    if column == 0, row > 0 {
      let y = (layout.top(row) + layout.bottom(row)) / 2
      text += "set label \(FigureText.quoted(parameters[row].label + yTics.unit)) at screen "
      text += "\(layout.x(0.11).rounded6),\(y.rounded6) center rotate by 90\n"
    }
    return text
  }
}
