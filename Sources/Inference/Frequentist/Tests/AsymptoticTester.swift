public import Likelihoods
internal import NumericalCore
internal import Optimization

/// Tests values of one parameter of a density by the asymptotic formulas of arXiv:1007.1727.
///
/// The free fit is thorough; the fit under the alternative (μ' = 0, or 1 for discovery), the Asimov
/// data set and its free maximum are found once, and all tests share them. Conditional fits start
/// from the nearest one that is known, from the free one and from the initial values.
///
/// ```swift
/// var tester = try AsymptoticTester(density)
/// let test = try tester.test(at: 1)
/// print(test.confidenceRatio)                    // CLs
/// let limit = try tester.upperLimit()            // at 95 %
/// ```
public struct AsymptoticTester<Density: DifferentiableLogDensity>: Sendable {
  /// The density.
  public let density: Density
  /// The tested parameter.
  public let parameter: String
  /// The test statistic.
  public let statistic: TestStatistic
  /// The maximum over all parameters, the best one known.
  public private(set) var free: FitResult
  /// The maximum under the alternative.
  public let alternative: FitResult
  /// How the statistic of the Asimov data set is found.
  public var asimovMethod: AsimovMethod { asimov.method }

  let index: Int
  let fitter: MaximumLikelihood
  private var asimov: AsimovProfile
  private var known: [Double: FitResult]

  /// Prepares tests: fits the density and makes its Asimov data set.
  ///
  /// - Parameters:
  ///   - density: the density of the observed data.
  ///   - parameter: the tested parameter; that of interest if `nil`.
  ///   - statistic: the test statistic.
  ///   - fitter: makes the fits; conditional ones with less effort than the free one.
  ///   - free: the free maximum, if it is known.
  ///   - asimov: how the statistic of the Asimov data set is found; by default from generated data
  ///     where the density is a ``Likelihoods/GenerativeModel``, which `generated` needs.
  /// - Throws: ``HypothesisTestError``, ``Likelihoods/ParameterError`` for an unknown name,
  ///   ``FitError``, what the density throws.
  public init(
    _ density: Density, parameter: String? = nil, statistic: TestStatistic = .qtilde,
    with fitter: MaximumLikelihood = .init(), free known: FitResult? = nil,
    asimov method: AsimovMethod? = nil
  ) throws {
    let space = density.parameters
    guard let index = try parameter.map({ try space.index(of: $0) }) ?? space.parameterOfInterest
    else { throw HypothesisTestError.noParameterOfInterest(known: space.names) }
    let tested = space.parameters[index]
    guard !tested.fixed else { throw FitError.parameterIsFixed(tested.name) }
    guard tested.allows(statistic.alternative) else {
      throw HypothesisTestError.outsideBounds(
        tested.name, value: statistic.alternative, what: "the alternative", lower: tested.lower,
        upper: tested.upper)
    }
    self.density = density
    self.parameter = tested.name
    self.statistic = statistic
    self.index = index
    self.fitter = fitter
    let global = try known ?? fitter.fit(density)
    if statistic == .q, global.values[index] <= tested.lower {
      throw HypothesisTestError.boundedStatistic(tested.name, bound: tested.lower)
    }
    let found = try fitter.lighter.conditionalFit(
      density, fixing: [tested.name: statistic.alternative], free: global)
    (alternative, free) = found
    self.known = [statistic.alternative: alternative]
    let request = AsimovProfile.Request(
      parameter: index, alternative: alternative, free: free, fitter: fitter.lighter)
    if method != .wald, let model = density as? any GenerativeModel {
      asimov = try .generated(by: model, request)
    } else {
      asimov = try .tilted(from: density, request)
    }
  }

  /// Whether the tested parameter is bounded below by zero.
  private var isBounded: Bool { density.parameters.parameters[index].lower >= 0 }

  /// Tests one value.
  ///
  /// - Throws: ``HypothesisTestError``, ``FitError``, what the density throws.
  public mutating func test(at mu: Double) throws -> HypothesisTest { try tests(at: [mu])[0] }

  /// Tests several values, with all fits in one batch.
  ///
  /// - Throws: ``HypothesisTestError``, ``FitError``, what the density throws.
  public mutating func tests(at values: [Double]) throws -> [HypothesisTest] {
    for mu in values { try check(mu) }
    let fits = try conditionalFits(at: values)
    let expected = try asimovStatistics(at: values)
    return values.indices.map { i in
      let q = statistic.value(
        at: values[i], best: free.values[index], free: free.logDensity,
        tested: fits[i].logDensity, zero: alternative.logDensity)
      var roles: [HypothesisTest.Role: FitResult] = [
        .free: free, .tested: fits[i], .alternative: alternative,
      ]
      roles[.asimovFree] = asimov.free
      roles[.asimovTested] = expected[i].fit
      return HypothesisTest(
        parameter: parameter, mu: values[i], best: free.values[index],
        distribution: AsymptoticDistribution(
          statistic, asimov: expected[i].q, isBounded: isBounded),
        q: q, asimovMethod: asimov.method, fits: roles)
    }
  }

  private func check(_ mu: Double) throws {
    let tested = density.parameters.parameters[index]
    guard tested.allows(mu) else {
      throw HypothesisTestError.outsideBounds(
        parameter, value: mu, what: "the tested value", lower: tested.lower, upper: tested.upper)
    }
    switch statistic {
    case .q0 where mu != 0:
      throw HypothesisTestError.undefinedStatistic(
        statistic, parameter, value: mu, expected: "the value 0, which is tested for a discovery")
    case .q where mu < 0, .qtilde where mu < 0:
      throw HypothesisTestError.undefinedStatistic(
        statistic, parameter, value: mu, expected: "a value that is not negative")
    default: return
    }
  }

  /// The maxima of the observed data under some values; a better free maximum is kept.
  mutating func conditionalFits(at values: [Double]) throws -> [FitResult] {
    let missing = Set(values).subtracting(known.keys).sorted()
    if !missing.isEmpty {
      let fits = try fitter.lighter.certifiedFits(
        density, pinning: missing.map { [index: $0] },
        startingAt: missing.map { mu in
          [
            Self.expected(at: mu, index, free: free, known), free.conditionalStart([index: mu]),
            free.values, density.parameters.initialValues,
          ]
        })
      for (mu, fit) in zip(missing, fits) {
        known[mu] = fit
        free = try fitter.lighter.refit(free, of: density, above: fit)
      }
    }
    return values.compactMap { known[$0] }
  }

  /// The statistic of the Asimov data set at some values, and the fit behind each.
  mutating func asimovStatistics(
    at values: [Double]
  ) throws -> [(q: Double, fit: FitResult?)] {
    switch asimov.source {
    case .tilted(let profile):
      return try zip(values, try conditionalFits(at: values)).map { mu, fit in
        let q = profile.statistic(at: mu, tested: fit.logDensity)
        guard q > 0 || mu == profile.origin else {
          throw HypothesisTestError.noCurvature(parameter, value: mu)
        }
        return (q, nil)
      }
    case .generated(let generated):
      let missing = Set(values).subtracting(asimov.known.keys).sorted()
      let fits = try generated.fits(
        missing,
        missing.map { mu in
          [
            Self.expected(at: mu, index, free: generated.free, asimov.known),
            generated.free.conditionalStart([index: mu]), known[mu]?.values ?? free.values,
            density.parameters.initialValues,
          ]
        })
      for (mu, fit) in zip(missing, fits) { asimov.known[mu] = fit }
      return values.compactMap { mu in
        asimov.known[mu].map {
          (max(0, 2 * (generated.free.logDensity - $0.logDensity)), $0)
        }
      }
    }
  }

  /// Where the maximum under a value is expected: on the line from the free maximum through the
  /// nearest one that is known.
  private static func expected(
    at mu: Double, _ index: Int, free: FitResult, _ known: [Double: FitResult]
  ) -> [Double] {
    let best = free.values[index]
    guard let nearest = known.keys.min(by: { (abs($0 - mu), $0) < (abs($1 - mu), $1) }),
      let fit = known[nearest], abs(nearest - mu) < abs(best - mu), nearest != best
    else { return free.conditionalStart([index: mu]) }
    let ratio = (mu - best) / (nearest - best)
    // Only what lies beyond by less than as much again is followed.
    guard ratio > 0, ratio < 2 else { return fit.values }
    var point = zip(free.values, fit.values).map { $0 + ratio * ($1 - $0) }
    point[index] = mu
    return point
  }
}

extension MaximumLikelihood {
  /// The same for fits that start near their maximum.
  var lighter: MaximumLikelihood { effort == .given ? self : with(.warm) }

  /// Fits; those without a valid certificate, and those whose starts end in different places, are
  /// made again from all starts: far from the free maximum what the covariance expects may be far
  /// off, and most parameters may end at bounds.
  func certifiedFits(
    _ density: some DifferentiableLogDensity, pinning pinned: [[Int: Double]],
    startingAt starts: [[[Double]]]
  ) throws -> [FitResult] {
    var results = try fits(density, pinning: pinned, startingAt: starts)
    let open = results.indices.filter {
      let certificate = results[$0].certificate
      return !certificate.isValid || certificate.startsAgreeing < certificate.starts
    }
    guard !open.isEmpty, effort != .given else { return results }
    let again = try with(.thorough).fits(
      density, pinning: open.map { pinned[$0] },
      startingAt: open.map { [results[$0].values] + starts[$0] })
    for (i, fit) in zip(open, again)
    where fit.logDensity >= results[i].logDensity
      || fit.certificate.isValid && !results[i].certificate.isValid
    {
      results[i] = fit
    }
    return results
  }
}
