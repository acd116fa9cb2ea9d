/// How a refinement proceeds; the defaults suit 5 to 200 parameters.
public struct RefinementSettings: Codable, Sendable, Equatable {
  /// Points of the first round; 20 a parameter with gradients and 100 without if absent.
  public var startPoints: Int?
  /// Factor on the number of points from round to round.
  public var growth = 2.0
  /// Independent chains of a measurement.
  public var chains = 256
  /// Draws of each chain of a measurement.
  public var drawsPerChain = 8
  /// Width of the two hidden layers in the first round.
  public var width = 128
  /// Width at most.
  public var largestWidth = 512
  /// Values of the parameter of interest at which it is profiled; 11 values within three errors of
  /// the maximum if absent.
  public var profileValues: [Double]?
  /// Whether networks learn the likelihood's counts (recipe `counts`); the better recipe if absent.
  public var learnsCounts: Bool?
  /// Seed of all random numbers.
  public var seed: UInt64 = 1

  /// The defaults with a seed.
  public init(seed: UInt64 = 1) { self.seed = seed }

  func check() throws {
    for (name, value, least) in [
      ("start points", startPoints ?? 100, 100), ("chains", chains, 8),
      ("draws per chain", drawsPerChain, 2), ("width", width, 1),
      ("largest width", largestWidth, width),
    ] where value < least {
      throw InputError.value(name, expected: "at least \(least)", found: "\(value)")
    }
    guard growth > 1, growth.isFinite else {
      throw InputError.value("growth", expected: "a number above 1", found: "\(growth)")
    }
  }
}
