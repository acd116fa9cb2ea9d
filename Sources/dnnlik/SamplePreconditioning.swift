import DNNLikelihood

/// What the Hessian of a fit tells a sampler that uses gradients.
struct SamplePreconditioning {
  /// The inverse Hessian; `nil` where there is none.
  let covariance: Matrix<Double>?
  /// The maximum.
  let point: [Double]

  /// Fits a density. Parameters that the Hessian does not cover, at a bound for example, have their
  /// usual scale.
  init(_ density: some Posterior) throws {
    let fit = try MaximumLikelihood().fit(density)
    point = fit.values
    covariance = fit.covariance.map { inverse in
      let scales = density.parameters.parameters.map(\.scale)
      var full = Matrix<Double>(rows: scales.count, columns: scales.count, repeating: 0)
      for (j, scale) in scales.enumerated() { full[j, j] = scale * scale }
      for (i, a) in fit.freeIndices.enumerated() {
        for (j, b) in fit.freeIndices.enumerated() { full[a, b] = inverse[i, j] }
      }
      return full
    }
  }
}
