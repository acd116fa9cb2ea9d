/// The auxiliary measurement that constrains a parameter.
public enum HistFactoryConstraint: Sendable, Equatable {
  /// The parameter is free.
  case none
  /// `observed` was drawn from a normal distribution around the parameter.
  case gaussian(observed: Double, width: Double)
  /// `observed` is a Poisson count whose mean is `factor` times the parameter.
  case poisson(observed: Double, factor: Double)

  /// The standard deviation of the parameter as the auxiliary measurement knows it: the width of
  /// the normal, 1/√factor of the Poisson distribution; nil for a free parameter.
  public var width: Double? {
    switch self {
    case .none: nil
    case .gaussian(_, let width): width
    case .poisson(_, let factor): 1 / factor.squareRoot()
    }
  }

  /// The value of the parameter at which the auxiliary measurement is most probable; nil for a
  /// free parameter.
  public var preferredValue: Double? {
    switch self {
    case .none: nil
    case .gaussian(let observed, _): observed
    case .poisson(let observed, let factor): observed / factor
    }
  }

  /// The outcome of the auxiliary measurement; nil for a free parameter.
  public var observed: Double? {
    switch self {
    case .none: nil
    case .gaussian(let observed, _), .poisson(let observed, _): observed
    }
  }

  /// The mean of the auxiliary measurement at a value of the parameter; nil for a free one.
  public func expected(at value: Double) -> Double? {
    switch self {
    case .none: nil
    case .gaussian: value
    case .poisson(_, let factor): factor * value
    }
  }

  /// The same measurement with another outcome.
  func replacingObserved(_ observed: Double) -> HistFactoryConstraint {
    switch self {
    case .none: .none
    case .gaussian(_, let width): .gaussian(observed: observed, width: width)
    case .poisson(_, let factor): .poisson(observed: observed, factor: factor)
    }
  }
}
