public import NumericalCore

extension SimplifiedLikelihood: BinnedModel {
  public var observedCounts: [Double] { input.observed }

  public var binNames: [String] { input.binNames }

  public func expectedCounts(at points: Matrix<Double>) -> Matrix<Double> {
    precondition(points.columns == parameters.count, "a point has \(parameters.count) coordinates")
    let (bins, dimension) = (input.observed.count, parameters.count)
    var result = Matrix<Double>(rows: points.rows, columns: bins, repeating: 0)
    points.elements.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return }
      for i in 0..<points.rows {
        for bin in 0..<bins { result[i, bin] = tables.expected(bin, x + i * dimension) }
      }
    }
    return result
  }

  /// Draws of N(θ | 0, ρ).
  public func drawNuisances(
    _ count: Int, holding point: [Double], stream: RandomStream
  ) -> Matrix<Double> {
    precondition(point.count == parameters.count, "a point has \(parameters.count) coordinates")
    var result = Matrix<Double>(rows: count, columns: parameters.count, repeating: 0)
    for i in 0..<count {
      var random = stream.sequence(walker: i)
      result.setRow(i, to: point.prefix(tables.offset) + tables.drawNormals(&random))
    }
    return result
  }
}
