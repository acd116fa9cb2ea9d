internal import Likelihoods
internal import NumericalCore
internal import Optimization

/// Makes a result with its certificate from where the searches of a fit ended.
struct FitSummary {
  let space: ParameterSpace
  let scale: [Double]
  /// The bounds, conditions included.
  let outer: Box
  /// The quadrant in which the best search ended.
  let quadrant: Box
  let quadrants: Quadrants

  func result(
    _ refined: NewtonRefinement.Result, _ searches: [FitBatch.Search],
    method: FitCertificate.Method
  ) -> FitResult {
    let free = refined.free
    var inertia =
      refined.curvature?.inertia ?? .init(positive: 0, zero: freeCount(refined), negative: 0)
    // Differences of values cannot tell a parameter without effect from one too small to see.
    if method == .derivativeFree { inertia.zero += refined.curvature?.withoutEffect.count ?? 0 }
    var covariance: Matrix<Double>?
    var errors = [Double?](repeating: nil, count: space.count)
    var widths = scale
    if let curvature = refined.curvature {
      for (i, k) in free.enumerated() { widths[k] = curvature.widths[i] }
      if !free.isEmpty, inertia.negative == 0, inertia.zero == 0,
        var inverse = Cholesky(curvature.normalized)?.inverse
      {
        for i in free.indices {
          for j in free.indices { inverse[i, j] *= curvature.widths[i] * curvature.widths[j] }
        }
        for (i, k) in free.enumerated() { errors[k] = inverse[i, i].squareRoot() }
        covariance = inverse
      }
    }
    let certificate = FitCertificate(
      projectedGradient: refined.projectedGradient, edm: refined.edm, hessianInertia: inertia,
      parametersAtBounds: names {
        outer.isFree($0)
          && (refined.point[$0] <= outer.lower[$0] || refined.point[$0] >= outer.upper[$0])
      },
      parametersAtKinks: atKinks(refined),
      parametersWithoutEffect: (refined.curvature?.withoutEffect ?? []).map { space.names[$0] },
      startOutcomes: outcomes(refined, searches),
      evaluations: searches.reduce(refined.evaluations) { $0 + $1.end.evaluations },
      undefinedEvaluations: searches.reduce(refined.undefinedEvaluations) {
        $0 + $1.end.undefinedEvaluations
      }, method: method)
    return FitResult(
      parameters: space, values: refined.point, logDensity: -refined.value, errors: errors,
      covariance: covariance, freeIndices: free, widths: widths, certificate: certificate,
      heldIndices: (0..<space.count).filter { !outer.isFree($0) })
  }

  private func names(where condition: (Int) -> Bool) -> [String] {
    (0..<space.count).filter(condition).map { space.parameters[$0].name }
  }

  private func freeCount(_ refined: NewtonRefinement.Result) -> Int {
    refined.point.indices.filter {
      !quadrant.isActive($0, at: refined.point[$0], gradient: refined.gradient[$0])
    }.count
  }

  private func atKinks(_ refined: NewtonRefinement.Result) -> [String] {
    guard !quadrants.isEmpty else { return [] }
    return quadrants.walls(
      refined.point, gradient: refined.gradient, quadrant: quadrant, in: outer
    ).map { space.parameters[$0].name }
  }

  private func outcomes(
    _ refined: NewtonRefinement.Result, _ searches: [FitBatch.Search]
  ) -> StartOutcomes {
    let basin = Basin(refined)
    var result = StartOutcomes(minima: [.init(height: 0, starts: 0)])
    var places = [refined.point]
    let tolerance = StartOutcomes.heightTolerance + 1e-12 * abs(refined.value)
    for search in searches.sorted(by: { $0.end.value < $1.end.value }) {
      let (point, height) = (search.end.point, search.end.value - refined.value)
      guard search.end.value.isFinite else {
        result.undefined += 1
        continue
      }
      if search.isExplained || height <= tolerance && basin.isSamePlace(point, refined.point) {
        result.minima[0].starts += 1
      } else if search.isOnWall {
        result.onWalls += 1
      } else if !search.end.converged {
        result.unfinished += 1
      } else if let known = places.indices.first(where: {
        abs(result.minima[$0].height - height) <= tolerance
          && basin.isSamePlace(point, places[$0])
      }) {
        result.minima[known].starts += 1
      } else {
        places.append(point)
        result.minima.append(.init(height: max(0, height), starts: 1))
      }
    }
    return result
  }
}
