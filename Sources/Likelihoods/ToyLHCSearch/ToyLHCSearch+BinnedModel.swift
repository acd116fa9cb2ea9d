public import NumericalCore

extension ToyLHCSearch: BinnedModel {
  public var observedCounts: [Double] { observed }

  /// `bin_1` … `bin_90`.
  public var binNames: [String] { (1...Self.binCount).map { "bin_\($0)" } }

  public func expectedCounts(at points: Matrix<Double>) -> Matrix<Double> {
    precondition(points.columns == parameters.count, "a point has \(parameters.count) coordinates")
    let (bins, dimension) = (Self.binCount, parameters.count)
    var result = Matrix<Double>(rows: points.rows, columns: bins, repeating: 0)
    let tables = self.tables
    points.elements.withUnsafeBufferPointer { x in
      result.elements.withUnsafeMutableBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        let input = SharedRows(x)
        let output = DisjointRows(y)
        parallelFor(points.rows, grain: 128) { rows in
          var workspace = ToyLHCWorkspace()
          for i in rows {
            _ = workspace.expectedCounts(tables, input.base + i * dimension)
            workspace.copyCounts(to: output.base + i * bins)
          }
        }
      }
    }
    return result
  }

  /// Draws of the unit normal priors.
  public func drawNuisances(
    _ count: Int, holding point: [Double], stream: RandomStream
  ) -> Matrix<Double> {
    precondition(point.count == parameters.count, "a point has \(parameters.count) coordinates")
    var points = prior.draw(count, stream: stream)
    for i in 0..<count { points[i, 0] = point[0] }
    return points
  }
}
