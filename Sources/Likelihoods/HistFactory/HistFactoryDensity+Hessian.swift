internal import CVectorKernels
public import NumericalCore

extension HistFactoryDensity {
  /// The matrix of second derivatives of the log-likelihood, exact; nil where the density is -∞
  /// (bounds do not matter). Where a derivative jumps it is the right-hand one.
  ///
  /// With J the derivatives of the expected counts ν it is
  /// -Jᵀ diag(n/ν²) J + Σ (n/ν - 1) ∂²ν plus the diagonal of the auxiliary measurements.
  public func hessian(at point: [Double]) -> Matrix<Double>? {
    let value = logLikelihoods(at: Matrix(rows: 1, columns: point.count, elements: point))[0]
    guard value > -.infinity else { return nil }
    let tables = model.tables
    return model.withRates(at: point) { scratch in
      let expected = scratch.expected(tables)
      let derivatives = tables.layout.groups.indices.map {
        tables.derivatives(of: $0, at: point, scratch)
      }
      var roots = tables.jacobian(at: point, derivatives)
      for bin in expected.indices {
        let weight = data.main[bin] > 0 ? data.main[bin].squareRoot() / expected[bin] : 0
        for k in 0..<roots.columns { roots[bin, k] *= weight }
      }
      var result = roots.times(roots, transposeSelf: true)
      for i in result.elements.indices { result.elements[i] = -result.elements[i] }
      for (group, part) in zip(tables.layout.groups, derivatives) {
        let adjoints = part.shape.indices.map { i in
          let (n, mean) = (data.main[group.firstBin + i], expected[group.firstBin + i])
          return n > 0 ? (n - mean) / mean : -1
        }
        part.addCurvature(to: &result, adjoints: adjoints)
      }
      for (k, constraint) in constraints.enumerated() {
        switch constraint {
        case .none: continue
        case .gaussian(_, let width): result[k, k] -= 1 / (width * width)
        case .poisson(let count, _):
          if count > 0 { result[k, k] -= count / (point[k] * point[k]) }
        }
      }
      return result
    }
  }
}

extension HistFactoryTables.GroupDerivatives {
  /// Adds Σ adjoint ∂²rate over the bins of the group.
  func addCurvature(to result: inout Matrix<Double>, adjoints: [Double]) {
    addShifts(&result, adjoints)
    addFactors(&result, adjoints)
    addVectors(&result, adjoints)
  }

  private func add(_ value: Double, _ i: Int, _ j: Int, to result: inout Matrix<Double>) {
    // A parameter may both shift and scale: then both orders fall on its diagonal.
    result[i, j] += value
    result[j, i] += value
  }

  /// Shifts with themselves and with the factors.
  private func addShifts(_ result: inout Matrix<Double>, _ adjoints: [Double]) {
    for shift in shifts {
      var (own, slope) = (0.0, 0.0)
      for i in adjoints.indices {
        own += adjoints[i] * binFactor[i] * shift.curvature[i]
        slope += adjoints[i] * binFactor[i] * shift.slope[i]
        for vector in vectors {
          add(
            adjoints[i] * product * shift.slope[i] * vector.slope[i], shift.parameter,
            vector.firstParameter + i, to: &result)
        }
      }
      result[shift.parameter, shift.parameter] += own * product
      for (k, parameter) in factorParameters.enumerated() {
        add(slope * factorSlopes[k], shift.parameter, parameter, to: &result)
      }
    }
  }

  /// Common factors with each other and with those of single bins.
  private func addFactors(_ result: inout Matrix<Double>, _ adjoints: [Double]) {
    var sum = 0.0
    for i in adjoints.indices { sum += adjoints[i] * shape[i] * binFactor[i] }
    let count = factorParameters.count
    for (k, first) in factorParameters.enumerated() {
      result[first, first] += sum * factorCurvatures[k * count + k]
      for l in (k + 1)..<max(count, k + 1) {
        add(sum * factorCurvatures[k * count + l], first, factorParameters[l], to: &result)
      }
      for vector in vectors {
        for i in adjoints.indices {
          add(
            adjoints[i] * shape[i] * factorSlopes[k] * vector.slope[i], first,
            vector.firstParameter + i, to: &result)
        }
      }
    }
  }

  /// Factors of single bins with each other.
  private func addVectors(_ result: inout Matrix<Double>, _ adjoints: [Double]) {
    for (k, first) in vectors.enumerated() {
      for l in (k + 1)..<max(vectors.count, k + 1) {
        for i in adjoints.indices {
          add(
            adjoints[i] * shape[i] * product * vectorCurvatures[k][l][i],
            first.firstParameter + i, vectors[l].firstParameter + i, to: &result)
        }
      }
    }
  }
}
