public import Likelihoods
internal import NumericalCore
internal import Optimization

/// Pulls of the nuisance parameters and their impacts on a parameter of interest, ranked.
///
/// The impact of θ is the change of the parameter of interest in the maximum with θ held at its
/// best value plus or minus its width before the fit, or its error after it.
public struct Impacts: Sendable {
  /// A correlation of two parameters.
  public struct CorrelatedPair: Codable, Sendable, Equatable {
    public let first, second: String
    /// From the inverse Hessian, -1 to 1.
    public let correlation: Double
  }

  /// The parameter on which the impacts are.
  public let parameterOfInterest: String
  /// Its best fit value.
  public let value: Double
  /// Its HESSE error; `nil` if it ended at a bound.
  public let error: Double?
  /// Its error with the nuisance parameters held at their best values. Nuisance parameters of
  /// which nothing is known before the fit, such as free normalisations, stay free as part of the
  /// measurement; they are in ``freeNuisances``. If nothing is known of any, all are held.
  public let statisticalError: Double?
  /// The nuisance parameters that are free in ``statisticalError``.
  public let freeNuisances: [String]
  /// The nuisance parameters that the fit varied, the largest impact first.
  public let nuisances: [ParameterImpact]
  /// The pairs of parameters with the largest correlations, in order.
  public let correlations: [CorrelatedPair]
  /// The fit; a better one than was given if a refit found it.
  public let best: FitResult

  /// What the nuisance parameters add in quadrature: √(error² - statistical error²).
  public var systematicError: Double? {
    guard let error, let statisticalError else { return nil }
    return max(0, error * error - statisticalError * statisticalError).squareRoot()
  }

  /// Whether the fit and all refits have valid certificates.
  public var isValid: Bool { best.certificate.isValid && nuisances.allSatisfy(\.isValid) }

  /// The impacts on a parameter.
  ///
  /// - Parameters:
  ///   - density: the density that is fitted.
  ///   - parameter: the parameter on which impacts are wanted.
  ///   - best: the free fit, if it is known; it is made otherwise.
  ///   - fitter: makes the fits.
  ///   - pairs: how many correlations at most.
  /// - Throws: ``Likelihoods/ParameterError`` for an unknown name, ``FitError`` if the fit holds
  ///   the parameter, what the density throws.
  public init(
    of density: some DifferentiableLogDensity & LogPosterior, on parameter: String,
    best: FitResult? = nil, with fitter: MaximumLikelihood = .init(), pairs: Int = 10
  ) throws {
    let interest = try density.parameters.index(of: parameter)
    let knowledge = PreFitKnowledge(of: density)
    var best = try best ?? fitter.fit(density)
    guard !best.heldIndices.contains(interest) else { throw FitError.parameterIsFixed(parameter) }
    var search = ImpactSearch(
      density: density, fitter: fitter, best: best, interest: interest, knowledge: knowledge.values)
    var found = try search.impacts()
    // A refit above the free fit shows that the free fit missed the maximum.
    for _ in 0..<3 {
      guard let higher = found.higher else { break }
      let again = try fitter.refit(best, of: density, above: higher)
      guard again.logDensity > best.logDensity else { break }
      best = again
      search = ImpactSearch(
        density: density, fitter: fitter, best: best, interest: interest,
        knowledge: knowledge.values)
      found = try search.impacts()
    }
    let statistical = StatisticalError(best, interest: interest, knowledge: knowledge.values)
    parameterOfInterest = parameter
    value = best.values[interest]
    error = best.errors[interest]
    statisticalError = statistical.value
    freeNuisances = statistical.free.map { density.parameters.names[$0] }
    nuisances = found.impacts.enumerated().sorted {
      ($1.element.magnitude, $0.offset) < ($0.element.magnitude, $1.offset)
    }.map(\.element)
    correlations = Self.largest(pairs, of: best)
    self.best = best
  }

  private static func largest(_ count: Int, of fit: FitResult) -> [CorrelatedPair] {
    guard let correlation = fit.correlation else { return [] }
    let names = fit.freeIndices.map { fit.parameters.names[$0] }
    var pairs: [CorrelatedPair] = []
    for i in names.indices {
      for j in names.indices where j > i {
        pairs.append(
          CorrelatedPair(first: names[i], second: names[j], correlation: correlation[i, j]))
      }
    }
    return Array(pairs.sorted { abs($0.correlation) > abs($1.correlation) }.prefix(max(0, count)))
  }
}

/// The error of a parameter with the known nuisance parameters held at their best values, from the
/// Hessian at the maximum.
private struct StatisticalError {
  let value: Double?
  /// The nuisance parameters that are not held.
  let free: [Int]

  init(_ fit: FitResult, interest: Int, knowledge: [PreFitValue?]) {
    let isKnown = fit.freeIndices.contains { knowledge[$0] != nil }
    let open = fit.freeIndices.indices.filter { i in
      let k = fit.freeIndices[i]
      return k == interest
        || isKnown && knowledge[k] == nil
        || fit.parameters.parameters[k].role == .parameterOfInterest
    }
    free = open.map { fit.freeIndices[$0] }.filter { $0 != interest }
    guard let position = open.firstIndex(where: { fit.freeIndices[$0] == interest }),
      let precision = fit.covariance.flatMap({ Cholesky($0)?.inverse })
    else {
      value = nil
      return
    }
    var block = Matrix<Double>(rows: open.count, columns: open.count, repeating: 0)
    for (a, i) in open.enumerated() {
      for (b, j) in open.enumerated() { block[a, b] = precision[i, j] }
    }
    value = Cholesky(block)?.inverse[position, position].squareRoot()
  }
}
