public import NumericalCore

extension ProductPrior {
  /// The points that belong to points of the unit cube: by the quantiles of every factor, and for a
  /// block by those of independent normal numbers.
  ///
  /// - Parameter cube: one point a row, coordinates in (0, 1).
  /// - Precondition: ``isProper``.
  public func points(atProbabilities cube: Matrix<Double>) -> Matrix<Double> {
    precondition(cube.columns == factors.count, "the prior has \(factors.count) parameters")
    var result = cube
    let described = Set(blocks.flatMap(\.columns))
    for i in 0..<cube.rows {
      for j in factors.indices where !described.contains(j) {
        result[i, j] = factors[j].quantile(cube[i, j])
      }
      for block in blocks {
        let normals = block.columns.map { SpecialFunctions.normalQuantile(cube[i, $0]) }
        for (j, value) in zip(block.columns, block.normal.point(ofNormals: normals)) {
          result[i, j] = value
        }
      }
    }
    return result
  }
}

extension DifferentiableLogDensity where Self: LogPosterior {
  /// A proper distribution that covers what is known before the main measurement: the prior, and
  /// for parameters with a flat prior their auxiliary measurement, or else the range between the
  /// bounds.
  ///
  /// - Throws: ``PriorError`` if the prior is not known as a product, or a parameter has neither a
  ///   proper prior nor an auxiliary measurement nor bounds.
  public func coveringPrior() throws(PriorError) -> ProductPrior {
    guard let prior = factorizedPrior else {
      throw .unknownPrior(likelihood: "this likelihood")
    }
    let described = Set(prior.blocks.flatMap(\.columns))
    var factors = prior.factors
    for (k, parameter) in parameters.parameters.enumerated() where !described.contains(k) {
      switch factors[k] {
      case .uniform, .flat: break
      default: continue
      }
      let (lower, upper) = factors[k].support
      if let constraint = knownConstraintTerm(of: parameter.name) {
        factors[k] = try constraint.truncated(lower: lower, upper: upper)
      } else if !factors[k].isProper {
        throw .unbounded(parameter: parameter.name)
      }
    }
    return ProductPrior(factors, blocks: prior.blocks)
  }
}
