/// A test statistic as a function of the parameter of interest.
public struct TestStatisticCurve: Codable, Hashable, Sendable {
  /// How a curve is drawn.
  public enum Style: String, Codable, Sendable {
    /// A line through all values.
    case line
    /// A symbol at each value.
    case points
    /// Symbols joined by a thin line.
    case linesPoints
  }

  /// Name in the legend, enhanced text.
  public var label: String
  /// Values of the parameter, ascending.
  public var parameter: [Double]
  /// The statistic t at each value; dimensionless.
  public var statistic: [Double]
  /// Line or points; nil: a line for the first curve of a figure, points for the others.
  public var style: Style?

  /// A curve.
  public init(label: String, parameter: [Double], statistic: [Double], style: Style? = nil) {
    self.label = label
    self.parameter = parameter
    self.statistic = statistic
    self.style = style
  }
}

/// A horizontal line in a test-statistic figure, where Wilks' theorem puts a confidence level.
public struct ConfidenceLine: Codable, Hashable, Sendable {
  /// Value of the statistic.
  public var statistic: Double
  /// Text at the line, enhanced.
  public var label: String

  /// A line.
  public init(statistic: Double, label: String) {
    self.statistic = statistic
    self.label = label
  }

  /// t = 1 and t = 4: 68.27 % and 95.45 % for one parameter of interest.
  public static let wilks = [
    ConfidenceLine(statistic: 1, label: "68.27%"), ConfidenceLine(statistic: 4, label: "95.45%"),
  ]
}

/// The profile likelihood ratio t_μ against μ for several likelihoods, the first of which is the
/// reference, and below it the absolute difference of the others to it on a logarithmic axis
/// (arXiv:1911.03305, figures 8 and 12).
public struct TestStatisticFigure: Figure {
  /// Base name of the files.
  public var name: String
  /// The curves; the first one is the reference.
  public var curves: [TestStatisticCurve]
  /// Horizontal lines.
  public var confidenceLines: [ConfidenceLine]
  /// Label of the horizontal axis, enhanced text.
  public var parameterLabel: String
  /// Label of the vertical axis, enhanced text.
  public var statisticLabel: String
  /// Size on paper.
  public var size: FigureSize

  /// A figure of test statistics.
  public init(
    name: String, curves: [TestStatisticCurve],
    confidenceLines: [ConfidenceLine] = ConfidenceLine.wilks,
    parameterLabel: String = "{/:Italic μ}",
    statisticLabel: String = "{/:Italic t}_{/:Italic μ}",
    size: FigureSize = FigureSize(width: 4.2, height: 4.2)
  ) {
    self.name = name
    self.curves = curves
    self.confidenceLines = confidenceLines
    self.parameterLabel = parameterLabel
    self.statisticLabel = statisticLabel
    self.size = size
  }

  /// |t - t_reference| of a curve at the values of the parameter that it shares with the first
  /// curve; values in between are not compared, since interpolation would blur small differences.
  public func differences(_ curve: Int) -> [(parameter: Double, difference: Double)] {
    guard let reference = curves.first else { return [] }
    let scale = (reference.parameter.map(abs).max() ?? 1) * 1e-9
    return zip(curves[curve].parameter, curves[curve].statistic).compactMap { x, t in
      guard let k = reference.parameter.firstIndex(where: { abs($0 - x) <= scale }) else {
        return nil
      }
      return (x, abs(t - reference.statistic[k]))
    }
  }

  private func validate() throws {
    func require(_ condition: Bool, _ field: String, _ expected: String) throws {
      guard condition else {
        throw FigureError.invalidInput(figure: name, field: field, expected: expected)
      }
    }
    try require(!curves.isEmpty, "curves", "at least one")
    for (k, curve) in curves.enumerated() {
      let field = "curves[\(k)]"
      let count = curve.parameter.count
      try require(count > 1, "\(field).parameter", "at least two values")
      try require(
        curve.statistic.count == count, "\(field).statistic",
        "\(count) values, not \(curve.statistic.count)")
      try require(
        zip(curve.parameter, curve.parameter.dropFirst()).allSatisfy(<), "\(field).parameter",
        "ascending values")
      try require(
        k == 0 || !differences(k).isEmpty, "\(field).parameter",
        "values in common with the first curve")
    }
  }

  /// Two panels over one horizontal axis; one panel where there is nothing to compare.
  public func drawing() throws -> FigureDrawing {
    try validate()
    let hasDifferences = curves.count > 1
    var commands = hasDifferences ? "set multiplot\n" : ""
    commands += upperPanel(hasDifferences)
    if hasDifferences { commands += lowerPanel() + "unset multiplot" }
    return FigureDrawing(commands: commands, data: [dataFile])
  }

  private var dataName: String { "\(name).dat" }

  private var dataFile: FigureDataFile {
    var text = ""
    for (k, curve) in curves.enumerated() {
      text += "# block \(2 * k): \(curve.label): parameter, statistic\n"
      for (x, t) in zip(curve.parameter, curve.statistic) {
        text += "\(NumberText.full(x)) \(NumberText.full(t))\n"
      }
      text += "\n\n# block \(2 * k + 1): parameter, |difference to the first curve|\n"
      for (x, d) in differences(k) { text += "\(NumberText.full(x)) \(NumberText.full(d))\n" }
      text += "\n\n"
    }
    return FigureDataFile(name: dataName, contents: text)
  }

  private var range: ClosedRange<Double> {
    let all = curves.flatMap(\.parameter)
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    // Room for half a symbol at either end.
    let margin = 0.02 * (high - low)
    return low - margin...high + margin
  }

  /// Height of the lower panel with its labels as a fraction of the page.
  private static let division = 0.36

  private func upperPanel(_ hasDifferences: Bool) -> String {
    var frame = PanelFrame(size)
    if hasDifferences { frame.bottom = Self.division * size.height + 0.04 }
    let finite = curves.flatMap(\.statistic).filter(\.isFinite)
    let top = 1.06 * max(finite.max() ?? 1, 1)
    let low = min(0, finite.min() ?? 0) - 0.03 * top
    var text = """
      \(frame.margins)
      set xrange [\(range.lowerBound):\(range.upperBound)]
      set yrange [\(low):\(top)]
      \(frame.yLabel(statisticLabel))
      set key top center reverse Left

      """
    if hasDifferences {
      text += "set format x ''\n"
    } else {
      text += frame.xLabel(parameterLabel) + "\n"
    }
    for line in confidenceLines where line.statistic < top {
      text += "set arrow from graph 0, first \(line.statistic) to graph 1, first "
      text += "\(line.statistic) nohead back linewidth 0.6 dashtype (8,5) "
      text += "linecolor rgb '#666666'\n"
      text += "set label \(FigureText.quoted(line.label)) at graph 0.985, first "
      text += "\(line.statistic) right offset 0,0.45 font ',7.5' textcolor rgb '#444444'\n"
    }
    let plots = curves.indices.map { k in
      "'\(dataName)' index \(2 * k) \(properties(k)) title \(FigureText.quoted(curves[k].label))"
    }
    return text + "plot " + plots.joined(separator: ", \\\n  ") + "\n"
  }

  private func lowerPanel() -> String {
    let positive = curves.indices.dropFirst()
      .flatMap { differences($0).map(\.difference) }.filter { $0 > 0 && $0.isFinite }
    let range = LogRange.decades(of: positive) ?? 1e-6...1
    // The top is not a whole decade, whose label would touch the panel above.
    let top = min(range.upperBound * 0.8, 2 * (positive.max() ?? 1))
    var frame = PanelFrame(size)
    frame.top = (1 - Self.division) * size.height + 0.04
    let plots = curves.indices.dropFirst().map { k in
      "'\(dataName)' index \(2 * k + 1) \(properties(k, joined: true)) notitle"
    }
    return """
      unset label; unset arrow; unset key
      \(frame.margins)
      set format x '%g'
      \(frame.xLabel(parameterLabel))
      set logscale y; set yrange [\(range.lowerBound):\(top)]
      set format y '10^{%T}'; set ytics 10; set mytics 10
      \(frame.yLabel("|Δ" + statisticLabel + "|"))
      plot \(plots.joined(separator: ", \\\n  "))

      """
  }

  /// Lines and symbols: the reference is a black line, the others open or filled symbols.
  private func properties(_ k: Int, joined: Bool = false) -> String {
    let colour = k == 0 ? FigureColour(0x000000) : FigureColour.series(k < 3 ? k - 1 : k)
    let symbol = [7, 4, 9, 6, 5, 8][(k + 5) % 6]
    switch joined ? .linesPoints : curves[k].style ?? (k == 0 ? .line : .points) {
    case .line:
      return "with lines linewidth \(Typography.curve) linecolor rgb \(colour.gnuplot)"
    case .points:
      return "with points pointtype \(symbol) pointsize 0.5 linewidth 1 linecolor rgb "
        + colour.gnuplot
    case .linesPoints:
      return "with linespoints pointtype \(symbol) pointsize 0.45 linewidth 0.7 linecolor rgb "
        + colour.gnuplot
    }
  }
}
