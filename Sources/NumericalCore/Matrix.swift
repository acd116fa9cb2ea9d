/// A dense matrix in row-major order: row `i` is one point, one sample, one draw.
///
/// Every batch in the framework has this shape, so that it can be handed to BLAS and to files
/// without a copy. A value type; copies share storage until one of them is written to.
public struct Matrix<Element: Sendable>: Sendable {
  /// Number of rows (points).
  public let rows: Int
  /// Number of columns (coordinates).
  public let columns: Int
  /// The elements, row after row; always `rows * columns` of them.
  public var elements: [Element]

  /// A matrix over existing elements.
  ///
  /// - Precondition: `elements.count == rows * columns`.
  @inlinable
  public init(rows: Int, columns: Int, elements: [Element]) {
    precondition(
      elements.count == rows * columns,
      "\(elements.count) elements cannot fill \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix with every element equal to `value`.
  @inlinable
  public init(rows: Int, columns: Int, repeating value: Element) {
    self.init(
      rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
  }

  /// A matrix from rows of equal length.
  @inlinable
  public init(rows: [[Element]], columns: Int) {
    precondition(rows.allSatisfy { $0.count == columns }, "rows of different lengths")
    self.init(rows: rows.count, columns: columns, elements: rows.flatMap { $0 })
  }

  /// Element in row `i` and column `j`.
  @inlinable
  public subscript(i: Int, j: Int) -> Element {
    get { elements[i * columns + j] }
    set { elements[i * columns + j] = newValue }
  }

  /// A copy of row `i`.
  @inlinable
  public func row(_ i: Int) -> [Element] {
    Array(elements[i * columns..<(i + 1) * columns])
  }

  /// A copy of column `j`.
  @inlinable
  public func column(_ j: Int) -> [Element] {
    (0..<rows).map { elements[$0 * columns + j] }
  }

  /// Replaces row `i`.
  @inlinable
  public mutating func setRow(_ i: Int, to values: some Collection<Element>) {
    precondition(values.count == columns, "a row has \(columns) elements, not \(values.count)")
    elements.replaceSubrange(i * columns..<(i + 1) * columns, with: values)
  }

  /// The rows with the given indices, in that order.
  public func selectingRows(_ indices: [Int]) -> Matrix {
    var result: [Element] = []
    result.reserveCapacity(indices.count * columns)
    for i in indices { result.append(contentsOf: elements[i * columns..<(i + 1) * columns]) }
    return Matrix(rows: indices.count, columns: columns, elements: result)
  }

  /// The rows in a range.
  public func rows(in range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      elements: Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// This matrix with the rows of another of the same width below it.
  public func appending(_ other: Matrix) -> Matrix {
    precondition(columns == other.columns, "matrices of different widths")
    return Matrix(
      rows: rows + other.rows, columns: columns, elements: elements + other.elements)
  }
}

extension Matrix: Equatable where Element: Equatable {}

extension Matrix where Element == Double {
  /// The unit matrix of order `n`.
  public static func identity(_ n: Int) -> Matrix {
    var result = Matrix(rows: n, columns: n, repeating: 0)
    for i in 0..<n { result[i, i] = 1 }
    return result
  }

  /// The transposed matrix.
  public func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows, repeating: 0)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }
}
