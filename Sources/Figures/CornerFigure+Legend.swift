extension CornerFigure {
  /// Inches for one column of swatches, and between the last one and the name.
  private static let cellWidth = 0.42
  private static let nameGap = 0.06

  /// Width of the legend in inches, from the number of letters in the names.
  var legendWidth: Double {
    let letters = samples.map { FigureText.visibleLetters($0.label) }.max() ?? 0
    let rows = Double(fractions.count) * Self.cellWidth + Self.nameGap + 0.065 * Double(letters)
    return max(rows, 0.075 * Double(FigureText.visibleLetters(title ?? "")))
  }

  /// The legend: a column of swatches for each probability, a row for each sample.
  func legendCommands() -> String {
    let rowHeight = layout.y(0.19)
    let cell = layout.x(Self.cellWidth)
    let origin = layout.legendOrigin
    var y = origin.y
    var text = ""
    func label(_ string: String, _ x: Double, _ properties: String) {
      text += "set label \(FigureText.quoted(string)) at screen \(x.rounded6),\(y.rounded6) "
      text += "\(properties)\n"
    }
    if let title {
      label(title, origin.x, "left font ',10'")
      y -= 1.2 * rowHeight
    }
    for (k, fraction) in fractions.enumerated() {
      label(
        "\(FigureText.number(100 * fraction, digits: 4))%", origin.x + (Double(k) + 0.45) * cell,
        "center font ',7'")
    }
    for sample in samples.indices {
      y -= rowHeight
      for k in fractions.indices {
        text += swatch(sample, k, x: origin.x + Double(k) * cell, y: y, width: 0.9 * cell)
      }
      label(
        samples[sample].label, origin.x + Double(fractions.count) * cell + layout.x(Self.nameGap),
        "left")
    }
    return text
  }

  private func swatch(
    _ sample: Int, _ level: Int, x: Double, y: Double, width: Double
  ) -> String {
    let half = layout.y(0.055)
    switch style(sample) {
    case .filled:
      let fill = colour(sample).tint(CornerStroke.strength(level, of: fractions.count))
      return "set object rectangle from screen \(x.rounded6),\((y - half).rounded6) "
        + "to screen \((x + width).rounded6),\((y + half).rounded6) front noclip "
        + "fillcolor rgb \(fill.gnuplot) fillstyle solid 1 border linecolor rgb "
        + "\(colour(sample).gnuplot) linewidth 0.5\n"
    case .outline:
      return "set arrow from screen \(x.rounded6),\(y.rounded6) to screen "
        + "\((x + width).rounded6),\(y.rounded6) nohead front linewidth 1.1 "
        + "dashtype \(CornerStroke.dash(level)) linecolor rgb \(colour(sample).gnuplot)\n"
    }
  }
}
