internal import NumericalCore
public import Statistics

/// Marginal distributions of several parameters, one and two at a time, of one or more samples on
/// the same axes (the corner plots of arXiv:1911.03305, figures 4, 5, 9 and 10).
///
/// The diagonal shows histograms of unit area smoothed by one bin; below it stand the regions that
/// enclose ``fractions`` of the mass of each sample. Axes default to the range of the draws of all
/// samples without the outermost 0.05 % on either side, widened by 12 %, and never beyond the
/// draws.
///
/// ```swift
/// let figure = CornerFigure(
///   name: "posterior",
///   parameters: ["\\mu", "\\delta_{91}"].map { CornerParameter(label: FigureText.latex($0)) },
///   samples: [CornerSample(label: "likelihood", draws: truth),
///             CornerSample(label: "DNN", draws: network)])
/// try figure.write(to: folder)
/// ```
public struct CornerFigure: Figure {
  /// Base name of the files.
  public var name: String
  /// The parameters, one for each column of the draws.
  public var parameters: [CornerParameter]
  /// The samples; those drawn later lie above.
  public var samples: [CornerSample]
  /// Fractions of the mass that the contours enclose, ascending.
  public var fractions: [Double]
  /// Bins along each axis.
  public var bins: Int
  /// Standard deviation of the smoothing of the histograms in bins.
  public var smoothing: Double
  /// The same for the contours; nil: by Scott's rule, see
  /// ``CredibleContours/smoothingWidth(effectiveDraws:bins:)``.
  public var contourSmoothing: Double?
  /// Line above the legend, enhanced text.
  public var title: String?
  /// Side of one panel in inches; nil: such that the figure fills a page's width, between 1.15
  /// and 2 inches.
  public var panelSize: Double?

  /// A corner figure.
  public init(
    name: String, parameters: [CornerParameter], samples: [CornerSample],
    fractions: [Double] = MassLevels.sigma123, bins: Int = 60, smoothing: Double = 1,
    contourSmoothing: Double? = nil, title: String? = nil, panelSize: Double? = nil
  ) {
    self.name = name
    self.parameters = parameters
    self.samples = samples
    self.fractions = fractions
    self.bins = bins
    self.smoothing = smoothing
    self.contourSmoothing = contourSmoothing
    self.title = title
    self.panelSize = panelSize
  }

  /// Size on paper: up to six parameters fill the width of a page.
  public var size: FigureSize { layout.size }

  var layout: CornerLayout {
    CornerLayout(
      panels: parameters.count,
      panelSize: panelSize ?? min(2, max(1.15, 6.9 / Double(max(1, parameters.count)))),
      titleLines: samples.count { !$0.titles.isEmpty }, legendWidth: legendWidth)
  }

  func colour(_ sample: Int) -> FigureColour {
    samples[sample].colour ?? FigureColour.series(sample)
  }

  func style(_ sample: Int) -> CornerStyle {
    samples[sample].style ?? (sample == 0 ? .filled : .outline)
  }

  /// Checks that shapes agree and that there is something to draw.
  func validate() throws {
    func require(_ condition: Bool, _ field: String, _ expected: String) throws {
      guard condition else {
        throw FigureError.invalidInput(figure: name, field: field, expected: expected)
      }
    }
    let n = parameters.count
    try require(n > 0, "parameters", "at least one")
    try require(!samples.isEmpty, "samples", "at least one")
    try require(bins >= 4, "bins", "at least 4, not \(bins)")
    try require(
      !fractions.isEmpty && fractions.allSatisfy { $0 > 0 && $0 < 1 }
        && zip(fractions, fractions.dropFirst()).allSatisfy(<),
      "fractions", "ascending numbers between 0 and 1")
    for (k, sample) in samples.enumerated() {
      let field = "samples[\(k)]"
      try require(
        sample.draws.columns == n, "\(field).draws", "\(n) columns, not \(sample.draws.columns)")
      try require(sample.draws.rows > 1, "\(field).draws", "at least two rows")
      let count = sample.weights?.count ?? sample.draws.rows
      try require(
        count == sample.draws.rows, "\(field).weights", "\(sample.draws.rows) values, not \(count)")
      try require(
        sample.weights?.allSatisfy { $0 >= 0 && $0.isFinite } ?? true, "\(field).weights",
        "finite values, none negative")
      try require(sample.totalWeight > 0, "\(field).weights", "a positive sum")
      for (what, count) in [("intervals", sample.intervals.count), ("titles", sample.titles.count)]
      {
        try require(
          count == 0 || count == n, "\(field).\(what)", "one entry for each of \(n) parameters")
      }
    }
  }

  /// Ranges of the axes.
  func ranges() throws -> [ClosedRange<Double>] {
    try parameters.indices.map { p in
      if let range = parameters[p].range, range.lowerBound < range.upperBound { return range }
      guard let range = AxisRange.robust(samples.map { $0.values(of: p) }) else {
        throw FigureError.invalidInput(
          figure: name, field: "parameters[\(p)]", expected: "finite draws or a range")
      }
      return range
    }
  }
}
