public import NumericalCore
internal import Statistics

/// Draws of a posterior, with or without weights, and what is known of their correlation.
///
/// Every summary is a smooth function of weighted means, so that its Monte Carlo error is the error
/// of the mean of one series, its influence function; the effective size of that very series enters
/// the error. Draws that a condition excludes keep their place in the chain, with weight zero.
public struct PosteriorDraws: Sendable {
  /// Names of the parameters, in the order of the columns of ``points``.
  public let names: [String]
  /// The draws, one a row.
  public let points: Matrix<Double>
  /// A weight for each draw; `nil` if all weigh the same.
  public let weights: [Double]?
  /// The number of independent draws that the mean of a series (one number a draw, in their order)
  /// is worth.
  public let effectiveSize: @Sendable ([Double]) -> Double

  /// Draws of a posterior.
  ///
  /// - Parameters:
  ///   - names: unique names of the columns.
  ///   - points: one draw a row.
  ///   - weights: weights >= 0.
  ///   - effectiveSize: see ``effectiveSize``; independent draws unless given.
  /// - Throws: ``PosteriorError`` for numbers of names or weights that do not fit, for fewer than
  ///   two draws, for values that are not finite, or for weights that are negative, not finite, or
  ///   zero for all draws.
  public init(
    names: [String], points: Matrix<Double>, weights: [Double]? = nil,
    effectiveSize: @escaping @Sendable ([Double]) -> Double = { Double($0.count) }
  ) throws(PosteriorError) {
    guard names.count == points.columns else {
      throw .count(what: "parameter names", expected: points.columns, found: names.count)
    }
    guard points.rows >= 2 else { throw .tooFewDraws(found: points.rows, needed: 2) }
    if let bad = points.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(
        parameter: names[bad % names.count], draw: bad / names.count, value: points.elements[bad])
    }
    if let weights {
      guard weights.count == points.rows else {
        throw .count(what: "weights", expected: points.rows, found: weights.count)
      }
      if let bad = weights.firstIndex(where: { !($0 >= 0) || $0 == .infinity }) {
        throw .invalidWeight(draw: bad, value: weights[bad])
      }
      guard weights.contains(where: { $0 > 0 }) else { throw .noWeight }
    }
    self.init(unchecked: names, points, weights, effectiveSize)
  }

  private init(
    unchecked names: [String], _ points: Matrix<Double>, _ weights: [Double]?,
    _ effectiveSize: @escaping @Sendable ([Double]) -> Double
  ) {
    self.names = names
    self.points = points
    self.weights = weights
    self.effectiveSize = effectiveSize
  }

  /// Number of draws, those of weight zero included.
  public var count: Int { points.rows }

  /// The values of a parameter.
  ///
  /// - Throws: `ParameterError.unknownName`.
  public func values(of name: String) throws -> [Double] {
    points.gatheredColumn(try names.position(of: name))
  }

  /// The same draws with their weights multiplied by `factors`.
  ///
  /// - Throws: ``PosteriorError/noWeight`` if no draw keeps a weight.
  public func weighted(by factors: [Double]) throws(PosteriorError) -> PosteriorDraws {
    let product = weights.map { zip($0, factors).map { $0 * $1 } } ?? factors
    guard product.contains(where: { $0 > 0 }) else { throw .noWeight }
    return PosteriorDraws(unchecked: names, points, product, effectiveSize)
  }

  /// The sorted values of a parameter with their weights; weights that are equal are left out.
  func sample(_ values: [Double]) throws -> WeightedSample {
    guard let weights else { return try WeightedSample(values) }
    let kept = values.indices.filter { weights[$0] > 0 }
    let used = kept.map { weights[$0] }
    let points = kept.map { values[$0] }
    return try WeightedSample(points, weights: used.allSatisfy { $0 == used[0] } ? nil : used)
  }

  /// The Monte Carlo standard error of a summary with an influence function: √(variance / size) of
  /// the series w g, w scaled to mean 1.
  func standardError(influence: (Int) -> Double) -> Double {
    let n = Double(count)
    var series: [Double]
    if let weights {
      let scale = n / weights.reduce(0, +)
      series = (0..<count).map { weights[$0] > 0 ? scale * weights[$0] * influence($0) : 0 }
    } else {
      series = (0..<count).map(influence)
    }
    let mean = series.reduce(0, +) / n
    let squares = series.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard squares > 0 else { return 0 }
    return (squares / (n - 1) / max(1, effectiveSize(series))).squareRoot()
  }

  /// The probability of a property of the draws.
  public func probability(of flags: [Bool]) -> Estimate {
    let p: Double
    if let weights {
      let inside = flags.indices.reduce(0.0) { flags[$1] ? $0 + weights[$1] : $0 }
      p = inside / weights.reduce(0, +)
    } else {
      p = Double(flags.count { $0 }) / Double(count)
    }
    return Estimate(value: p, error: standardError { (flags[$0] ? 1 : 0) - p })
  }

  /// How many independent draws of equal weight would know a probability with the same error; the
  /// number of draws where the property is the same for all.
  func equivalentCount(_ probability: Estimate) -> Double {
    guard let error = probability.error, error > 0 else { return Double(count) }
    return probability.value * (1 - probability.value) / (error * error)
  }
}
