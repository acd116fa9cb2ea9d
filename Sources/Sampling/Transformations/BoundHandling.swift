public import Likelihoods

/// Which bounded parameters are mapped to the whole line for Hamiltonian dynamics.
public enum BoundHandling: Sendable, Equatable, Codable {
  /// None: trajectories that cross a bound are rejected.
  case rejected
  /// All with a finite bound.
  case always
  /// Those with a bound within some scales of the parameter's initial value. Beyond that a bound
  /// is hardly ever reached, and the map would only bend the density.
  case near(scales: Double)

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
        return isNear ? BoundMap(parameter) : .identity
      }
    }
  }
}
