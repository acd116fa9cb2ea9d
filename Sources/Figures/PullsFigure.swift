/// Pulls and constraints of nuisance parameters, and beside them their impacts on a parameter of
/// interest: one row a parameter, the first on top.
public struct PullsFigure: Figure {
  /// A parameter.
  public struct Row: Codable, Hashable, Sendable {
    /// Its label, enhanced text.
    public var label: String
    /// (best fit - centre before the fit) / width before the fit; nil for a free parameter.
    public var pull: Double?
    /// The error in units of the width before the fit.
    public var error: Double?
    /// What stands in place of the pull of a free parameter, enhanced text.
    public var text: String?
    /// Impacts of the width before the fit: parameter up, parameter down.
    public var preFitImpact: [Double]
    /// Impacts of the error after the fit: parameter up, parameter down.
    public var postFitImpact: [Double]

    /// A row; impacts are empty where there are none.
    public init(
      label: String, pull: Double? = nil, error: Double? = nil, text: String? = nil,
      preFitImpact: [Double] = [], postFitImpact: [Double] = []
    ) {
      self.label = label
      self.pull = pull
      self.error = error
      self.text = text
      self.preFitImpact = preFitImpact
      self.postFitImpact = postFitImpact
    }
  }

  /// Base name of the files.
  public var name: String
  /// The parameters from top to bottom.
  public var rows: [Row]
  /// Label of the parameter of interest, enhanced text.
  public var interestLabel: String

  /// A figure of pulls and impacts.
  public init(name: String, rows: [Row], interestLabel: String = "{/:Italic μ}") {
    self.name = name
    self.rows = rows
    self.interestLabel = interestLabel
  }

  /// As high as the rows need, as wide as the labels need.
  public var size: FigureSize {
    FigureSize(width: labelWidth + 4.6, height: 0.16 * Double(max(rows.count, 3)) + 0.95)
  }

  private var labelWidth: Double {
    let longest = rows.map { FigureText.visibleLetters($0.label) }.max() ?? 0
    return 0.25 + 0.062 * Double(longest)
  }

  public func drawing() throws -> FigureDrawing {
    func require(_ condition: Bool, _ field: String, _ expected: String) throws {
      guard condition else {
        throw FigureError.invalidInput(figure: name, field: field, expected: expected)
      }
    }
    try require(!rows.isEmpty, "rows", "at least one")
    for (k, row) in rows.enumerated() {
      for (field, pair) in [
        ("preFitImpact", row.preFitImpact), ("postFitImpact", row.postFitImpact),
      ] {
        try require(
          pair.isEmpty || pair.count == 2 && pair.allSatisfy(\.isFinite), "rows[\(k)].\(field)",
          "two finite numbers or none")
      }
    }
    return FigureDrawing(
      commands: "set multiplot\n" + pullPanel + impactPanel + "unset multiplot",
      data: [pulls, impacts])
  }

  // MARK: data

  private var pullsName: String { "\(name)-pulls.dat" }
  private var impactsName: String { "\(name)-impacts.dat" }

  private var pulls: FigureDataFile {
    var text = "# row, pull, error / width before the fit; label\n"
    for (k, row) in rows.enumerated() {
      text += "\(k + 1) \(NumberText.full(row.pull ?? .nan)) "
      text += "\(NumberText.full(row.error ?? 0)) # \(row.label)\n"
    }
    return FigureDataFile(name: pullsName, contents: text)
  }

  private var impacts: FigureDataFile {
    var text = "# row, impact after the fit up, down, before the fit up, down; label\n"
    for (k, row) in rows.enumerated() {
      let numbers = [row.postFitImpact, row.preFitImpact].flatMap {
        $0.isEmpty ? [.nan, .nan] : $0
      }
      text += "\(k + 1) " + numbers.map(NumberText.full).joined(separator: " ")
      text += " # \(row.label)\n"
    }
    return FigureDataFile(name: impactsName, contents: text)
  }

  // MARK: panels

  private func frame(left: Double, width: Double) -> PanelFrame {
    var frame = PanelFrame(size)
    frame.left = left
    frame.right = size.width - left - width
    frame.top = 0.36
    return frame
  }

  /// Tics of the rows, without the names where the panel to the left has them.
  private func rowTics(_ isLabelled: Bool) -> String {
    let tics = rows.enumerated().map { k, row in
      "\(isLabelled ? FigureText.quoted(row.label) : "''") \(k + 1)"
    }
    return """
      set yrange [\(Double(rows.count) + 0.6):0.4]
      set ytics (\(tics.joined(separator: ", "))) scale 0 font ',\(Typography.ticSize)'
      """
  }

  private var pullPanel: String {
    let reach = rows.compactMap { row in row.pull.map { abs($0) + (row.error ?? 0) } }.max() ?? 0
    let end = max(2, (reach * 1.05 * 2).rounded(.up) / 2)
    let panel = frame(left: labelWidth, width: 2)
    var text = """
      \(panel.margins)
      \(rowTics(true))
      set xrange [\(-end):\(end)]
      set xtics \(end > 4 ? 2 : 1)
      \(panel.xLabel("({/:Italic θ}_{fit} − {/:Italic θ}_0) / Δ{/:Italic θ}"))
      unset key
      set object 1 rectangle from -1, graph 0 to 1, graph 1 behind fillcolor rgb '#eeeeee' \
      fillstyle solid 1 noborder
      set arrow 1 from 0, graph 0 to 0, graph 1 nohead back linewidth 0.6 dashtype (8,5) \
      linecolor rgb '#666666'

      """
    for (k, row) in rows.enumerated() where row.pull == nil {
      guard let note = row.text else { continue }
      text += "set label \(FigureText.quoted(note)) at 0, first \(k + 1) center font ',7.5'\n"
    }
    return text + """
      plot '\(pullsName)' using 2:1:3 with xerrorbars pointtype 7 pointsize 0.35 linewidth 0.9 \
      linecolor rgb '#000000'
      unset label; unset arrow; unset object

      """
  }

  private var impactPanel: String {
    let all = rows.flatMap { $0.preFitImpact + $0.postFitImpact }.map(abs)
    let end = 1.12 * max(all.max() ?? 0, 1e-12)
    let panel = frame(left: labelWidth + 2.12, width: 2.36)
    let colours = [FigureColour.series(0), FigureColour.series(1)]
    func bars(_ column: Int, _ half: Double, _ style: String, _ title: String) -> String {
      "'\(impactsName)' using (0*$\(column)):1:(0):\(column):($1-\(half)):($1+\(half)) with boxxyerror \(style) "
        + "title \(FigureText.quoted(title))"
    }
    func filled(_ k: Int) -> String {
      "fillstyle solid 1 noborder fillcolor rgb \(colours[k].tint(0.75).gnuplot)"
    }
    func open(_ k: Int) -> String {
      "fillstyle empty linecolor rgb \(colours[k].gnuplot) linewidth 0.7"
    }
    let plots = [
      bars(2, 0.3, filled(0), "+{/:Italic σ}"),
      bars(3, 0.3, filled(1), "−{/:Italic σ}"),
      bars(4, 0.4, open(0), "+Δ{/:Italic θ}"),
      bars(5, 0.4, open(1), "−Δ{/:Italic θ}"),
    ]
    let tics = AxisTics(-end...end, count: 5, clearance: 0.07)
    return """
      \(panel.margins)
      \(rowTics(false))
      set xrange [\(-end):\(end)]
      set xtics \(tics.gnuplot)
      \(panel.xLabel("Impact on " + interestLabel + tics.unit))
      set arrow 1 from 0, graph 0 to 0, graph 1 nohead front linewidth 0.6 linecolor rgb '#222222'
      set key at screen 0.5, screen \((1 - 0.02 / size.height).rounded6) center top horizontal \
      Left reverse samplen 1.6 width 1 maxrows 1
      plot \(plots.joined(separator: ", \\\n  "))
      unset label; unset arrow

      """
  }
}
