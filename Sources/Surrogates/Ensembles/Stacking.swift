public import NumericalCore

/// Weights of members that make their mean closest to the truth on held-out points: non-negative,
/// of sum one, of least squared error (L. Breiman, Machine Learning 24 (1996) 49).
public struct Stacking: Sendable, Codable, Equatable {
  /// The weight of each member.
  public let weights: [Double]
  /// Whether they are better than equal weights on points that had no part in the choice; if not,
  /// ``weights`` are equal.
  public let pays: Bool
  /// Root mean squared error of the stacked mean and of the plain one on those points, in nats.
  public let errors: [Double]

  /// The weights for residuals, chosen on the even points and judged on the odd ones. They must
  /// lower the mean squared error by two standard deviations of the difference and by 2 %.
  ///
  /// - Parameter residuals: value less truth at each point, one member a column; two points at
  ///   least.
  public init(residuals: Matrix<Double>) {
    let halves = [0, 1].map { part in
      residuals.selectingRows(Array(stride(from: part, to: residuals.rows, by: 2)))
    }
    let count = residuals.columns
    let equal = [Double](repeating: 1 / Double(count), count: count)
    let (stacked, plain) = (
      Self.squares(halves[1], Self.best(halves[0])), Self.squares(halves[1], equal)
    )
    let gains = zip(plain, stacked).map { $0 - $1 }
    let n = Double(gains.count)
    let gain = gains.reduce(0, +) / n
    let variance = gains.reduce(0) { $0 + ($1 - gain) * ($1 - gain) } / n
    let (a, b) = (stacked.reduce(0, +) / n, plain.reduce(0, +) / n)
    pays = gain > 2 * (variance / n).squareRoot() && gain > 0.02 * b
    weights = pays ? Self.best(residuals) : equal
    errors = [a.squareRoot(), b.squareRoot()]
  }

  /// Squared residuals of a weighted mean.
  private static func squares(_ residuals: Matrix<Double>, _ weights: [Double]) -> [Double] {
    residuals.times(weights).map { $0 * $0 }
  }

  /// The weights of least squared error: wᵀ C w over the simplex, C the mean products of the
  /// residuals, by exact steps that move weight between the pair of members that gain most.
  public static func best(_ residuals: Matrix<Double>) -> [Double] {
    let count = residuals.columns
    var products = residuals.times(residuals, transposeSelf: true)
    for k in products.elements.indices { products.elements[k] /= Double(residuals.rows) }
    var weights = [Double](repeating: 1 / Double(count), count: count)
    let size = (0..<count).reduce(0) { max($0, products[$1, $1]) }
    for _ in 0..<10_000 {
      let slopes = products.times(weights)
      let givers = (0..<count).filter { weights[$0] > 0 }
      guard let from = givers.max(by: { slopes[$0] < slopes[$1] }),
        let to = (0..<count).min(by: { slopes[$0] < slopes[$1] }),
        slopes[from] - slopes[to] > 1e-12 * size
      else { break }
      let curvature = products[from, from] + products[to, to] - 2 * products[from, to]
      let step = min(weights[from], curvature > 0 ? (slopes[from] - slopes[to]) / curvature : 1)
      weights[from] = step == weights[from] ? 0 : weights[from] - step
      weights[to] += step
    }
    return weights
  }
}
