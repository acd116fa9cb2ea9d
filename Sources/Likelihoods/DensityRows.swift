internal import NumericalCore

/// The rows of a batch as the concurrent parts of an evaluation see them: points to read, values
/// and gradients to write.
struct DensityRows: Sendable {
  private let dimension: Int
  private let points: SharedRows<Double>
  private let values: DisjointRows<Double>
  private let gradients: DisjointRows<Double>?

  /// Calls `body` for disjoint ranges of rows on all threads.
  ///
  /// - Parameters:
  ///   - points: one point a row, `dimension` columns.
  ///   - values: one a row.
  ///   - gradients: the rows of the gradients, if they are wanted.
  ///   - grain: fewest rows worth a thread.
  ///   - body: prepares its scratch memory once, then writes every row of its range.
  static func forEach(
    _ points: Matrix<Double>, dimension: Int, values: inout [Double],
    gradients: UnsafeMutablePointer<Double>?, grain: Int,
    _ body: @Sendable (Range<Int>, DensityRows) -> Void
  ) {
    precondition(points.columns == dimension, "a point has \(dimension) coordinates")
    precondition(values.count == points.rows, "one value per point is needed")
    points.elements.withUnsafeBufferPointer { x in
      values.withUnsafeMutableBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        let rows = DensityRows(
          dimension: dimension, points: SharedRows(x), values: DisjointRows(y),
          gradients: gradients.map { DisjointRows($0) })
        parallelFor(points.rows, grain: grain) { body($0, rows) }
      }
    }
  }

  /// The coordinates of a row.
  func point(_ row: Int) -> UnsafePointer<Double> { points.base + row * dimension }

  /// Where the gradient of a row belongs, if it is wanted.
  func gradient(_ row: Int) -> UnsafeMutablePointer<Double>? {
    gradients.map { $0.base + row * dimension }
  }

  /// The value of a row so far.
  func value(_ row: Int) -> Double { values.base[row] }

  /// Writes the value of a row.
  func set(_ value: Double, at row: Int) { values.base[row] = value }
}
