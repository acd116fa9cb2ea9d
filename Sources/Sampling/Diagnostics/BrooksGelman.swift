/// The potential scale reduction of Brooks and Gelman (J. Comput. Graph. Stat. 7 (1998) 434,
/// sections 1.2-1.3), corrected for the sampling variability of the variance estimate.
///
/// Used in arXiv:1911.03305 (there with walkers as chains, and partly with variances divided by
/// the count; here all by count - 1). For a verdict prefer ``RHat/quoted(_:)``.
public struct BrooksGelman: Codable, Hashable, Sendable {
  /// W, the mean of the chain variances.
  public let withinVariance: Double
  /// B, N times the variance of the chain means.
  public let betweenVariance: Double
  /// V' = (N-1)/N W + B/N + B/(MN), the estimated variance of the target.
  public let pooledVariance: Double
  /// df = 2 V'² / var(V').
  public let degreesOfFreedom: Double
  /// √(V'/W).
  public let uncorrected: Double
  /// R_c = √((df + 3)/(df + 1) V'/W).
  public let corrected: Double

  /// Computes the factors; `nil` if no chain moves or all chains are equal copies.
  ///
  /// - Throws: ``ChainDiagnosticsError/tooFewChains(found:needed:)`` for one chain.
  public init?(_ chains: ChainDraws) throws {
    guard chains.chains >= 2 else {
      throw ChainDiagnosticsError.tooFewChains(found: chains.chains, needed: 2)
    }
    let (means, variances) = chains.chainMoments()
    let m = Double(chains.chains)
    let n = Double(chains.draws)
    let w = Moments.mean(variances)
    guard w > 0 else { return nil }
    let b = n * Moments.variance(means)
    let plus = (n - 1) / n * w + b / n
    let v = plus + b / (m * n)
    let cross =
      Moments.covariance(variances, means.map { $0 * $0 })
      - 2 * Moments.mean(means) * Moments.covariance(variances, means)
    let r = (n - 1) / n
    let s = (m + 1) / (m * n)
    let variance =
      r * r * Moments.variance(variances) / m + s * s * 2 * b * b / (m - 1)
      + 2 * (m + 1) * (n - 1) / (m * n * n) * (n / m) * cross
    guard variance > 0 else { return nil }
    withinVariance = w
    betweenVariance = b
    pooledVariance = v
    degreesOfFreedom = 2 * v * v / variance
    uncorrected = (v / w).squareRoot()
    corrected = ((degreesOfFreedom + 3) / (degreesOfFreedom + 1) * v / w).squareRoot()
  }
}
