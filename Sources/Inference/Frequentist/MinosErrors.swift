public import Likelihoods
internal import NumericalCore
internal import Optimization

/// The MINOS errors of one parameter: where the profile rises by one half in -ln L.
public struct MinosErrors: Sendable, Equatable {
  /// One side of an interval.
  public enum Side: Sendable, Equatable {
    /// The profile reaches the height at this value of the parameter.
    case crossing(Double)
    /// The profile stays below the height up to this bound of the parameter.
    case notReached(bound: Double)
    /// The fit at a point of the way has no valid certificate.
    case failed(at: Double)
  }

  /// The parameter.
  public let parameter: String
  /// Its value at the maximum.
  public let value: Double
  /// The lower and the upper side.
  public let lower, upper: Side

  /// The difference of the lower crossing to the value, negative; `nil` where there is none.
  public var lowerError: Double? { Self.position(lower).map { $0 - value } }
  /// The difference of the upper crossing to the value, positive; `nil` where there is none.
  public var upperError: Double? { Self.position(upper).map { $0 - value } }
  /// Whether no fit on the way failed.
  public var isValid: Bool {
    if case .failed = lower { return false }
    if case .failed = upper { return false }
    return true
  }

  private static func position(_ side: Side) -> Double? {
    if case .crossing(let x) = side { return x }
    return nil
  }
}

extension MaximumLikelihood {
  /// MINOS errors by root-finding on t = 2 [ln L(maximum) - ln L(profile)] = `level`.
  ///
  /// All sides of all parameters advance together. If a point of a profile lies above the maximum,
  /// the fit is repeated from there and all errors are those of the better one.
  ///
  /// - Parameters:
  ///   - fit: the maximum, of the same density.
  ///   - names: the parameters; all that the fit left free unless given.
  ///   - level: height of t; 1 for one standard deviation.
  /// - Returns: the errors in the order of `names`, and the fit that they belong to.
  /// - Throws: ``FitError/parameterIsFixed(_:)``, ``Likelihoods/ParameterError`` for an unknown
  ///   name, what the density throws.
  public func minosErrors(
    of fit: FitResult, _ density: some DifferentiableLogDensity, parameters names: [String]? = nil,
    level: Double = 1
  ) throws -> (errors: [MinosErrors], fit: FitResult) {
    let space = density.parameters
    let held = Set(fit.heldIndices)
    let indices =
      try names?.map { try space.index(of: $0) }
      ?? space.parameters.indices.filter { !held.contains($0) }
    for k in indices where held.contains(k) {
      throw FitError.parameterIsFixed(space.names[k])
    }
    var best = fit
    for _ in 0..<4 {
      let search = MinosSearch(fitter: self, density: density, best: best, level: level)
      let (sides, higher) = try search.crossings(
        indices.flatMap { [(index: $0, sign: -1.0), (index: $0, sign: 1.0)] })
      if let higher {
        let better = try refit(best, of: density, above: higher)
        guard better.logDensity > best.logDensity else { break }
        best = better
        continue
      }
      return (
        indices.enumerated().map { i, k in
          MinosErrors(
            parameter: space.names[k], value: best.values[k], lower: sides[2 * i],
            upper: sides[2 * i + 1])
        }, best
      )
    }
    return (
      indices.map { k in
        MinosErrors(
          parameter: space.names[k], value: best.values[k], lower: .failed(at: best.values[k]),
          upper: .failed(at: best.values[k]))
      }, best
    )
  }
}
