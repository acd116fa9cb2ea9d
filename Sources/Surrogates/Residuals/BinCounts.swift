public import Likelihoods
public import NumericalCore

/// The expected counts of a likelihood at the points of a data set, beside the observed ones.
///
/// A Poisson term of n observed and λ expected counts is −½ r² and a constant, with the signed
/// deviance residual r = sign(λ − n) √(2 (λ − n + n ln(n/λ))) (Pierce, Schafer, J. Am. Stat.
/// Assoc. 81 (1986) 977). It is a smooth function of λ, nearly linear in ln λ, of order one where
/// the data are described.
public struct BinCounts: Sendable {
  /// Observed counts, one a bin.
  public let observed: [Double]
  /// Expected counts: points x bins.
  public let expected: Matrix<Double>

  /// Counts from their parts.
  ///
  /// - Precondition: as many columns as observed counts.
  public init(observed: [Double], expected: Matrix<Double>) {
    precondition(observed.count == expected.columns, "one observed count a bin")
    self.observed = observed
    self.expected = expected
  }

  /// Asks a likelihood.
  public init(of model: some ExpectedCounts, at points: Matrix<Double>) {
    self.init(observed: model.observedCounts, expected: model.expectedCounts(at: points))
  }

  /// How many points stand for all in the ``digest``.
  package static var digestedRows: Int { 32 }

  /// 16 hexadecimal digits that stand for the observed counts and the expected ones of the first
  /// points, in single precision: processors differ in last digits.
  package var digest: String {
    var digest = Digest()
    digest.add(observed)
    let count = min(expected.rows, Self.digestedRows) * expected.columns
    digest.add(expected.elements.prefix(count).map { Double(Float($0)) })
    return digest.text
  }

  /// The deviance residuals of some points: rows x bins.
  func residuals(_ rows: [Int]) -> Matrix<Double> {
    let bins = observed.count
    var result = Matrix<Double>(rows: rows.count, columns: bins, repeating: 0)
    result.elements.withUnsafeMutableBufferPointer { to in
      expected.elements.withUnsafeBufferPointer { from in
        for (i, row) in rows.enumerated() {
          for b in 0..<bins {
            to[i * bins + b] = Self.residual(observed: observed[b], expected: from[row * bins + b])
          }
        }
      }
    }
    return result
  }

  /// The signed deviance residual of one bin.
  static func residual(observed n: Double, expected λ: Double) -> Double {
    guard n > 0 else { return (2 * max(0, λ)).squareRoot() }
    let x = (λ - n) / n
    // x − ln(1 + x) by its series where the difference cancels.
    let deviance =
      abs(x) < 1e-3
      ? x * x * (0.5 - x * (1.0 / 3 - x * (0.25 - x * (0.2 - x / 6))))
      : x - Double.logarithm(1 + x)
    return (x < 0 ? -1 : 1) * (2 * n * deviance).squareRoot()
  }
}
