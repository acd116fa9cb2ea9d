internal import Statistics

/// Surrogate minus truth against the true log density: the median and the bands that hold 68.27 %
/// and 95.45 % of the points in each bin.
///
/// Bins are equally wide; a bin with fewer than ``minimumCount`` points is joined to its right
/// neighbour, so that the sparse tail has wide bins instead of noise.
public struct ResidualFigure: Figure {
  /// Base name of the files.
  public var name: String
  /// True log density at each point.
  public var truth: [Double]
  /// The surrogate's log density at the same points.
  public var surrogate: [Double]
  /// Bins before joining.
  public var bins: Int
  /// Fewest points of a bin.
  public var minimumCount: Int
  /// Label of the horizontal axis, enhanced text.
  public var truthLabel: String
  /// Label of the vertical axis, enhanced text.
  public var residualLabel: String
  /// Size on paper.
  public var size: FigureSize

  /// A figure of residuals.
  public init(
    name: String, truth: [Double], surrogate: [Double], bins: Int = 60, minimumCount: Int = 50,
    truthLabel: String = "True log density",
    residualLabel: String = "Surrogate − truth",
    size: FigureSize = FigureSize(width: 4.2, height: 3)
  ) {
    self.name = name
    self.truth = truth
    self.surrogate = surrogate
    self.bins = bins
    self.minimumCount = minimumCount
    self.truthLabel = truthLabel
    self.residualLabel = residualLabel
    self.size = size
  }

  /// Residuals in one bin of the true log density.
  public struct Band: Codable, Hashable, Sendable {
    /// Range of the true log density.
    public let lower: Double, upper: Double
    /// Points in the bin.
    public let count: Int
    /// Quantiles 0.02275, 0.15865, 0.5, 0.84135 and 0.97725 of the residuals.
    public let quantiles: [Double]
  }

  /// The bands from left to right.
  ///
  /// - Throws: ``FigureError/invalidInput(figure:field:expected:)`` where the arrays differ in
  ///   length or have no finite points.
  public func bands() throws -> [Band] {
    func require(_ condition: Bool, _ field: String, _ expected: String) throws {
      guard condition else {
        throw FigureError.invalidInput(figure: name, field: field, expected: expected)
      }
    }
    try require(bins > 0, "bins", "at least 1")
    try require(minimumCount > 0, "minimumCount", "at least 1")
    try require(
      truth.count == surrogate.count, "surrogate",
      "\(truth.count) values, not \(surrogate.count)")
    let points = zip(truth, surrogate).filter { $0.isFinite && $1.isFinite }
    let low = points.map(\.0).min() ?? .nan
    let high = points.map(\.0).max() ?? .nan
    try require(low < high, "truth", "at least two different finite values")
    let width = (high - low) / Double(bins)
    var residuals = [[Double]](repeating: [], count: bins)
    for (t, s) in points { residuals[min(bins - 1, Int((t - low) / width))].append(s - t) }
    return join(residuals, low: low, width: width)
  }

  /// Collects bins from left to right until each has enough points; what remains at the right end
  /// goes to the last band.
  private func join(_ residuals: [[Double]], low: Double, width: Double) -> [Band] {
    var groups: [(first: Int, last: Int, values: [Double])] = []
    var first = 0
    var values: [Double] = []
    for (k, bin) in residuals.enumerated() {
      values += bin
      if values.count >= minimumCount {
        groups.append((first, k, values))
        (first, values) = (k + 1, [])
      }
    }
    if let last = groups.indices.last {
      groups[last].values += values
      groups[last].last = residuals.count - 1
    } else {
      groups.append((0, residuals.count - 1, values))
    }
    return groups.map { group in
      let sorted = group.values.sorted()
      return Band(
        lower: low + Double(group.first) * width, upper: low + Double(group.last + 1) * width,
        count: sorted.count,
        quantiles: [0.02275, 0.15865, 0.5, 0.84135, 0.97725].map {
          OrderStatistics.quantile(sorted, $0)
        })
    }
  }

  /// One panel: two bands, the median and the line of no error.
  public func drawing() throws -> FigureDrawing {
    let bands = try bands()
    var data =
      "# true log density, residual quantiles 0.02275 0.15865 0.5 0.84135 0.97725, points\n"
    for band in bands {
      let values = band.quantiles.map(NumberText.compact).joined(separator: " ")
      // Both edges, so that the bands are drawn as steps.
      for edge in [band.lower, band.upper] {
        data += "\(NumberText.full(edge)) \(values) \(band.count)\n"
      }
    }
    let extreme = bands.flatMap { [$0.quantiles[0], $0.quantiles[4]] }.map(abs).max() ?? 1
    let height = extreme > 0 ? 1.1 * extreme : 1
    let colour = FigureColour.series(0)
    let frame = PanelFrame(size)
    let commands = """
      \(frame.margins)
      set xrange [\(bands.first?.lower ?? 0):\(bands.last?.upper ?? 1)]
      set yrange [\(-height):\(height)]
      \(frame.xLabel(truthLabel))
      \(frame.yLabel(residualLabel))
      set key top right reverse Left
      set arrow from graph 0, first 0 to graph 1, first 0 nohead front linewidth 0.6 \
      linecolor rgb '#666666' dashtype (8,5)
      plot '\(name).dat' using 1:2:6 with filledcurves fillcolor rgb \(colour.tint(0.2).gnuplot) \
      title '95.45%', \\
        '' using 1:3:5 with filledcurves fillcolor rgb \(colour.tint(0.5).gnuplot) \
      title '68.27%', \\
        '' using 1:4 with lines linewidth 1.1 linecolor rgb '#000000' title 'median'
      """
    return FigureDrawing(
      commands: commands, data: [FigureDataFile(name: "\(name).dat", contents: data)])
  }
}
