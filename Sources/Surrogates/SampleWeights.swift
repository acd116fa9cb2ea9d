internal import Foundation

/// How much each training point counts in the loss.
public enum SampleWeights: String, Sendable, Codable, CaseIterable {
  /// All alike.
  case equal
  /// Rare log densities more: weights h^(−1/1.3), with h the number of points (at least 5) in a
  /// point's bin of a histogram of the log density with 500 bins, normalised to a mean of one
  /// (option of the code of arXiv:1911.03305).
  case flat

  private static let bins = 500
  private static let least = 5
  private static let power = 1 / 1.3

  /// The weights of points with the given log densities; `nil` if all are equal.
  public func weights(_ logDensities: [Double]) -> [Double]? {
    guard self == .flat, let low = logDensities.min(), let high = logDensities.max(), high > low
    else { return nil }
    let places = logDensities.map {
      min(Self.bins - 1, Int(Double(Self.bins) * ($0 - low) / (high - low)))
    }
    var contents = [Int](repeating: 0, count: Self.bins)
    for place in places { contents[place] += 1 }
    let weights = places.map { place in
      1 / pow(Double(max(Self.least, contents[place])), Self.power)
    }
    let mean = weights.reduce(0, +) / Double(weights.count)
    return weights.map { $0 / mean }
  }
}
