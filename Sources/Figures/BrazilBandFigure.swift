/// CLs against a parameter: the observed curve, the expected one and the bands in which it lies
/// with 68 and 95 % probability if there is no signal (yellow and green, as they are known).
public struct BrazilBandFigure: Figure {
  /// Base name of the files.
  public var name: String
  /// Values of the parameter, ascending.
  public var parameter: [Double]
  /// The observed CLs at each value.
  public var observed: [Double]
  /// At each value the CLs expected at +2, +1, 0, -1 and -2 standard deviations, ascending.
  public var expected: [[Double]]
  /// The height below which values are excluded, one minus the confidence level.
  public var level: Double
  /// Label of the horizontal axis, enhanced text.
  public var parameterLabel: String
  /// Size on paper.
  public var size: FigureSize

  /// A figure of a Brazil band.
  public init(
    name: String, parameter: [Double], observed: [Double], expected: [[Double]],
    level: Double = 0.05, parameterLabel: String = "{/:Italic μ}",
    size: FigureSize = FigureSize(width: 4.2, height: 3.4)
  ) {
    self.name = name
    self.parameter = parameter
    self.observed = observed
    self.expected = expected
    self.level = level
    self.parameterLabel = parameterLabel
    self.size = size
  }

  private func validate() throws {
    func require(_ condition: Bool, _ field: String, _ expected: String) throws {
      guard condition else {
        throw FigureError.invalidInput(figure: name, field: field, expected: expected)
      }
    }
    let count = parameter.count
    try require(count > 1, "parameter", "at least two values")
    try require(
      zip(parameter, parameter.dropFirst()).allSatisfy(<), "parameter", "ascending values")
    try require(observed.count == count, "observed", "\(count) values, not \(observed.count)")
    try require(
      expected.count == count && expected.allSatisfy { $0.count == 5 }, "expected",
      "\(count) rows of five values")
    try require(level > 0 && level < 1, "level", "a number in (0, 1)")
    try require(
      (observed + expected.joined()).allSatisfy { $0 >= 0 && $0 <= 1 }, "observed and expected",
      "numbers in [0, 1]")
  }

  private var dataName: String { "\(name).dat" }

  /// The bands, the curves, and the line of the confidence level.
  public func drawing() throws -> FigureDrawing {
    try validate()
    var text = "# parameter, observed, expected at +2, +1, 0, -1, -2 standard deviations\n"
    for (k, x) in parameter.enumerated() {
      text +=
        ([x, observed[k]] + expected[k]).map(NumberText.full).joined(separator: " ") + "\n"
    }
    let frame = PanelFrame(size)
    let (low, high) = (parameter.first ?? 0, parameter.last ?? 1)
    let label = "{/:Italic CL}_s = \(NumberText.short(level, digits: 3))"
    let plots = [
      "'\(dataName)' using 1:3:7 with filledcurves fillcolor rgb '#ffde59' title 'expected ±2σ'",
      "'\(dataName)' using 1:4:6 with filledcurves fillcolor rgb '#5dbb63' title 'expected ±1σ'",
      "'\(dataName)' using 1:5 with lines linewidth \(Typography.curve) dashtype (6,4) "
        + "linecolor rgb '#000000' title 'expected'",
      "'\(dataName)' using 1:2 with linespoints pointtype 7 pointsize 0.35 linewidth "
        + "\(Typography.curve) linecolor rgb '#000000' title 'observed'",
    ]
    let commands = """
      \(frame.margins)
      set style fill solid 1.0 noborder
      set xrange [\(low):\(high)]
      set yrange [0:1.02]
      \(frame.xLabel(parameterLabel))
      \(frame.yLabel("{/:Italic CL}_s"))
      set key top right reverse Left
      set arrow from graph 0, first \(level) to graph 1, first \(level) nohead front \\
        linewidth 0.8 linecolor rgb '#d55e00'
      set label \(FigureText.quoted(label)) at graph 0.985, first \(level) right \\
        offset 0,0.5 font ',7.5' textcolor rgb '#d55e00' front
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return FigureDrawing(
      commands: commands, data: [FigureDataFile(name: dataName, contents: text)])
  }
}
