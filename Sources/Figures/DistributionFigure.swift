/// One sample of a ``DistributionFigure``.
public struct DistributionSample: Codable, Hashable, Sendable {
  /// Name in the legend, enhanced text.
  public var label: String
  /// The values, e.g. log densities at the points of a sample.
  public var values: [Double]
  /// Weights; equal where nil.
  public var weights: [Double]?

  /// A sample.
  public init(label: String, values: [Double], weights: [Double]? = nil) {
    self.label = label
    self.values = values
    self.weights = weights
  }
}

/// Histograms of one quantity, usually the log density, for several samples on common bins, with
/// logarithmic counts (arXiv:1911.03305, figure 3).
public struct DistributionFigure: Figure {
  /// What the vertical axis shows.
  public enum Normalisation: String, Codable, Sendable {
    /// Sum of weights in each bin.
    case counts
    /// Fraction of the sample for each unit of the horizontal axis.
    case density
  }

  /// Base name of the files.
  public var name: String
  /// The samples.
  public var samples: [DistributionSample]
  /// Number of bins.
  public var bins: Int
  /// Range of the bins; nil: from the smallest to the largest value of all samples.
  public var range: ClosedRange<Double>?
  /// Counts or densities.
  public var normalisation: Normalisation
  /// Label of the horizontal axis, enhanced text.
  public var quantityLabel: String
  /// Size on paper.
  public var size: FigureSize

  /// A figure of distributions.
  public init(
    name: String, samples: [DistributionSample], bins: Int = 100,
    range: ClosedRange<Double>? = nil, normalisation: Normalisation = .counts,
    quantityLabel: String = "Log density", size: FigureSize = FigureSize(width: 4.2, height: 3)
  ) {
    self.name = name
    self.samples = samples
    self.bins = bins
    self.range = range
    self.normalisation = normalisation
    self.quantityLabel = quantityLabel
    self.size = size
  }

  private func binRange() throws -> ClosedRange<Double> {
    func invalid(_ field: String, _ expected: String) -> FigureError {
      .invalidInput(figure: name, field: field, expected: expected)
    }
    guard bins > 0 else { throw invalid("bins", "at least 1") }
    guard !samples.isEmpty else { throw invalid("samples", "at least one") }
    for (k, sample) in samples.enumerated() {
      if let weights = sample.weights, weights.count != sample.values.count {
        throw invalid("samples[\(k)].weights", "\(sample.values.count) values")
      }
    }
    if let range {
      guard range.lowerBound < range.upperBound else { throw invalid("range", "two ends") }
      return range
    }
    let finite = samples.flatMap(\.values).filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      throw invalid("samples", "finite values")
    }
    return low < high ? low...high : low - 0.5...low + 0.5
  }

  /// Height of every bin of one sample.
  func heights(_ sample: DistributionSample, in range: ClosedRange<Double>) -> [Double] {
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    var counts = [Double](repeating: 0, count: bins)
    var total = 0.0
    for (k, value) in sample.values.enumerated() {
      let weight = sample.weights?[k] ?? 1
      total += weight
      guard range.contains(value) else { continue }
      counts[min(bins - 1, Int((value - range.lowerBound) / width))] += weight
    }
    guard normalisation == .density, total > 0 else { return counts }
    return counts.map { $0 / (total * width) }
  }

  /// One panel.
  public func drawing() throws -> FigureDrawing {
    let range = try binRange()
    let columns = samples.map { heights($0, in: range) }
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    var data = "# lower edge of bin, height for each sample\n"
    for k in 0...bins {
      let heights = columns.map { NumberText.compact($0[min(k, bins - 1)]) }
      data += "\(NumberText.full(range.lowerBound + Double(k) * width)) "
      data += heights.joined(separator: " ") + "\n"
    }
    let positive = columns.flatMap { $0 }.filter { $0 > 0 }
    let decades = LogRange.decades(of: positive) ?? 0.1...10
    let low = normalisation == .counts ? max(0.5, decades.lowerBound) : decades.lowerBound
    let dashes = ["solid", "(7,3)", "(2,2)", "(7,3,1.5,3)"]
    let plots = samples.enumerated().map { k, sample in
      "'\(name).dat' using 1:(onAxis($\(k + 2))) with steps linewidth 1.1 dashtype "
        + "\(dashes[k % 4]) linecolor rgb \(FigureColour.series(k).gnuplot) title "
        + FigureText.quoted(sample.label)
    }
    let frame = PanelFrame(size)
    let commands = """
      \(frame.margins)
      set xrange [\(range.lowerBound):\(range.upperBound)]
      set logscale y; set yrange [\(low):\(1.6 * (positive.max() ?? 10))]
      set format y '10^{%T}'; set ytics 10; set mytics 10
      \(frame.xLabel(quantityLabel))
      \(frame.yLabel(normalisation == .counts ? "Points per bin" : "Density"))
      set key top left reverse Left
      # an empty bin lies below the axis
      onAxis(height) = height > 0 ? height : \(low / 10)
      plot \(plots.joined(separator: ", \\\n  "))
      """
    return FigureDrawing(
      commands: commands, data: [FigureDataFile(name: "\(name).dat", contents: data)])
  }
}
