public import Sampling

/// The power of the density that draws come from, where it is not 1 (``Likelihoods/TemperedDensity``).
extension Chains {
  /// The key of the power in the provenance.
  public static let powerKey = "power"
}
