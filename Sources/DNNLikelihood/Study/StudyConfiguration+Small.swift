internal import Sampling
internal import Surrogates

extension StudyConfiguration {
  /// A study with all stages of ``quickstart(seed:)`` in seconds, to try an installation. The
  /// chains are too short and the network too small for its numbers to mean anything.
  public static func small(seed: UInt64 = 1) -> StudyConfiguration {
    var result = quickstart(seed: seed)
    result.unbiased = HamiltonianSampler(
      chains: 64, drawsPerChain: 80, warmUpSteps: 100, seed: seed)
    result.dataset.points = 4000
    result.dataset.ridgePoints = 1000
    result.dataset.ridgeMaxima = 20
    result.recipe = .enhanced(widths: [32, 32], epochs: 10, batchSize: 128, seed: seed)
    result.resampling = HamiltonianSampler(
      chains: 64, drawsPerChain: 80, warmUpSteps: 100, seed: seed ^ resamplingSeedMask)
    return result
  }
}
