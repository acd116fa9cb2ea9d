/// Expected and observed counts of a channel, side by side for several stages such as before and
/// after the fit: the samples stacked, the error of their sum as a grey band, below it the ratio of the
/// observed to the expected counts.
public struct YieldsFigure: Figure {
  /// The expected counts at one stage.
  public struct Stage: Codable, Hashable, Sendable {
    /// Title, enhanced text.
    public var title: String
    /// Counts by sample and bin.
    public var samples: [[Double]]
    /// Error of the sum of all samples, one a bin; nil where it is not known.
    public var errors: [Double]?

    /// A stage.
    public init(title: String, samples: [[Double]], errors: [Double]?) {
      self.title = title
      self.samples = samples
      self.errors = errors
    }
  }

  /// Base name of the files.
  public var name: String
  /// Title, enhanced text.
  public var title: String
  /// Names of the samples, enhanced text.
  public var sampleLabels: [String]
  /// Observed counts, one a bin.
  public var observed: [Double]
  /// What is drawn side by side.
  public var stages: [Stage]
  /// Label of the horizontal axis, enhanced text.
  public var binLabel: String

  /// A figure of yields.
  public init(
    name: String, title: String, sampleLabels: [String], observed: [Double], stages: [Stage],
    binLabel: String = "Bin"
  ) {
    self.name = name
    self.title = title
    self.sampleLabels = sampleLabels
    self.observed = observed
    self.stages = stages
    self.binLabel = binLabel
  }

  /// A column for each stage, and one for the legend.
  public var size: FigureSize {
    FigureSize(
      width: Self.left + Double(stages.count) * Self.column + legendWidth, height: 3.5)
  }

  private static let left = 0.56
  private static let column = 2.6
  private static let division = 1.22

  private var legendWidth: Double {
    let longest = (sampleLabels + ["uncertainty"]).map(FigureText.visibleLetters).max() ?? 0
    return 0.55 + 0.07 * Double(longest)
  }

  public func drawing() throws -> FigureDrawing {
    try validate()
    let panels = stages.indices.map { upperPanel($0) + lowerPanel($0) }
    return FigureDrawing(
      commands: "set multiplot\n" + panels.joined() + "unset multiplot",
      data: stages.indices.map(dataFile))
  }

  private func validate() throws {
    func require(_ condition: Bool, _ field: String, _ expected: String) throws {
      guard condition else {
        throw FigureError.invalidInput(figure: name, field: field, expected: expected)
      }
    }
    try require(!observed.isEmpty, "observed", "at least one bin")
    try require(!stages.isEmpty, "stages", "at least one")
    for (k, stage) in stages.enumerated() {
      try require(
        stage.samples.count == sampleLabels.count, "stages[\(k)].samples",
        "\(sampleLabels.count) samples, not \(stage.samples.count)")
      try require(
        stage.samples.allSatisfy { $0.count == observed.count }, "stages[\(k)].samples",
        "\(observed.count) bins of every sample")
      try require(
        stage.errors.map { $0.count == observed.count } ?? true, "stages[\(k)].errors",
        "\(observed.count) bins")
    }
  }

  // MARK: data

  private func dataName(_ k: Int) -> String { "\(name)-\(k + 1).dat" }

  private func total(_ k: Int, _ bin: Int) -> Double {
    stages[k].samples.reduce(0) { $0 + $1[bin] }
  }

  private func dataFile(_ k: Int) -> FigureDataFile {
    var text = "# \(stages[k].title): bin, observed, its square root, expected, error, "
    text += "stacked from the first sample: \(sampleLabels.joined(separator: ", "))\n"
    for bin in observed.indices {
      var heights: [Double] = []
      for sample in stages[k].samples { heights.append((heights.last ?? 0) + sample[bin]) }
      let numbers =
        [
          observed[bin], observed[bin].squareRoot(), total(k, bin),
          stages[k].errors?[bin] ?? .nan,
        ] + heights
      text += "\(bin + 1) " + numbers.map(NumberText.full).joined(separator: " ") + "\n"
    }
    return FigureDataFile(name: dataName(k), contents: text)
  }

  // MARK: panels

  private func frame(_ k: Int) -> PanelFrame {
    var frame = PanelFrame(size)
    frame.left = Self.left + Double(k) * Self.column
    frame.right = size.width - frame.left - Self.column + 0.12
    return frame
  }

  /// A logarithmic axis where a linear one would hide most bins.
  private var vertical: (isLogarithmic: Bool, low: Double, high: Double) {
    let totals = stages.indices.flatMap { k in observed.indices.map { total(k, $0) } }
    let heights = totals + observed.map { $0 + $0.squareRoot() }
    let high = max(heights.max() ?? 1, 1e-300)
    let positive = totals.filter { $0 > 0 }
    let low = positive.min() ?? high
    return high / low > 100 ? (true, low / 5, high * 3) : (false, 0, high * 1.12)
  }

  private func upperPanel(_ k: Int) -> String {
    var panel = frame(k)
    panel.bottom = Self.division
    panel.top = 0.32
    let (isLogarithmic, low, high) = vertical
    let file = "'\(dataName(k))'"
    var plots: [String] = []
    for (i, label) in sampleLabels.enumerated() {
      let bottom = i == 0 ? "(\(low))" : "\(5 + i)"
      let colour = FigureColour.series([0, 4, 3, 1, 5][i % 5]).tint(i < 5 ? 0.55 : 0.3)
      plots.append(
        "\(file) using 1:\(6 + i):($1-0.5):($1+0.5):\(bottom):\(6 + i) with boxxyerror fillstyle "
          + "solid 1 border rgb '#555555' linewidth 0.3 fillcolor rgb \(colour.gnuplot) title "
          + FigureText.quoted(label))
    }
    if stages[k].errors != nil {
      plots.append(
        "\(file) using 1:4:($1-0.5):($1+0.5):($4-$5 > \(low) ? $4-$5 : \(low)):($4+$5) with "
          + "boxxyerror fillstyle transparent solid 0.3 noborder fillcolor rgb '#222222' "
          + "title 'uncertainty'")
    }
    plots.append(
      "\(file) using 1:2:3 with yerrorbars pointtype 7 pointsize 0.4 linewidth 0.9 linecolor rgb "
        + "'#000000' title 'observed'")
    let heading = "\(title), \(stages[k].title)"
    let x = (panel.left + 0.02) / size.width
    return """
      unset label; unset arrow
      \(panel.margins)
      set xrange [0.5:\(Double(observed.count) + 0.5)]
      \(isLogarithmic ? "set logscale y; set format y '10^{%T}'" : "unset logscale y; set format y '%g'")
      set yrange [\(low):\(high)]
      set format x ''; set xtics \(binStep)
      set ytics auto
      set label \(FigureText.quoted(heading)) at screen \(x.rounded6), screen \
      \((1 - 0.2 / size.height).rounded6) left
      \(k == 0 ? panel.yLabel("Counts") : "set format y ''")
      \(k == stages.count - 1 ? legend : "unset key")
      plot \(plots.joined(separator: ", \\\n  "))

      """
  }

  private var legend: String {
    let x = (Self.left + Double(stages.count) * Self.column) / size.width
    return "set key at screen \(x.rounded6), screen \((1 - 0.3 / size.height).rounded6) left top "
      + "vertical Left reverse samplen 1.4 invert"
  }

  /// Tics at the centres of bins, ten at most.
  private var binStep: String {
    let step = max(1, (observed.count + 9) / 10)
    return "1,\(step)"
  }

  private func lowerPanel(_ k: Int) -> String {
    var panel = frame(k)
    panel.top = size.height - Self.division + 0.06
    let file = "'\(dataName(k))'"
    let reach = stages.indices.flatMap { s in
      observed.indices.compactMap { bin -> Double? in
        let expected = total(s, bin)
        guard expected > 0 else { return nil }
        let far = abs(observed[bin] / expected - 1) + observed[bin].squareRoot() / expected
        return max(far, (stages[s].errors?[bin] ?? 0) / expected)
      }
    }.sorted()
    // A few bins of low counts do not set the range.
    let end = min(1, max(0.05, 1.15 * (reach.isEmpty ? 1 : reach[reach.count * 9 / 10])))
    let tics = AxisTics(1 - end...1 + end, count: 3, clearance: 0.08)
    var plots: [String] = []
    if stages[k].errors != nil {
      plots.append(
        "\(file) using 1:(1):($1-0.5):($1+0.5):(1-$5/$4):(1+$5/$4) with boxxyerror fillstyle "
          + "transparent solid 0.3 noborder fillcolor rgb '#222222' notitle")
    }
    plots.append(
      "\(file) using 1:($2/$4):($3/$4) with yerrorbars pointtype 7 pointsize 0.4 linewidth 0.9 "
        + "linecolor rgb '#000000' notitle")
    return """
      unset key; unset label; unset logscale y
      \(panel.margins)
      set format x '%g'
      \(panel.xLabel(binLabel))
      set yrange [\(1 - end):\(1 + end)]
      set ytics \(k == 0 ? tics.gnuplot : tics.unlabelled)
      \(k == 0 ? "set format y '%g'" : "set format y ''")
      set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead back linewidth 0.6 \
      dashtype (8,5) linecolor rgb '#666666'
      \(k == 0 ? panel.yLabel("Obs. / exp.") : "")
      plot \(plots.joined(separator: ", \\\n  "))

      """
  }
}
