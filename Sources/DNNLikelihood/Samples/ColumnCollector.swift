internal import Foundation
internal import NumericalCore

/// Gathers columns of equal length, whatever order a file holds them in.
struct ColumnCollector {
  let url: URL
  private(set) var names: [String] = []
  private(set) var columns: [[Double]] = []

  init(_ url: URL) { self.url = url }

  /// Adds one column.
  ///
  /// - Throws: ``InputError`` for another length than that of the first.
  mutating func add(_ name: String, _ values: [Double]) throws {
    if let first = columns.first, first.count != values.count {
      throw InputError.malformed(
        url, place: "'\(name)'", expected: "\(first.count) rows, as '\(names[0])' has",
        found: "\(values.count)")
    }
    names.append(name)
    columns.append(values)
  }

  /// Adds the columns of a block with one row a point.
  mutating func add(_ names: [String], block: [Double], rows: Int) throws {
    let width = names.count
    for (k, name) in names.enumerated() {
      try add(name, (0..<rows).map { block[$0 * width + k] })
    }
  }

  /// Adds the elements of a variable, called `name` if it is one number a row and `name[i]`,
  /// `name[i,j]` otherwise.
  mutating func add(_ name: String, block: [Double], rows: Int, shape: [Int]) throws {
    try add(Self.elementNames(name, shape), block: block, rows: rows)
  }

  /// The names of the elements of an array, counted from zero.
  static func elementNames(_ name: String, _ shape: [Int]) -> [String] {
    guard !shape.isEmpty else { return [name] }
    var places: [[Int]] = [[]]
    for length in shape { places = places.flatMap { place in (0..<length).map { place + [$0] } } }
    return places.map { "\(name)[\($0.map(String.init).joined(separator: ","))]" }
  }

  /// The table of all columns.
  func table(_ format: SampleFormat) throws -> SampleTable {
    guard let rows = columns.first?.count else {
      throw InputError.malformed(url, place: "columns", expected: "at least one", found: "none")
    }
    let width = columns.count
    let elements = [Double](unsafeUninitializedCapacity: rows * width) { buffer, count in
      for (k, column) in columns.enumerated() {
        for i in 0..<rows { buffer.initializeElement(at: i * width + k, to: column[i]) }
      }
      count = rows * width
    }
    return SampleTable(
      source: url, format: format, names: names,
      points: Matrix(rows: rows, columns: width, elements: elements))
  }
}
