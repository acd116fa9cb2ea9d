internal import Foundation
internal import NumericalCore

/// The integrated autocorrelation time τ: how many steps make one independent draw.
///
/// τ(m) = 2 Σ ρ(t), t = 0 ... m, less 1, closed at the least m >= c τ(m) (A. Sokal, 1997; c = 5).
/// The mean is removed from a finite chain, so the window always closes, however short the chain
/// is; below 50 τ draws the estimate is biased low and ``isReliable`` is false.
public struct IntegratedAutocorrelationTime: Codable, Hashable, Sendable {
  /// How the autocorrelations of several walkers or chains are combined.
  public enum Method: String, Codable, Sendable {
    /// Autocorrelation of the mean over the walkers (Goodman and Weare 2010).
    case goodmanWeare
    /// Mean over the walkers of their normalised autocorrelations (Foreman-Mackey 2017, emcee).
    case foremanMackey
  }

  /// How walkers were combined.
  public let method: Method
  /// The sum up to the window, as it came out; at or below 0 for strongly antithetic chains.
  public let windowedSum: Double
  /// The time in steps: `windowedSum`, not below 1 / log10(number of all draws).
  public let time: Double
  /// The lag at which the sum was closed.
  public let window: Int
  /// Number of draws per chain.
  public let draws: Int
  /// Number of chains (walkers).
  public let chains: Int
  /// Chains that do not move; they are left out of ``Method/foremanMackey``.
  public let stuckChains: [Int]

  /// Whether the chains are longer than 50 τ.
  public var isReliable: Bool { Double(draws) > 50 * time }

  /// The number of draws over τ; for an ensemble this treats walkers as independent.
  public var effectiveSampleSize: Double { Double(draws * chains) / time }

  /// Estimates τ.
  ///
  /// - Parameters:
  ///   - chains: the walkers or chains.
  ///   - method: how to combine them.
  ///   - windowFactor: Sokal's c.
  /// - Returns: `nil` if no chain moves (or their mean does not, for ``Method/goodmanWeare``).
  public init?(_ chains: ChainDraws, method: Method = .foremanMackey, windowFactor: Double = 5) {
    let stuck = chains.stuckChains
    var series = chains
    if method == .goodmanWeare {
      guard stuck.count < chains.chains else { return nil }
      let n = chains.draws
      var mean = [Double](repeating: 0, count: n)
      for m in 0..<chains.chains { for t in 0..<n { mean[t] += chains.values[m * n + t] } }
      for t in 0..<n { mean[t] /= Double(chains.chains) }
      series = ChainDraws(unchecked: mean, chains: 1, draws: n)
    }
    let time = series.withAutocovariances(scaling: .unitVariance) {
      IntegratedAutocorrelationTime(
        &$0, method: method, windowFactor: windowFactor, chains: chains.chains, stuckChains: stuck)
    }
    guard let time else { return nil }
    self = time
  }

  /// From the autocorrelations of the chains, or of their mean.
  init?(
    _ autocorrelations: inout LaggedAutocovariances, method: Method, windowFactor: Double,
    chains: Int, stuckChains: [Int]
  ) {
    guard autocorrelations.seriesCount > 0 else { return nil }
    let (tau, window) = Self.close(&autocorrelations, windowFactor: windowFactor)
    self.method = method
    draws = autocorrelations.length
    windowedSum = tau
    time = max(tau, 1 / log10(Double(chains * draws)))
    self.window = window
    self.chains = chains
    self.stuckChains = stuckChains
  }

  private static func close(
    _ rho: inout LaggedAutocovariances, windowFactor: Double
  ) -> (Double, Int) {
    let count = Double(rho.seriesCount)
    var tau = -1.0
    for m in 0..<rho.length {
      tau += 2 * rho.sum(at: m) / count
      if Double(m) >= windowFactor * tau { return (tau, m) }
    }
    // Reached only when rounding keeps the last sum, exactly zero on paper, above (N - 1) / c.
    return (tau, rho.length - 1)
  }

  /// τ of the first n draws for several n: a reliable estimate no longer grows with n.
  ///
  /// - Parameter lengths: numbers of draws, each between 4 and all of them; others are left out.
  public static func history(
    _ chains: ChainDraws, lengths: [Int], method: Method = .foremanMackey
  ) -> [IntegratedAutocorrelationTime] {
    lengths.filter { $0 >= 4 && $0 <= chains.draws }.compactMap { length in
      var values: [Double] = []
      for m in 0..<chains.chains {
        values += chains.values[m * chains.draws..<m * chains.draws + length]
      }
      return IntegratedAutocorrelationTime(
        ChainDraws(unchecked: values, chains: chains.chains, draws: length), method: method)
    }
  }

  /// The lengths of arXiv:1911.03305: `count` numbers of draws, evenly spaced in the logarithm
  /// from 100 (or 4, for shorter chains) to all.
  public static func logarithmicLengths(upTo draws: Int, count: Int = 10) -> [Int] {
    let first = log(Double(draws >= 100 ? 100 : 4))
    let last = log(Double(max(4, draws)))
    var lengths = (0..<count).map {
      Int(exp(first + (last - first) * Double($0) / Double(max(1, count - 1))).rounded())
    }
    lengths = lengths.map { min($0, draws) }
    return lengths.enumerated().filter { $0 == 0 || lengths[$0 - 1] != $1 }.map(\.element)
  }
}
