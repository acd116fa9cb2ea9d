internal import Likelihoods
internal import Optimization

// From the ends of searches to the results of fits.
extension FitBatch {
  /// What stands for a fit whose density is -∞ wherever it was tried.
  func undefined(_ fit: Int, _ searches: [Search]) -> FitResult {
    FitResult(
      parameters: space, values: searches.first?.end.point ?? space.initialValues,
      logDensity: -.infinity, errors: Array(repeating: nil, count: space.count), covariance: nil,
      freeIndices: [], widths: scale,
      certificate: FitCertificate(
        projectedGradient: .infinity, edm: .infinity,
        hessianInertia: .init(positive: 0, zero: 0, negative: 0),
        startOutcomes: .init(minima: [], undefined: searches.count),
        evaluations: searches.reduce(0) { $0 + $1.end.evaluations }),
      heldIndices: (0..<space.count).filter { !boxes[fit].isFree($0) })
  }

  func result(
    _ fit: Int, _ searches: [Search], _ refined: Refined
  ) throws -> FitResult {
    let result = FitSummary(
      space: space, scale: scale, outer: boxes[fit], quadrant: refined.quadrant,
      quadrants: quadrants
    ).result(refined.minimum, searches, method: .gradient)
    return try withoutDerivatives(result, refined.minimum, searches, fit) ?? result
  }

  /// Newton steps from the best search, which may lead to a wall and on beyond it.
  func refineBest(
    _ fit: Int, _ found: [Search]
  ) throws -> Refined? {
    guard let start = found.min(by: { $0.end.value < $1.end.value }), start.end.value.isFinite
    else { return nil }
    var (quadrant, refined) = (start.box, try refine(start.end.point, in: start.box))
    for _ in 0..<8 where !quadrants.isEmpty {
      var end = [
        Search(
          fit: fit, box: quadrant, anchor: refined.point,
          end: .init(
            point: refined.point, value: refined.value, gradient: refined.gradient,
            converged: true))
      ]
      guard let open = try markWalls(&end)[0] else { break }
      let crossed = quadrants.crossing(open, from: refined.point)
      let beyond = quadrants.box(of: crossed, in: boxes[fit])
      let again = try refine(crossed, in: beyond)
      guard again.value < refined.value else { break }
      (quadrant, refined) = (beyond, again)
    }
    return Refined(quadrant, refined)
  }

  private func refine(_ point: [Double], in box: Box) throws -> NewtonRefinement.Result {
    try NewtonRefinement(
      maximumSteps: fitter.newtonSteps, differencingStep: fitter.differencingStep
    ).refine(objective, from: point, box: box, scale: scale)
  }

  /// The result of a search without derivatives, where it is wanted and no worse.
  private func withoutDerivatives(
    _ result: FitResult, _ refined: NewtonRefinement.Result, _ ends: [Search], _ fit: Int
  ) throws -> FitResult? {
    let certificate = result.certificate
    switch fitter.derivativeFree {
    case .never: return nil
    case .always: break
    case .fallback:
      let isFlat =
        certificate.hessianInertia.negative == 0
        && refined.projectedGradient < FitCertificate.gradientLimit
      // With many parameters it takes too long, unless gradients are differences anyway.
      if certificate.isValid || isFlat || !(isDifferenced || result.freeIndices.count <= 30) {
        return nil
      }
    }
    // The widths that the searches found may come from the very gradients that are of no use.
    let scale = space.parameters.map(\.scale)
    let search = try ImplicitFiltering().minimize(
      values, from: refined.point, box: boxes[fit], scale: scale)
    let coarse = try NewtonRefinement(
      maximumSteps: fitter.newtonSteps, differencingStep: search.step, noise: search.noise
    ).refine(search.objective, from: search.point, box: boxes[fit], scale: scale)
    guard coarse.value <= refined.value + 3 * search.noise else { return nil }
    var searches = ends
    searches.append(
      Search(
        fit: fit, box: boxes[fit], anchor: coarse.point,
        end: .init(
          point: coarse.point, value: coarse.value, gradient: coarse.gradient,
          evaluations: search.evaluations, converged: true)))
    let found = FitSummary(
      space: space, scale: scale, outer: boxes[fit], quadrant: boxes[fit], quadrants: quadrants
    ).result(coarse, searches, method: .derivativeFree)
    return found.certificate.isValid || fitter.derivativeFree == .always ? found : nil
  }
}
