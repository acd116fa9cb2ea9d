internal import CVectorKernels
internal import NumericalCore

extension HistFactoryTables {
  /// How the rate of one group depends on its parameters at a point: derivatives of the parts of
  /// shape × common factor × factors of single bins.
  struct GroupDerivatives {
    /// Parameter, first and second derivative of the shape of every bin.
    var shifts: [(parameter: Int, slope: [Double], curvature: [Double])] = []
    /// Parameter of every common factor.
    var factorParameters: [Int] = []
    /// First derivatives of the product of all common factors, by entry.
    var factorSlopes: [Double] = []
    /// Second derivatives of the product: row `i`, column `j` ≥ `i` of a square of entries.
    var factorCurvatures: [Double] = []
    var shape: [Double] = []
    var product = 1.0
    /// Product of the factors of single bins.
    var binFactor: [Double] = []
    /// First parameter of every vector, and the product of the others in every bin.
    var vectors: [(firstParameter: Int, slope: [Double])] = []
    /// The product of all vectors but two, by pair.
    var vectorCurvatures: [[[Double]]] = []
  }

  /// The derivatives of a group; the scratch memory must hold the rates at `point`.
  func derivatives(
    of group: Int, at point: [Double], _ scratch: borrowing HistFactoryScratch
  ) -> GroupDerivatives {
    var result = GroupDerivatives()
    let cells = layout.groups[group].cells
    let kernel = scratch.kernel
    result.shape = cells.map { kernel.shape[$0] }
    result.product = cells.first.map { kernel.group_product[$0] } ?? 1
    for shift in shifts[group] {
      let parameter = shiftParameters[shift.shift]
      let slope = kernel.shift_slope[shift.shift]
      let curvature = interpolation.histosys.secondDerivative(at: point[parameter])
      result.shifts.append(
        (
          parameter, zip(shift.odd, shift.even).map { $0 + slope * $1 },
          shift.even.map { $0 * curvature }
        ))
    }
    fillFactors(&result, group, point, scratch)
    fillVectors(&result, group, point)
    return result
  }

  private func fillFactors(
    _ result: inout GroupDerivatives, _ group: Int, _ point: [Double],
    _ scratch: borrowing HistFactoryScratch
  ) {
    let entries = factors[group]
    let values = entries.map { scratch.kernel.function_value[$0] }
    let slopes = entries.map { scratch.kernel.function_slope[$0] }
    let n = entries.count
    result.factorParameters = entries.map { functions[$0].parameter }
    var before = Array(repeating: 1.0, count: n + 1)
    var after = before
    for i in 0..<n { before[i + 1] = before[i] * values[i] }
    for i in stride(from: n - 1, through: 0, by: -1) { after[i] = after[i + 1] * values[i] }
    result.factorSlopes = (0..<n).map { before[$0] * slopes[$0] * after[$0 + 1] }
    var curvatures = Array(repeating: 0.0, count: n * n)
    for i in 0..<n {
      let function = functions[entries[i]]
      let second = function.secondDerivative(at: point[function.parameter])
      curvatures[i * n + i] = before[i] * second * after[i + 1]
      var between = before[i] * slopes[i]
      for j in (i + 1)..<max(n, i + 1) {
        curvatures[i * n + j] = between * slopes[j] * after[j + 1]
        between *= values[j]
      }
    }
    result.factorCurvatures = curvatures
  }

  private func fillVectors(_ result: inout GroupDerivatives, _ group: Int, _ point: [Double]) {
    let count = result.shape.count
    let list = vectors.filter { $0.group == group }
    let product = { (skipped: Set<Int>) in
      (0..<count).map { bin in
        list.indices.reduce(1.0) {
          skipped.contains($1) ? $0 : $0 * point[list[$1].firstParameter + bin]
        }
      }
    }
    result.binFactor = product([])
    for i in list.indices {
      result.vectors.append((list[i].firstParameter, product([i])))
      result.vectorCurvatures.append(list.indices.map { product([i, $0]) })
    }
  }

  /// The derivatives of the expected counts by the parameters: one row a bin, one column a
  /// parameter.
  func jacobian(
    at point: [Double], _ derivatives: [GroupDerivatives]
  ) -> Matrix<Double> {
    var result = Matrix<Double>(rows: layout.binCount, columns: parameterCount, repeating: 0)
    for (group, d) in zip(layout.groups, derivatives) {
      for i in d.shape.indices {
        let bin = group.firstBin + i
        for shift in d.shifts {
          result[bin, shift.parameter] += shift.slope[i] * d.product * d.binFactor[i]
        }
        for (k, parameter) in d.factorParameters.enumerated() {
          result[bin, parameter] += d.shape[i] * d.factorSlopes[k] * d.binFactor[i]
        }
        for vector in d.vectors {
          result[bin, vector.firstParameter + i] += d.shape[i] * d.product * vector.slope[i]
        }
      }
    }
    return result
  }

  /// For every parameter the standard deviation that expected counts at `point` would give it
  /// alone, 1/√(Σ (∂ν)²/ν); nil where there is none.
  func statisticalWidths(at point: [Double]) -> [Double?] {
    let scratch = HistFactoryScratch(self, termCount: 0)
    point.withUnsafeBufferPointer { if let x = $0.baseAddress { scratch.fillRates(self, x) } }
    let expected = scratch.expected(self)
    let slopes = jacobian(
      at: point, layout.groups.indices.map { derivatives(of: $0, at: point, scratch) })
    return (0..<parameterCount).map { k in
      var information = 0.0
      for bin in expected.indices where expected[bin] > 0 {
        information += slopes[bin, k] * slopes[bin, k] / expected[bin]
      }
      let width = 1 / information.squareRoot()
      return width.isFinite && width > 0 ? width : nil
    }
  }
}
