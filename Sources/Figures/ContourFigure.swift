/// Lines of constant probability in the plane of two parameters, such as contours of a profile
/// likelihood, for one likelihood or several.
public struct ContourFigure: Figure {
  /// A line.
  public struct Line: Codable, Hashable, Sendable {
    /// The probability of the region that it encloses.
    public var probability: Double
    /// Its points.
    public var points: [SIMD2<Double>]
    /// Whether the last point joins the first.
    public var isClosed: Bool

    /// A line.
    public init(probability: Double, points: [SIMD2<Double>], isClosed: Bool) {
      self.probability = probability
      self.points = points
      self.isClosed = isClosed
    }
  }

  /// The lines of one likelihood.
  public struct Curve: Codable, Hashable, Sendable {
    /// Name in the legend, enhanced text.
    public var label: String
    /// The maximum.
    public var best: SIMD2<Double>
    /// The lines.
    public var lines: [Line]

    /// The lines of a likelihood.
    public init(label: String, best: SIMD2<Double>, lines: [Line]) {
      self.label = label
      self.best = best
      self.lines = lines
    }
  }

  /// Base name of the files.
  public var name: String
  /// One entry a likelihood.
  public var curves: [Curve]
  /// Labels of the axes, enhanced text: horizontal, vertical.
  public var labels: [String]
  /// The ranges that were scanned, which are those of the axes.
  public var ranges: [ClosedRange<Double>]
  /// Size on paper.
  public var size: FigureSize

  /// A figure of contours.
  public init(
    name: String, curves: [Curve], labels: [String], ranges: [ClosedRange<Double>],
    size: FigureSize = FigureSize(width: 3.8, height: 3.4)
  ) {
    self.name = name
    self.curves = curves
    self.labels = labels
    self.ranges = ranges
    self.size = size
  }

  public func drawing() throws -> FigureDrawing {
    func require(_ condition: Bool, _ field: String, _ expected: String) throws {
      guard condition else {
        throw FigureError.invalidInput(figure: name, field: field, expected: expected)
      }
    }
    try require(!curves.isEmpty, "curves", "at least one")
    try require(labels.count == 2, "labels", "two, not \(labels.count)")
    try require(
      ranges.count == 2 && ranges.allSatisfy { $0.lowerBound < $0.upperBound }, "ranges",
      "two ranges that are not empty")
    var frame = PanelFrame(size)
    frame.left = 0.66
    // The legend stands above the lines, which may fill the panel.
    let rows = curves.count * levels.count
    frame.top = 0.12 + 0.17 * Double(rows)
    return FigureDrawing(
      commands: """
        \(frame.margins)
        set xrange [\(ranges[0].lowerBound):\(ranges[0].upperBound)]
        set yrange [\(ranges[1].lowerBound):\(ranges[1].upperBound)]
        \(frame.xLabel(labels[0]))
        \(frame.yLabel(labels[1]))
        set key at graph 0.5, screen \((1 - 0.03 / size.height).rounded6) center top reverse Left \
        maxrows \(max(1, rows))
        plot \(plots.joined(separator: ", \\\n  "))
        """, data: [dataFile])
  }

  private var dataName: String { "\(name).dat" }

  /// The levels from the inner line outwards.
  private var levels: [Double] {
    Set(curves.flatMap { $0.lines.map(\.probability) }).sorted()
  }

  private var dataFile: FigureDataFile {
    var text = ""
    for curve in curves {
      text += "# \(curve.label): maximum\n"
      text += "\(NumberText.full(curve.best.x)) \(NumberText.full(curve.best.y))\n\n\n"
      for level in levels {
        text += "# \(curve.label): \(level)\n"
        let lines = curve.lines.filter { $0.probability == level && !$0.points.isEmpty }
        // A block without points would not count.
        if lines.isEmpty { text += "NaN NaN\n" }
        for line in lines {
          let closing = line.isClosed ? line.points.prefix(1) : []
          for point in line.points + closing {
            text += "\(NumberText.full(point.x)) \(NumberText.full(point.y))\n"
          }
          text += "\n"
        }
        text += "\n\n"
      }
    }
    return FigureDataFile(name: dataName, contents: text)
  }

  private var plots: [String] {
    let levels = self.levels
    return curves.indices.flatMap { k -> [String] in
      let colour = FigureColour.series(k)
      let block = k * (levels.count + 1)
      let marker =
        "'\(dataName)' index \(block) with points pointtype 2 pointsize 0.6 linewidth 1 linecolor "
        + "rgb \(colour.gnuplot) notitle"
      let lines = levels.enumerated().map { i, level in
        let dash = i == 0 ? "" : "dashtype (\(max(2, 8 - 3 * (i - 1))),4) "
        let percent = NumberText.short(100 * level, digits: 4)
        let title = (curves.count > 1 ? curves[k].label + ", " : "") + percent + "%"
        return
          "'\(dataName)' index \(block + 1 + i) with lines linewidth \(Typography.curve) \(dash)"
          + "linecolor rgb \(colour.gnuplot) title \(FigureText.quoted(title))"
      }
      return [marker] + lines
    }
  }
}
