import DNNLikelihood

/// The samplers of the command line.
enum SamplerKind: String, CaseIterable {
  case hmc, nuts, ensemble, stretch, walk, de, snooker, slice, metropolis

  /// Whether it needs no gradient.
  var isEnsemble: Bool { self != .hmc && self != .nuts }

  /// The ensemble method; `nil` for the samplers with gradients.
  ///
  /// - Parameters:
  ///   - dimension: number of parameters.
  ///   - scale: scale of the stretch move, or standard deviation of the Metropolis steps.
  func method(dimension: Int, scale: Double?) -> EnsembleChoice? {
    switch self {
    case .hmc, .nuts: nil
    case .ensemble: .mixture(.recommended(dimension: dimension))
    case .stretch: .move(.stretch(StretchMove(scale: scale ?? 2)))
    case .walk: .move(.walk(WalkMove()))
    case .de: .move(.differentialEvolution(DifferentialEvolutionMove()))
    case .snooker: .move(.snooker(SnookerMove()))
    case .slice: .slice(EnsembleSlice())
    case .metropolis:
      .move(.gaussian(GaussianMove(standardDeviation: scale ?? 0.1, coordinates: .oneAtRandom)))
    }
  }
}
