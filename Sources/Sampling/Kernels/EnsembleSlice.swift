public import Likelihoods

/// Ensemble slice sampling (Karamanis and Beutler, arXiv:2002.06212) along differences of two
/// walkers of the complement.
///
/// A step always moves and needs no length: the scale of the directions adapts by itself in the
/// first steps. It costs about five evaluations of the density, batched over the half.
public struct EnsembleSlice: EnsembleMethod, Hashable {
  /// The scale μ to start from: the first interval has the length 2μ |X_l - X_m|.
  public var initialScale: Double
  /// Most steps that widen an interval.
  public var maximumExpansions: Int
  /// Steps at whose end the scale is frozen; it is frozen before where it is good enough. They
  /// belong to the burn-in.
  public var tuningSteps: Int

  /// Slice sampling with the values of its authors.
  public init(
    initialScale: Double = 1, maximumExpansions: Int = 10_000, tuningSteps: Int = 100
  ) {
    precondition(initialScale > 0 && initialScale.isFinite, "a scale is positive")
    precondition(maximumExpansions > 0 && tuningSteps >= 0, "numbers of steps are positive")
    self.initialScale = initialScale
    self.maximumExpansions = maximumExpansions
    self.tuningSteps = tuningSteps
  }

  public func kernel(
    for density: some LogDensity, ensembles: Int, seed: UInt64
  ) -> any TransitionKernel {
    EnsembleSliceKernel(density, method: self, ensembles: ensembles, seed: seed)
  }

  public func minimumWalkers(dimension: Int) -> Int { max(4, 2 * dimension) }

  public var name: String { "ensemble slice" }
}

/// The scale of ensemble slice sampling and how far its tuning is.
public struct SliceTuning: Sendable, Codable, Hashable {
  /// The scale μ.
  public var scale: Double
  /// Whether the scale no longer changes.
  public var isFrozen: Bool

  /// A scale that is still to be tuned.
  public init(scale: Double, isFrozen: Bool = false) {
    self.scale = scale
    self.isFrozen = isFrozen
  }

  /// μ ← μ 2 N_e/(N_e + N_c) after a sweep with N_e expansions and N_c contractions, until both
  /// are equally frequent to 5 %.
  mutating func update(expansions: Int, contractions: Int) {
    guard !isFrozen else { return }
    let share = Double(max(1, expansions)) / Double(max(1, expansions) + contractions)
    if abs(share - 0.5) < 0.05 {
      isFrozen = true
    } else {
      scale *= 2 * share
    }
  }
}
