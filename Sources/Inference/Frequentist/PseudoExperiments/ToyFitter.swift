internal import Likelihoods
internal import NumericalCore
internal import Optimization

/// Fits the data sets of a study.
struct ToyFitter<Model: GenerativeModel>: Sendable {
  let generator: DataGenerator<Model>
  /// Fits that start near their maximum.
  let warm: MaximumLikelihood
  /// Fits of toys for which the warm ones are not certified.
  let thorough: MaximumLikelihood
  /// Position of the parameter under study.
  let index: Int

  /// A conditional maximum so far above the free one, in nats, is no rounding.
  private static var betterMode: Double { 1e-6 }

  init(_ generator: DataGenerator<Model>, index: Int, fitter: MaximumLikelihood) {
    self.generator = generator
    self.index = index
    thorough = fitter.with(.thorough)
    var warm = fitter.with(.warm)
    warm.derivativeFree = .never
    self.warm = warm
  }

  /// The maxima of one data set.
  private struct Maxima {
    var free: FitResult
    var tested: FitResult
    var zero: FitResult?

    var isCertified: Bool {
      [free, tested, zero].compactMap(\.self).allSatisfy { $0.certificate.isValid }
        && tested.logDensity <= free.logDensity + ToyFitter.betterMode
    }
  }

  /// Toy `toy` of a point.
  func experiment(_ toy: Int, _ point: PseudoExperiments.Point) throws -> PseudoExperiment {
    let generated = try generator.data(toy, at: point.generated)
    let model = generator.model.replacingData(generated.data)
    // Without new auxiliary measurements the nuisance parameters are pulled back to the old ones.
    let start =
      generator.study.fluctuatesAuxiliary
      ? generated.point : generator.conditional[point.generated] ?? generated.point
    var maxima = try maxima(of: model, at: point.tested, from: [start], with: warm)
    let isRetried = !maxima.isCertified
    if isRetried {
      let starts = [start, maxima.free.values, maxima.tested.values]
      let again = try self.maxima(of: model, at: point.tested, from: starts, with: thorough)
      if again.isCertified || again.free.logDensity >= maxima.free.logDensity { maxima = again }
    }
    return PseudoExperiment(
      toy: toy, best: maxima.free.values[index], free: maxima.free.logDensity,
      tested: maxima.tested.logDensity, zero: maxima.zero?.logDensity,
      isCertified: maxima.isCertified, isRetried: isRetried,
      rejectedDraws: generated.rejectedDraws)
  }

  private func maxima(
    of model: Model, at mu: Double, from starts: [[Double]], with fitter: MaximumLikelihood
  ) throws -> Maxima {
    var free = try fit(model, [:], starts, fitter)
    if !free.certificate.isValid, let bound = try atOpenBound(model, free, fitter) { free = bound }
    let tested = try fit(model, [index: mu], conditional(free, mu, starts), fitter)
    if tested.logDensity > free.logDensity + MaximumLikelihood.rounding(free.logDensity) {
      let again = try fit(model, [:], [tested.values, free.values], fitter)
      if again.logDensity > free.logDensity { free = again }
    }
    var maxima = Maxima(free: free, tested: tested)
    if generator.study.fitsZero, free.values[index] < 0, mu != 0 {
      maxima.zero = try fit(model, [index: 0], conditional(free, 0, starts), fitter)
    }
    return maxima
  }

  private func fit(
    _ model: Model, _ pins: [Int: Double], _ starts: [[Double]], _ fitter: MaximumLikelihood
  ) throws -> FitResult {
    try fitter.fits(model, pinning: [pins], startingAt: [starts], undefinedIsResult: true)[0]
  }

  /// Where the conditional maximum is sought: where the covariance expects it; else at the starts.
  private func conditional(_ free: FitResult, _ mu: Double, _ starts: [[Double]]) -> [[Double]] {
    guard free.covariance != nil else { return starts }
    return [free.conditionalStart([index: mu])] + starts.dropFirst()
  }

  /// The fit next to a bound of the parameter at which the density is zero, such as the end of an
  /// open prior, if the density rises towards it: there is no maximum then, but a supremum.
  private func atOpenBound(
    _ model: Model, _ free: FitResult, _ fitter: MaximumLikelihood
  ) throws -> FitResult? {
    guard free.logDensity > -.infinity else { return nil }
    let parameter = model.parameters.parameters[index]
    for (bound, side) in [(parameter.lower, 1.0), (parameter.upper, -1)] where bound.isFinite {
      var point = free.values
      point[index] = bound
      guard model.logDensity(at: point) == -.infinity else { continue }
      let inside = bound + side * 1e-9 * max(abs(bound), parameter.scale)
      let fit = try fit(model, [index: inside], [free.values], fitter)
      guard fit.certificate.isValid,
        fit.logDensity >= free.logDensity - Self.betterMode
      else { continue }
      let gradient = model.logDensitiesAndGradients(
        at: Matrix(rows: 1, columns: point.count, elements: fit.values)
      ).gradients[0, index]
      if side * gradient < 0 { return fit }
    }
    return nil
  }
}
