internal import Likelihoods
internal import NumericalCore

/// The largest value of a parameter that a test does not exclude, observed and expected.
public struct UpperLimit: Sendable {
  /// What has to be small where a value is excluded.
  public enum Criterion: String, Codable, Sendable, CaseIterable {
    /// CL_{s+b} / CL_b.
    case cls = "CLs"
    /// CL_{s+b}, the p value of the tested value.
    case clsb = "CLsb"
  }

  /// The parameter.
  public let parameter: String
  /// The confidence level: values above the limit have a ``criterion`` below one minus it.
  public let confidenceLevel: Double
  /// What is compared with one minus the confidence level.
  public let criterion: Criterion
  /// The observed limit.
  public let observed: Double
  /// The limits expected under the alternative, at -2, -1, 0, 1 and 2 standard deviations,
  /// ascending; `nil` where there is none within the bounds.
  public let expected: [Double?]
  /// The test at the observed limit.
  public let test: HypothesisTest
  /// The tests at the expected limits.
  public let expectedTests: [HypothesisTest?]
  /// How many values were tried.
  public let steps: Int

  /// Whether all fits at the limits have a valid certificate.
  public var isValid: Bool {
    test.isValid && expectedTests.allSatisfy { $0?.isValid ?? true }
  }
}

extension AsymptoticTester {
  /// The upper limit by root-finding on CLs (or CL_{s+b}), to 1e-6 standard deviations; the five
  /// expected ones from the Asimov data set alone.
  ///
  /// - Parameters:
  ///   - confidenceLevel: above 0.5 and below 1.
  ///   - criterion: what excludes.
  /// - Throws: ``HypothesisTestError/limitNotReached(parameter:bound:quantity:value:target:)`` if
  ///   the upper bound of the parameter is not excluded, other ``HypothesisTestError``s,
  ///   ``FitError``, what the density throws.
  public mutating func upperLimit(
    confidenceLevel: Double = 0.95, criterion: UpperLimit.Criterion = .cls
  ) throws -> UpperLimit {
    guard confidenceLevel > 0.5, confidenceLevel < 1 else {
      throw HypothesisTestError.confidenceLevel(confidenceLevel)
    }
    guard statistic.isUpper else {
      throw HypothesisTestError.undefinedStatistic(
        statistic, parameter, value: free.values[index],
        expected: "qtilde or q, from which upper limits follow")
    }
    var search = LimitSearch(tail: 1 - confidenceLevel, criterion: criterion)
    let observed = try self.observed(&search)
    let test = try self.test(at: observed)
    let expected = try self.expected(&search, near: test)
    return UpperLimit(
      parameter: parameter, confidenceLevel: confidenceLevel, criterion: criterion,
      observed: observed, expected: expected, test: test,
      expectedTests: try expected.map { try $0.map { try self.test(at: $0) } }, steps: search.steps)
  }

  private var upperBound: Double { density.parameters.parameters[index].upper }

  private mutating func observed(_ search: inout LimitSearch) throws -> Double {
    for _ in 0..<4 {
      let before = free.logDensity
      let best = max(free.values[index], 0)
      var start = -search.quantile
      if free.values[index] < 0 {
        let (deviation, value) = search.deviation(try test(at: best))
        guard deviation < 0 else {
          throw HypothesisTestError.nothingAllowed(
            parameter: parameter, at: best, quantity: search.criterion.rawValue, value: value)
        }
        start = max(deviation, start)
      }
      if best >= upperBound {
        throw notReached(search, search.deviation(try test(at: best)).value)
      }
      let width = free.errors[index] ?? free.widths[index]
      var root = UpwardRoot(
        from: (best, start), first: best + 2 * width, bound: upperBound, tolerance: 1e-6)
      var value = 0.0
      while root.outcome == nil {
        search.steps += 1
        let found = search.deviation(try test(at: root.next))
        value = found.value
        root.receive(found.deviation)
      }
      // A better free maximum, found on the way, moves the limit.
      if free.logDensity > before + MaximumLikelihood.rounding(before) { continue }
      guard case .found(let limit) = root.outcome else { throw notReached(search, value) }
      return limit
    }
    throw FitError.emptyScan("the free maximum is found anew again and again")
  }

  private func notReached(_ search: LimitSearch, _ value: Double) -> HypothesisTestError {
    .limitNotReached(
      parameter: parameter, bound: upperBound, quantity: search.criterion.rawValue, value: value,
      target: search.tail)
  }

  /// √q_A reaches a known value at each expected limit.
  private mutating func expected(
    _ search: inout LimitSearch, near test: HypothesisTest
  ) throws -> [Double?] {
    let slope = test.qAsimov.squareRoot() / test.mu
    var roots = AsymptoticDistribution.bands.map { n -> UpwardRoot? in
      let target = search.expectedRoot(n)
      guard target > 0 else { return nil }
      return UpwardRoot(
        from: (0, -target), first: 1.02 * target / slope, bound: upperBound, tolerance: 1e-6)
    }
    while true {
      let open = roots.indices.filter { roots[$0] != nil && roots[$0]?.outcome == nil }
      if open.isEmpty { break }
      search.steps += open.count
      let found = try asimovStatistics(at: open.compactMap { roots[$0]?.next })
      for (i, asimov) in zip(open, found) {
        let target = search.expectedRoot(AsymptoticDistribution.bands[i])
        roots[i]?.receive(asimov.q.squareRoot() - target)
      }
    }
    return roots.map {
      if case .found(let limit) = $0?.outcome { return limit }
      return nil
    }
  }
}
