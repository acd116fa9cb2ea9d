internal import Optimization
public import Likelihoods

/// The profile of a log density along one parameter: the maximum over all others at each value,
/// and the test statistic t = -2 (profiled maximum - global maximum).
public struct ProfileScan: Codable, Sendable {
  /// The scanned parameter.
  public let parameter: String
  /// Its values, in increasing order.
  public let values: [Double]
  /// The conditional fits, one a value.
  public let fits: [FitResult]
  /// The global fit.
  public let best: FitResult

  /// t at every value (arXiv:1911.03305 section 2.2; of a log-posterior it is the penalised form
  /// that the paper uses). Slightly negative values are rounding.
  public var testStatistic: [Double] {
    fits.map { 2 * (best.logDensity - $0.logDensity) }
  }

  /// Whether all fits have a valid certificate and no conditional maximum lies above the global one
  /// (a negative t beyond rounding is the sign of a failed fit).
  public var isValid: Bool {
    best.certificate.isValid
      && fits.allSatisfy { $0.certificate.isValid || $0.logDensity == -.infinity }
      && testStatistic.allSatisfy { $0 > -4 * Self.betterMode }
  }

  private static var betterMode: Double { 1e-6 }

  /// Profiles `density` at the given values: from the global maximum, then each point from its
  /// neighbours on both sides, keeping whichever is higher, until no neighbour is better.
  ///
  /// - Throws: ``Likelihoods/ParameterError`` for an unknown name, ``FitError``.
  public init(
    of density: some DifferentiableLogDensity, along parameter: String, at values: [Double],
    with fitter: MaximumLikelihood = .init(), best: FitResult? = nil
  ) throws {
    let index = try density.parameters.index(of: parameter)
    guard !values.isEmpty else { throw FitError.emptyScan("there are no values") }
    let values = values.sorted()
    var global = try best ?? fitter.fit(density)
    guard !density.parameters.parameters[index].fixed else {
      throw FitError.parameterIsFixed(parameter)
    }
    let fits = try ProfileGrid(
      fitter: fitter, density: density, best: global, pins: values.map { [index: $0] },
      neighbours: values.indices.map { i in [i - 1, i + 1].filter(values.indices.contains) }
    ).fits()
    // A conditional maximum above the global one means that the global fit missed it.
    if let highest = fits.max(by: { $0.logDensity < $1.logDensity }),
      highest.logDensity > global.logDensity
    {
      let again = try fitter.fit(density, startingAt: [highest.values])
      if again.logDensity > global.logDensity { global = again }
    }
    self.parameter = parameter
    self.values = values
    self.fits = fits
    self.best = global
  }

  /// Values at which t crosses `level` on either side of the maximum, by linear interpolation of
  /// ±√t (exact for a parabola); `nil` on a side where the scan does not reach the level, or
  /// reaches it only where the density is zero.
  public func interval(at level: Double) throws -> (lower: Double?, upper: Double?) {
    let centre = try best.value(of: parameter)
    // The signed root is nearly linear in the parameter.
    let roots = zip(values, testStatistic).map { value, t in
      (value < centre ? -1.0 : 1.0) * max(t, 0).squareRoot()
    }
    func crossing(_ target: Double) -> Double? {
      for i in values.indices.dropLast() {
        let (a, b) = (roots[i], roots[i + 1])
        if a.isFinite, b.isFinite, a <= target, target <= b, a < b {
          return values[i] + (values[i + 1] - values[i]) * (target - a) / (b - a)
        }
      }
      return nil
    }
    let root = level.squareRoot()
    return (crossing(-root), crossing(root))
  }
}
