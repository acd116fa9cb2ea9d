public import Sampling
public import Surrogates

/// Everything that decides the numbers of a study.
public struct StudyConfiguration: Codable, Sendable {
  /// Seed of the stages that have none of their own.
  public var seed: UInt64
  /// The unbiased sample S1.
  public var unbiased: HamiltonianSampler
  /// Unbiased points in the data set.
  public var unbiasedPoints: Int
  /// The points around the profile-likelihood ridge.
  public var ridge: RidgeDesign
  /// Ridge points in the data set.
  public var ridgePoints: Int
  /// Profiled maxima that the ridge consists of.
  public var ridgeMaxima: Int
  /// Range of the parameter of interest along the ridge.
  public var ridgeRange: [Double]
  /// Fraction of the data set for validation.
  public var validationFraction: Double
  /// Fraction of the data set for the final test.
  public var testFraction: Double
  /// Network and training.
  public var recipe: TrainingRecipe
  /// Sampling of the surrogate.
  public var resampling: HamiltonianSampler
  /// Values of the parameter of interest at which it is profiled.
  public var profileValues: [Double]

  /// The study that `dnnlik quickstart` runs on the toy LHC search.
  public static func quickstart(seed: UInt64 = 1) -> StudyConfiguration {
    StudyConfiguration(
      seed: seed,
      unbiased: HamiltonianSampler(
        chains: 1024, drawsPerChain: 300, warmUpSteps: 200, seed: seed),
      unbiasedPoints: 150_000,
      ridge: RidgeDesign(largestScale: 1.1, seed: seed), ridgePoints: 60_000, ridgeMaxima: 200,
      ridgeRange: [-0.95, 1.5], validationFraction: 0.05, testFraction: 0.1,
      recipe: .enhanced(widths: [256, 256], epochs: 60, batchSize: 512, seed: seed),
      resampling: HamiltonianSampler(
        chains: 512, drawsPerChain: 300, warmUpSteps: 150, seed: seed &+ 1),
      profileValues: (0...10).map { Double($0) / 10 })
  }
}
