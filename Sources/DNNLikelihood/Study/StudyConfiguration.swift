public import Sampling
public import Surrogates

/// Everything that decides the numbers of a study.
public struct StudyConfiguration: Codable, Sendable {
  /// The unbiased sample S1.
  public var unbiased: HamiltonianSampler
  /// The data set: unbiased points, and points around the ridge.
  public var dataset: DatasetBuilder
  /// Network and training.
  public var recipe: TrainingRecipe
  /// Sampling of the surrogate.
  public var resampling: HamiltonianSampler
  /// Values of the parameter of interest at which it is profiled.
  public var profileValues: [Double]

  /// Keeps the random numbers of the surrogate's chains apart from those of the truth's, also
  /// between neighbouring seeds.
  static let resamplingSeedMask: UInt64 = 0x5eed_0000_0000_0000

  /// The study that `dnnlik quickstart` runs on the toy LHC search.
  public static func quickstart(seed: UInt64 = 1) -> StudyConfiguration {
    StudyConfiguration(
      unbiased: HamiltonianSampler(
        chains: 1024, drawsPerChain: 300, thinning: 2, warmUpSteps: 200, seed: seed),
      dataset: DatasetBuilder(
        design: .unbiased, points: 150_000, ridgePoints: 60_000, validation: 0.05, test: 0.1,
        ridgeRange: -0.95...1.5, seed: seed),
      recipe: .enhanced(epochs: 30, seed: seed),
      resampling: HamiltonianSampler(
        chains: 512, drawsPerChain: 300, warmUpSteps: 150, seed: seed ^ resamplingSeedMask),
      profileValues: (0...10).map { Double($0) / 10 })
  }
}
