public import NumericalCore

/// An interval of one parameter, drawn as lines in a corner figure.
public struct CornerInterval: Codable, Hashable, Sendable {
  /// Probability that it holds, e.g. 0.6827.
  public var probability: Double
  /// Lower end.
  public var lower: Double
  /// Upper end.
  public var upper: Double

  /// An interval.
  public init(probability: Double, lower: Double, upper: Double) {
    self.probability = probability
    self.lower = lower
    self.upper = upper
  }
}

/// How a sample is drawn in a corner figure.
public enum CornerStyle: String, Codable, Sendable {
  /// Regions filled in three tones.
  case filled
  /// Borders alone: solid, dashed and dotted with rising probability.
  case outline
}

/// One sample of a corner figure.
public struct CornerSample: Sendable {
  /// Name in the legend, enhanced text.
  public var label: String
  /// Draws, one row each, one column for each parameter of the figure.
  public var draws: Matrix<Double>
  /// Weights of the draws; equal where nil.
  public var weights: [Double]?
  /// Filled or outlined; nil: the first sample of a figure is filled, the others are outlined.
  public var style: CornerStyle?
  /// Colour; nil: the next one of ``FigureColour/palette``.
  public var colour: FigureColour?
  /// Intervals drawn in the panel of each parameter; empty for none.
  public var intervals: [[CornerInterval]]
  /// Line above the panel of each parameter, enhanced text, e.g. `68% HPDI: [−0.12, 0.58]`; empty
  /// for none.
  public var titles: [String]

  /// A sample.
  public init(
    label: String, draws: Matrix<Double>, weights: [Double]? = nil, style: CornerStyle? = nil,
    colour: FigureColour? = nil, intervals: [[CornerInterval]] = [], titles: [String] = []
  ) {
    self.label = label
    self.draws = draws
    self.weights = weights
    self.style = style
    self.colour = colour
    self.intervals = intervals
    self.titles = titles
  }

  /// Sum of the weights.
  var totalWeight: Double { weights?.reduce(0, +) ?? Double(draws.rows) }

  /// The draws of one parameter, without a generic call for each of them.
  func values(of parameter: Int) -> [Double] {
    let (rows, columns) = (draws.rows, draws.columns)
    return draws.elements.withUnsafeBufferPointer { elements in
      [Double](unsafeUninitializedCapacity: rows) { buffer, count in
        for i in 0..<rows { buffer[i] = elements[i * columns + parameter] }
        count = rows
      }
    }
  }

  /// (sum w)^2 / sum w^2, Kish's number of equally weighted draws.
  var effectiveDraws: Double {
    guard let weights else { return Double(draws.rows) }
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? totalWeight * totalWeight / squares : 0
  }
}

/// One parameter of a corner figure.
public struct CornerParameter: Codable, Hashable, Sendable {
  /// Label of the axis, enhanced text, e.g. `{/:Italic δ}_{91}`.
  public var label: String
  /// Range of the axis; nil: from the draws of all samples, see ``CornerFigure``.
  public var range: ClosedRange<Double>?

  /// A parameter.
  public init(label: String, range: ClosedRange<Double>? = nil) {
    self.label = label
    self.range = range
  }
}
