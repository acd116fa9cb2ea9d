internal import Foundation
public import NumericalCore

/// The expansion of correlated, skewed background expectations in normal variables, A_i + B_i θ_i +
/// C_i θ_i² with θ normal of correlation ρ (arXiv:1809.05548 eqs. 2.6 to 2.12).
///
/// It reproduces means, covariances and third central moments of the bins.
public struct QuadraticCoefficients: Sendable, Equatable {
  /// A_i = mean - C_i.
  public let constant: [Double]
  /// B_i = √(m2 - 2 C_i²), not negative.
  public let linear: [Double]
  /// C_i = √(2 m2) sin(⅓ arcsin(m3 / √(8 m2³))).
  ///
  /// This is the equation of the paper, -sign(m3) √(2 m2) cos(4π/3 + ⅓ arctan √(8 m2³/m3² - 1)),
  /// without its cancellation at small m3.
  public let quadratic: [Double]
  /// ρ, the correlations of the θ: bins a row and a column, 1 on the diagonal. Positive definite.
  public let correlation: Matrix<Double>
  /// What was changed in the given moments to make the expansion possible, in words.
  public let notes: [String]

  /// Number of bins.
  public var count: Int { constant.count }

  /// Whether a bin varies at all; θ has no effect in a bin that does not.
  public func varies(_ bin: Int) -> Bool { linear[bin] > 0 || quadratic[bin] != 0 }

  /// The expectation of a bin at the value of its normal variable.
  public func expectation(_ bin: Int, _ theta: Double) -> Double {
    constant[bin] + theta * (linear[bin] + theta * quadratic[bin])
  }

  /// The mean of every bin, A + C.
  public var means: [Double] { (0..<count).map { constant[$0] + quadratic[$0] } }

  /// The covariance of the bins, B_i B_j ρ_ij + 2 C_i C_j ρ_ij².
  public var covariance: Matrix<Double> {
    var result = correlation
    for i in 0..<count {
      for j in 0..<count {
        let rho = correlation[i, j]
        result[i, j] =
          rho * (linear[i] * linear[j] + 2 * quadratic[i] * quadratic[j] * rho)
      }
    }
    return result
  }

  /// The third central moment of every bin, 6 B² C + 8 C³.
  public var thirdMoments: [Double] {
    (0..<count).map { i in
      let (b, c) = (linear[i], quadratic[i])
      return c * (6 * b * b + 8 * c * c)
    }
  }

  /// The expansion with the given moments.
  ///
  /// - Parameters:
  ///   - means: expected counts of the bins.
  ///   - covariance: their covariance, symmetric and positive semi-definite; variances may be 0.
  ///   - thirdMoments: their third central moments; all 0 (the linear limit) if `nil`.
  ///   - binNames: names for messages, one a bin.
  ///   - policy: what is done with a third moment that is too large for its variance.
  /// - Throws: ``SimplifiedLikelihoodError``.
  public init(
    means: [Double], covariance: Matrix<Double>, thirdMoments: [Double]? = nil,
    binNames: [String]? = nil, policy: ThirdMoment.Policy = .refuse
  ) throws(SimplifiedLikelihoodError) {
    let n = means.count
    let names = binNames ?? (1...max(1, n)).map { "bin_\($0)" }
    let third = thirdMoments ?? [Double](repeating: 0, count: n)
    guard names.count == n else {
      throw .length(field: "bins", expected: n, found: names.count)
    }
    guard third.count == n else {
      throw .length(field: "thirdMoments", expected: n, found: third.count)
    }
    let covariance = try CovarianceCheck.checked(covariance, names: names)
    var notes: [String] = []
    var (a, b, c) = (means, means, means)
    for i in 0..<n {
      let variance = covariance[i, i]
      let m3 = try Self.thirdMoment(third[i], variance, names[i], policy, &notes)
      (b[i], c[i]) = Self.linearAndQuadratic(variance: variance, thirdMoment: m3)
      a[i] = means[i] - c[i]
    }
    let exact = Self.correlation(covariance, b, c, names, &notes)
    (constant, linear, quadratic) = (a, b, c)
    correlation = try CovarianceCheck.repaired(exact, &notes)
    self.notes = notes
  }

  private static func thirdMoment(
    _ m3: Double, _ variance: Double, _ name: String, _ policy: ThirdMoment.Policy,
    _ notes: inout [String]
  ) throws(SimplifiedLikelihoodError) -> Double {
    guard m3.isFinite else {
      throw .value(
        field: "thirdMoments", bin: name, expected: "a finite number", found: "\(m3)")
    }
    let limit = ThirdMoment.limit(variance: variance)
    // The limit itself is allowed, and so is what rounding makes of it.
    guard abs(m3) > limit * (1 + 1e-12) else { return min(max(m3, -limit), limit) }
    guard policy == .clip else {
      throw .thirdMoment(bin: name, variance: variance, thirdMoment: m3)
    }
    let clipped = m3 < 0 ? -limit : limit
    notes.append(
      "bin '\(name)': the third moment \(m3) is beyond the limit for the variance \(variance) and "
        + "was replaced by \(clipped)")
    return clipped
  }

  private static func linearAndQuadratic(
    variance: Double, thirdMoment: Double
  ) -> (linear: Double, quadratic: Double) {
    guard variance > 0 else { return (0, 0) }
    let ratio = min(1, max(-1, thirdMoment / ThirdMoment.limit(variance: variance)))
    let sine = sin(asin(ratio) / 3)
    // m2 - 2 C² = m2 (1 - 4 sin²).
    return (
      (variance * max(0, 1 - 4 * sine * sine)).squareRoot(), (2 * variance).squareRoot() * sine
    )
  }

  /// The root of 2 C_i C_j ρ² + B_i B_j ρ = V_ij that is V_ij/(B_i B_j) in the linear limit.
  private static func correlation(
    _ covariance: Matrix<Double>, _ b: [Double], _ c: [Double], _ names: [String],
    _ notes: inout [String]
  ) -> Matrix<Double> {
    var result = Matrix<Double>.identity(b.count)
    for i in b.indices {
      for j in 0..<i where covariance[i, j] != 0 {
        let v = covariance[i, j]
        let (bb, cc) = (b[i] * b[j], c[i] * c[j])
        let discriminant = bb * bb + 8 * cc * v
        let denominator = bb + max(0, discriminant).squareRoot()
        var rho = denominator > 0 ? 2 * v / denominator : 0
        if discriminant < 0 { rho = -bb / (4 * cc) }
        rho = min(1, max(-1, rho))
        result[i, j] = rho
        result[j, i] = rho
        let reached = rho * (bb + 2 * cc * rho)
        let unit = (covariance[i, i] * covariance[j, j]).squareRoot()
        if abs(reached - v) > 1e-9 * unit {
          notes.append(
            "bins '\(names[i])' and '\(names[j])': their covariance \(v) cannot be had together "
              + "with their third moments; the nearest, \(reached), was taken")
        }
      }
    }
    return result
  }
}
