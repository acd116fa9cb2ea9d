internal import Likelihoods
internal import NumericalCore
internal import Optimization
internal import Statistics

/// The refits behind impacts.
struct ImpactSearch<Density: DifferentiableLogDensity> {
  let density: Density
  let fitter: MaximumLikelihood
  let best: FitResult
  let interest: Int
  let knowledge: [PreFitValue?]

  /// A condition of a refit.
  private struct Step {
    let index: Int
    let value: Double
    let isCut: Bool
  }

  /// The impacts of all nuisance parameters that the fit varied, in their order, and a refit above
  /// the maximum if there was one.
  func impacts() throws -> (impacts: [ParameterImpact], higher: FitResult?) {
    let held = Set(best.heldIndices)
    let nuisances = best.values.indices.filter { k in
      k != interest && !held.contains(k)
        && !best.certificate.parametersWithoutEffect.contains(best.parameters.names[k])
    }
    // Four steps a parameter: before the fit up and down, after the fit up and down.
    let steps = nuisances.flatMap { k -> [Step?] in
      [knowledge[k]?.width, best.errors[k]].flatMap { width in
        [1.0, -1].map { sign in width.map { step(k, sign * $0) } }
      }
    }
    let fits = try refits(steps.compactMap(\.self))
    var shifts = zip(steps.compactMap(\.self), fits).map(shift).makeIterator()
    let all = steps.map { $0 == nil ? nil : shifts.next() }
    let correlation = Correlations(best, with: interest)
    let impacts = nuisances.enumerated().map { i, k in
      func pair(_ at: Int) -> ParameterImpact.Pair? {
        guard let up = all[4 * i + at], let down = all[4 * i + at + 1] else { return nil }
        return ParameterImpact.Pair(up: up, down: down)
      }
      return ParameterImpact(
        name: best.parameters.names[k], value: best.values[k], error: best.errors[k],
        preFit: knowledge[k], correlation: correlation.of[k], preFitImpact: pair(0),
        postFitImpact: pair(2))
    }
    let higher = fits.filter {
      $0.logDensity > best.logDensity + MaximumLikelihood.rounding(best.logDensity)
    }.max { $0.logDensity < $1.logDensity }
    return (impacts, higher)
  }

  private func step(_ k: Int, _ width: Double) -> Step {
    let parameter = best.parameters.parameters[k]
    let wanted = best.values[k] + width
    let value = min(max(wanted, parameter.lower), parameter.upper)
    return Step(index: k, value: value, isCut: value != wanted)
  }

  /// Conditional fits in one batch a thread, from where the covariance expects them.
  private func refits(_ steps: [Step]) throws -> [FitResult] {
    guard !steps.isEmpty else { return [] }
    let held = best.heldValues
    let warm = fitter.with(fitter.effort == .given ? .given : .warm)
    let pieces = max(1, min(Threads.count, steps.count / 4))
    return try Threads.withSerialProducts {
      try mapColumns(pieces) { piece in
        let own = steps[steps.count * piece / pieces..<steps.count * (piece + 1) / pieces]
        let pins = own.map { held.merging([$0.index: $0.value]) { $1 } }
        return try warm.fits(
          density, pinning: pins, startingAt: pins.map { [best.conditionalStart($0)] },
          undefinedIsResult: true)
      }.flatMap(\.self)
    }
  }

  private func shift(_ step: Step, _ fit: FitResult) -> ParameterImpact.Shift {
    ParameterImpact.Shift(
      parameterValue: step.value,
      impact: fit.logDensity > -.infinity ? fit.values[interest] - best.values[interest] : nil,
      isCutByBound: step.isCut, isValid: fit.certificate.isValid)
  }
}

/// Correlations of all parameters with one of them.
private struct Correlations {
  let of: [Double?]

  init(_ fit: FitResult, with interest: Int) {
    var result = [Double?](repeating: nil, count: fit.values.count)
    if let matrix = fit.correlation, let row = fit.freeIndices.firstIndex(of: interest) {
      for (i, k) in fit.freeIndices.enumerated() { result[k] = matrix[row, i] }
    }
    of = result
  }
}
