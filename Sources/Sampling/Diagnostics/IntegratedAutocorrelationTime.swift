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
    var sum = AutocovarianceSum(length: chains.draws)
    self.init(
      chains, method: method, windowFactor: windowFactor, stuckChains: chains.stuckChains,
      using: &sum)
  }

  init?(
    _ chains: ChainDraws, method: Method, windowFactor: Double, stuckChains: [Int],
    using sum: inout AutocovarianceSum
  ) {
    sum.reset()
    let n = chains.draws
    switch method {
    case .foremanMackey:
      let span = chains.values.span
      for m in 0..<chains.chains {
        sum.add(span.extracting(m * n..<(m + 1) * n), scaling: .unitVariance)
      }
    case .goodmanWeare:
      guard stuckChains.count < chains.chains else { return nil }
      var mean = [Double](repeating: 0, count: n)
      for m in 0..<chains.chains { for t in 0..<n { mean[t] += chains.values[m * n + t] } }
      for t in 0..<n { mean[t] /= Double(chains.chains) }
      sum.add(mean.span, scaling: .unitVariance)
    }
    guard sum.seriesCount > 0 else { return nil }
    let count = Double(sum.seriesCount)
    let (tau, window) = Self.close(sum.sums().map { $0 / count }, windowFactor: windowFactor)
    self.method = method
    windowedSum = tau
    time = max(tau, 1 / log10(Double(chains.count)))
    self.window = window
    draws = n
    self.chains = chains.chains
    self.stuckChains = stuckChains
  }

  private static func close(_ rho: [Double], windowFactor: Double) -> (Double, Int) {
    var tau = -1.0
    for (m, value) in rho.enumerated() {
      tau += 2 * value
      if Double(m) >= windowFactor * tau { return (tau, m) }
    }
    // Reached only when rounding keeps the last sum, exactly zero on paper, above (N - 1) / c.
    return (tau, rho.count - 1)
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
