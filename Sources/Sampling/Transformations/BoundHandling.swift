public import Likelihoods

/// Which bounded parameters are mapped to the whole line for Hamiltonian dynamics.
public enum BoundHandling: Sendable, Equatable, Codable {
  /// None: trajectories that cross a bound are rejected.
  case rejected
  /// All with a finite bound.
  case always
  /// Parameters of interest, and others with a bound within some scales of their initial value.
  /// Beyond that a bound is hardly ever reached, and the map would only bend the density.
  case near(scales: Double)

  /// The choice of the samplers: five scales, where the constraints of a workspace have their
  /// bounds.
  public static let usual = BoundHandling.near(scales: 5)

  /// The maps of the parameters of a space.
  public func maps(for space: ParameterSpace) -> [BoundMap] {
    space.parameters.map { parameter in
      switch self {
      case .rejected: return .identity
      case .always: return BoundMap(parameter)
      case .near(let scales):
        let reach = scales * parameter.scale
        let isNear =
          parameter.initial - parameter.lower < reach || parameter.upper - parameter.initial < reach
        return isNear || parameter.role == .parameterOfInterest ? BoundMap(parameter) : .identity
      }
    }
  }
}
