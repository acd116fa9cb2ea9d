/// Geweke's comparison of the beginning with the end of each chain (Bayesian Statistics 4 (1992)
/// 169): z = (mean of the first 10 % - mean of the last 50 %) / √(S_a/n_a + S_b/n_b).
///
/// S = variance times τ is the spectral density at zero frequency. z is standard normal for a
/// stationary chain that is long compared with τ.
public enum Geweke {
  /// z of each chain; `nil` for a chain of which one part does not move.
  ///
  /// - Throws: ``ChainDiagnosticsError`` if the first part has fewer than four draws, or the
  ///   fractions are not positive or overlap.
  public static func scores(
    _ chains: ChainDraws, first: Double = 0.1, last: Double = 0.5
  ) throws -> [Double?] {
    for fraction in [first, last] where !(fraction > 0 && fraction < 1) {
      throw ChainDiagnosticsError.invalidProbability(fraction)
    }
    guard first + last <= 1 else { throw ChainDiagnosticsError.invalidProbability(first + last) }
    let n = chains.draws
    let head = Int(first * Double(n))
    let tail = Int(last * Double(n))
    guard min(head, tail) >= 4 else {
      throw ChainDiagnosticsError.tooFewDraws(
        found: n, needed: Int((4 / min(first, last)).rounded(.up)))
    }
    return (0..<chains.chains).map { m in
      let chain = chains.values[m * n..<(m + 1) * n]
      guard let a = part(Array(chain.prefix(head))), let b = part(Array(chain.suffix(tail))) else {
        return nil
      }
      return (a.mean - b.mean) / (a.error2 + b.error2).squareRoot()
    }
  }

  /// The mean of a piece of a chain and its squared error, variance times τ over count.
  private static func part(_ draws: [Double]) -> (mean: Double, error2: Double)? {
    let piece = ChainDraws(unchecked: draws, chains: 1, draws: draws.count)
    guard let tau = IntegratedAutocorrelationTime(piece) else { return nil }
    return (Moments.mean(draws), Moments.variance(draws) * tau.time / Double(draws.count))
  }
}
