public import Likelihoods
internal import NumericalCore
internal import Optimization
internal import Statistics

/// The distribution of the saturated-model statistic in pseudo-experiments at the best fit, each of
/// them fitted like the data.
public struct GoodnessOfFitToys: Codable, Sendable, Equatable {
  /// The statistic of every pseudo-experiment whose fit has a valid certificate, in their order.
  public let statistics: [Double]
  /// Pseudo-experiments without a valid fit; they do not count.
  public let failures: Int
  /// Probability of a statistic at least as large as the observed one, with its binomial error.
  public let pValue: Estimate
  /// The seed; toy `i` depends on it and on `i` alone.
  public let seed: UInt64

  /// Whether hardly any fit failed: at most one of a hundred.
  public var isValid: Bool { 100 * failures <= failures + statistics.count }

  /// Pseudo-experiments of a model.
  ///
  /// Counts and auxiliary measurements are drawn at the best fit.
  ///
  /// - Parameters:
  ///   - model: the model with the observed data.
  ///   - fit: its best fit.
  ///   - count: number of pseudo-experiments, 1 at least.
  ///   - seed: the seed.
  ///   - fitter: makes the fits, which start at the best fit.
  /// - Throws: ``FitError`` if no data can be drawn at the best fit, or no fit succeeds.
  public init(
    of model: some GenerativeModel, at fit: FitResult, count: Int, seed: UInt64 = 1,
    with fitter: MaximumLikelihood = .init()
  ) throws {
    guard count >= 1 else { throw FitError.noPseudoExperiments("none are wanted") }
    let observed = GoodnessOfFit.statistic(of: model, at: fit.values)
    let stream = RandomStream(seed: seed, purpose: "goodness of fit")
    let held = fit.heldValues
    let warm = fitter.with(fitter.effort == .given ? .given : .warm)
    let results = try Threads.withSerialProducts {
      try mapColumns(count) { i -> Double? in
        var random = stream.sequence(step: i)
        guard
          let data = model.drawData(
            at: fit.values, fluctuatingAuxiliary: true, random: &random)
        else {
          throw FitError.noPseudoExperiments("an expected count at the best fit is negative")
        }
        let toy = model.replacingData(data)
        // One start is enough for nearly all; the others get the starts of a full fit.
        for attempt in [warm, fitter] {
          let found = try attempt.fits(
            toy, pinning: [held], startingAt: [[fit.values]], undefinedIsResult: true)[0]
          if found.certificate.isValid {
            return GoodnessOfFit.statistic(of: toy, at: found.values)
          }
        }
        return nil
      }
    }
    statistics = results.compactMap(\.self)
    failures = count - statistics.count
    guard !statistics.isEmpty else {
      throw FitError.noPseudoExperiments("none of \(count) fits has a valid certificate")
    }
    let n = Double(statistics.count)
    // Equal up to the rounding of the fits counts as at least as large.
    let threshold = observed - 1e-6 - 1e-9 * abs(observed)
    let p = Double(statistics.count { $0 >= threshold }) / n
    // Where all agree, the rule of succession keeps the error above zero.
    let floor = 1 / ((n + 2) * (n + 2))
    pValue = Estimate(value: p, error: max(floor, p * (1 - p) / n).squareRoot())
    self.seed = seed
  }
}
