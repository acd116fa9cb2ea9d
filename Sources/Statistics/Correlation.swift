public import NumericalCore

/// Weighted means, covariances and correlations of the columns of a matrix (rows = points).
public struct Correlation: Sendable {
  /// The weighted mean of each column.
  public let means: [Double]
  /// The unbiased covariance: Σ w (x - mean)(y - mean) / (W - Σ w² / W), W = Σ w; divided by
  /// n - 1 if unweighted.
  public let covariance: Matrix<Double>
  /// The correlation matrix: 1 on the diagonal; 0 beside the diagonal for constant columns.
  public let correlation: Matrix<Double>
  /// The columns that do not vary.
  public let constantColumns: [Int]
  /// The effective number of points (Σ w)² / Σ w².
  public let effectiveCount: Double

  /// Computes the moments of a sample.
  ///
  /// - Throws: ``StatisticsError`` for fewer than two points or unusable weights or values.
  public init(of points: Matrix<Double>, weights: [Double]? = nil) throws {
    guard points.rows > 1 else {
      throw StatisticsError.invalidArgument(
        name: "number of points", value: "\(points.rows)", expected: "at least 2")
    }
    if let bad = points.elements.firstIndex(where: { !$0.isFinite }) {
      throw StatisticsError.invalidArgument(
        name: "point \(bad / points.columns), column \(bad % points.columns)",
        value: "\(points.elements[bad])", expected: "a finite number")
    }
    let n = points.rows
    let d = points.columns
    let w = try Self.checked(weights, count: n)
    let total = w?.reduce(0, +) ?? Double(n)
    let effective = w.map(EffectiveCount.of) ?? Double(n)
    guard effective > 1 else {
      throw StatisticsError.invalidArgument(
        name: "effective number of points", value: "\(effective)", expected: "more than 1")
    }
    // Plain arrays: elements of a matrix of another module cost a call each.
    var elements = points.elements
    var sums = [Double](repeating: 0, count: d)
    for i in 0..<n {
      let weight = w?[i] ?? 1
      for j in 0..<d { sums[j] += weight * elements[i * d + j] }
    }
    let centre = sums.map { $0 / total }
    let varies = (0..<d).map { j in
      stride(from: j, to: n * d, by: d).contains { elements[$0] != elements[j] }
    }
    for i in 0..<n {
      let root = (w?[i] ?? 1).squareRoot()
      for j in 0..<d { elements[i * d + j] = root * (elements[i * d + j] - centre[j]) }
    }
    let scaled = Matrix(rows: n, columns: d, elements: elements)
    var covariance = scaled.times(scaled, transposeSelf: true)
    let factor = 1 / (total * (1 - 1 / effective))
    for k in covariance.elements.indices { covariance.elements[k] *= factor }
    // A constant column may keep rounding noise of its mean: compare the values themselves.
    var constant: [Int] = []
    for j in 0..<d where !varies[j] {
      constant.append(j)
      for k in 0..<d {
        covariance[j, k] = 0
        covariance[k, j] = 0
      }
    }
    means = centre
    effectiveCount = effective
    constantColumns = constant
    self.covariance = covariance
    correlation = Self.correlations(of: covariance)
  }

  /// The correlations of a covariance matrix.
  public static func correlations(of covariance: Matrix<Double>) -> Matrix<Double> {
    let d = covariance.rows
    let sd = (0..<d).map { covariance[$0, $0].squareRoot() }
    var result = Matrix.identity(d)
    for i in 0..<d {
      for j in 0..<d where i != j && sd[i] > 0 && sd[j] > 0 {
        result[i, j] = max(-1, min(1, covariance[i, j] / (sd[i] * sd[j])))
      }
    }
    return result
  }

  /// The Frobenius norm of the difference of two correlation matrices: one number for how much
  /// two samples differ in their linear correlations.
  public func frobeniusDistance(to other: Correlation) -> Double {
    precondition(correlation.rows == other.correlation.rows, "different numbers of columns")
    var sum = 0.0
    for (a, b) in zip(correlation.elements, other.correlation.elements) { sum += (a - b) * (a - b) }
    return sum.squareRoot()
  }

  private static func checked(_ weights: [Double]?, count: Int) throws -> [Double]? {
    guard let weights else { return nil }
    guard weights.count == count else {
      throw StatisticsError.lengthMismatch(
        what: "number of weights", expected: count, found: weights.count)
    }
    if let bad = weights.firstIndex(where: { !($0 >= 0) || $0 == .infinity }) {
      throw StatisticsError.invalidWeight(index: bad, value: weights[bad])
    }
    guard weights.contains(where: { $0 > 0 }) else { throw StatisticsError.zeroTotalWeight }
    return weights
  }
}
