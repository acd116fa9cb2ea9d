internal import NumericalCore

/// The mixed sample S3 of arXiv:1911.03305 section 3.3: a stated fraction of unbiased points, all
/// biased points above a threshold of the log density, and biased points below it to fill up.
public struct MixedDesign: Sendable, Codable {
  /// The paper's fraction of unbiased points.
  public static let paperFraction = 0.7

  /// Fraction of unbiased points.
  public var unbiasedFraction: Double
  /// Log density above which all biased points are taken; -290 for the toy search in the paper.
  public var threshold: Double
  /// Seed of the choice and of the final order.
  public var seed: UInt64

  /// A design.
  public init(unbiasedFraction: Double = paperFraction, threshold: Double, seed: UInt64 = 1) {
    self.unbiasedFraction = unbiasedFraction
    self.threshold = threshold
    self.seed = seed
  }

  /// Chooses points from the two samples.
  ///
  /// - Parameters:
  ///   - count: number of points wanted.
  ///   - unbiased: number of points of the unbiased sample; its first ones are taken.
  ///   - biased: log densities of the points of the biased sample.
  /// - Returns: positions in the two samples and a random order in which to join them (positions
  ///   in the concatenation unbiased + biased).
  /// - Throws: ``SamplingError/field(_:expected:found:)`` if the samples are too small, or the
  ///   numbers of the design out of range.
  public func choose(
    _ count: Int, unbiased: Int, biased: [Double]
  ) throws -> (unbiased: [Int], biased: [Int], order: [Int]) {
    guard count > 0, (0...1).contains(unbiasedFraction) else {
      throw SamplingError.field(
        "number of points and unbiased fraction of the mixture",
        expected: "a positive number and a fraction in [0, 1]",
        found: "\(count), \(unbiasedFraction)")
    }
    let first = Int((unbiasedFraction * Double(count)).rounded())
    guard first <= unbiased else {
      throw SamplingError.field(
        "unbiased points of the mixture", expected: "at least \(first)", found: "\(unbiased)")
    }
    let high = biased.indices.filter { biased[$0] > threshold }
    let low = biased.indices.filter { biased[$0] <= threshold }
    let wanted = count - first
    guard high.count + low.count >= wanted else {
      throw SamplingError.field(
        "biased points of the mixture", expected: "at least \(wanted)", found: "\(biased.count)")
    }
    var random = RandomStream(seed: seed, purpose: "mixture").sequence()
    let upper = random.permutation(high.count).prefix(wanted).map { high[$0] }
    let lower = random.permutation(low.count).prefix(wanted - upper.count).map { low[$0] }
    return (Array(0..<first), upper + lower, random.permutation(count))
  }
}
