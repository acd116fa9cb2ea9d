internal import Foundation
public import NumericalCore

/// A multivariate normal prior of several named parameters.
public struct MultivariateNormalPrior: Sendable, Equatable {
  /// The parameters, in the order of ``mean`` and ``covariance``.
  public let names: [String]
  /// The mean of every parameter.
  public private(set) var mean: [Double]
  /// The symmetric, positive-definite covariance matrix.
  public let covariance: Matrix<Double>
  /// The inverse of ``covariance``.
  let precision: Matrix<Double>
  /// The lower-triangular Cholesky factor of ``covariance``.
  private let root: Matrix<Double>
  /// The log density at the mean.
  private let logPeak: Double

  /// The same distribution with another mean.
  ///
  /// - Precondition: one finite number a parameter.
  public func centred(at mean: [Double]) -> MultivariateNormalPrior {
    precondition(
      mean.count == names.count && mean.allSatisfy(\.isFinite), "one finite mean a parameter")
    var result = self
    result.mean = mean
    return result
  }

  /// A normal distribution of named parameters.
  ///
  /// - Throws: ``PriorError`` naming the block, if lengths do not fit, names repeat, numbers are
  ///   not finite, or the matrix is not symmetric and positive definite.
  public init(
    _ names: [String], mean: [Double], covariance: Matrix<Double>
  ) throws(PriorError) {
    func problem(_ expected: String, _ found: String) -> PriorError {
      .block(parameters: names, expected: expected, found: found)
    }
    let n = names.count
    guard n > 0 else { throw problem("at least one parameter", "none") }
    guard Set(names).count == n else { throw problem("each parameter once", "a name twice") }
    guard mean.count == n else { throw problem("\(n) means", "\(mean.count)") }
    guard covariance.rows == n, covariance.columns == n else {
      throw problem("a \(n) x \(n) matrix", "\(covariance.rows) x \(covariance.columns)")
    }
    guard mean.allSatisfy(\.isFinite), covariance.elements.allSatisfy(\.isFinite) else {
      throw problem("finite numbers", "one that is not")
    }
    var symmetric = covariance
    for i in 0..<n {
      for j in 0..<i {
        let (a, b) = (covariance[i, j], covariance[j, i])
        guard abs(a - b) <= 1e-9 * max(abs(a), abs(b)) else {
          throw problem("a symmetric matrix", "\(b) and \(a) for \(names[j]) and \(names[i])")
        }
        symmetric[i, j] = 0.5 * (a + b)
        symmetric[j, i] = symmetric[i, j]
      }
    }
    guard let factor = Cholesky(symmetric), factor.inverse.elements.allSatisfy(\.isFinite) else {
      let smallest = SymmetricEigen(symmetric)?.values.first
      throw problem(
        "a positive-definite matrix",
        smallest.map { "one with the smallest eigenvalue \($0)" } ?? "one that is not")
    }
    self.names = names
    self.mean = mean
    self.covariance = symmetric
    precision = factor.inverse
    root = factor.lower
    logPeak = -0.5 * (factor.logDeterminant + Double(n) * log(2 * Double.pi))
  }

  /// A normal distribution given by standard deviations and a correlation matrix.
  ///
  /// - Throws: ``PriorError`` naming the block; the diagonal of the correlations must be 1.
  public init(
    _ names: [String], mean: [Double], standardDeviations: [Double], correlation: Matrix<Double>
  ) throws(PriorError) {
    func problem(_ expected: String, _ found: String) -> PriorError {
      .block(parameters: names, expected: expected, found: found)
    }
    let n = names.count
    guard standardDeviations.count == n else {
      throw problem("\(n) standard deviations", "\(standardDeviations.count)")
    }
    guard correlation.rows == n, correlation.columns == n else {
      throw problem("a \(n) x \(n) matrix", "\(correlation.rows) x \(correlation.columns)")
    }
    if let sd = standardDeviations.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw problem("positive standard deviations", "\(sd)")
    }
    var covariance = correlation
    for i in 0..<n {
      guard correlation[i, i] == 1 else {
        throw problem("correlations of 1 on the diagonal", "\(correlation[i, i])")
      }
      for j in 0..<n { covariance[i, j] *= standardDeviations[i] * standardDeviations[j] }
    }
    try self.init(names, mean: mean, covariance: covariance)
  }

  /// The log density at the coordinates of its parameters, in the order of ``names``; -∞ where
  /// they are not finite.
  public func logDensity(_ x: [Double]) -> Double {
    precondition(x.count == names.count, "the block has \(names.count) parameters")
    return evaluate(x).value
  }

  /// The log density and its gradient -Σ⁻¹ (x - μ).
  func evaluate(_ x: [Double]) -> (value: Double, gradient: [Double]) {
    let n = names.count
    var gradient = [Double](repeating: 0, count: n)
    guard x.allSatisfy(\.isFinite) else { return (-.infinity, gradient) }
    var chiSquared = 0.0
    for i in 0..<n {
      var sum = 0.0
      for j in 0..<n { sum += precision[i, j] * (x[j] - mean[j]) }
      gradient[i] = -sum
      chiSquared += sum * (x[i] - mean[i])
    }
    return (logPeak - 0.5 * chiSquared, gradient)
  }

  /// A random value of every parameter.
  public func draw(_ random: inout RandomSequence) -> [Double] {
    point(ofNormals: names.map { _ in random.normal() })
  }

  /// The point that belongs to independent standard normal numbers, one a parameter.
  func point(ofNormals z: [Double]) -> [Double] {
    names.indices.map { i in
      (0...i).reduce(mean[i]) { $0 + root[i, $1] * z[$1] }
    }
  }
}

extension MultivariateNormalPrior {
  /// The distribution of some of the parameters, by position, whatever the others are; `nil` for
  /// none.
  func marginal(_ kept: [Int]) throws(PriorError) -> MultivariateNormalPrior? {
    guard !kept.isEmpty else { return nil }
    return try MultivariateNormalPrior(
      kept.map { names[$0] }, mean: kept.map { mean[$0] },
      covariance: covariance.selecting(rows: kept, columns: kept))
  }

  /// The distribution of the parameters that are not held, for given values of those that are,
  /// and the log density of the held values themselves; the two logarithms add up to the whole.
  func conditional(
    holding held: [Int: Double]
  ) throws(PriorError) -> (block: MultivariateNormalPrior?, logConstant: Double) {
    let fixed = names.indices.filter { held[$0] != nil }
    let free = names.indices.filter { held[$0] == nil }
    guard let marginal = try marginal(fixed) else { return (self, 0) }
    let values = fixed.compactMap { held[$0] }
    let constant = marginal.logDensity(values)
    guard !free.isEmpty else { return (nil, constant) }
    // μ + Σ_fh Σ_hh⁻¹ (x_h - μ_h), Σ_ff - Σ_fh Σ_hh⁻¹ Σ_hf.
    let cross = covariance.selecting(rows: free, columns: fixed)
    let weights = cross.times(marginal.precision)
    let shift = weights.times(zip(values, marginal.mean).map { $0 - $1 })
    var remaining = covariance.selecting(rows: free, columns: free)
    let explained = weights.times(cross, transposeOther: true)
    for k in remaining.elements.indices { remaining.elements[k] -= explained.elements[k] }
    let block = try MultivariateNormalPrior(
      free.map { names[$0] }, mean: zip(free, shift).map { mean[$0] + $1 }, covariance: remaining)
    return (block, constant)
  }

  /// The same distribution with other names of its parameters.
  func renamed(_ newNames: [String]) -> MultivariateNormalPrior {
    MultivariateNormalPrior(renaming: self, newNames)
  }

  private init(renaming other: MultivariateNormalPrior, _ newNames: [String]) {
    names = newNames
    mean = other.mean
    covariance = other.covariance
    precision = other.precision
    root = other.root
    logPeak = other.logPeak
  }
}

extension Matrix where Element == Double {
  fileprivate func selecting(rows: [Int], columns: [Int]) -> Matrix {
    Matrix(
      rows: rows.count, columns: columns.count,
      elements: rows.flatMap { i in columns.map { self[i, $0] } })
  }
}

extension MultivariateNormalPrior: Codable {
  private enum CodingKeys: String, CodingKey { case names, mean, covariance }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let rows = try values.decode([[Double]].self, forKey: .covariance)
    guard rows.allSatisfy({ $0.count == rows.count }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .covariance, in: values, debugDescription: "the matrix is not square")
    }
    try self.init(
      values.decode([String].self, forKey: .names),
      mean: try values.decode([Double].self, forKey: .mean),
      covariance: Matrix(rows: rows, columns: rows.count))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(names, forKey: .names)
    try values.encode(mean, forKey: .mean)
    try values.encode((0..<covariance.rows).map { covariance.row($0) }, forKey: .covariance)
  }
}
