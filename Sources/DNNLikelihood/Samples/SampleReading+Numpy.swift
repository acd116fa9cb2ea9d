internal import Foundation
internal import NumericalCore

extension SampleReading {
  /// Attributes, arrays and keys that name the columns of a block.
  static let namingKeys = ["names", "columns", "parameter_names", "param_names"]

  /// One array: records with named fields, or a block with the names of ``columns``.
  func npy(_ url: URL) throws -> SampleTable {
    let array = try NumpyArray(reading: url)
    if array.type.plain == nil {
      var collector = ColumnCollector(url)
      var ignored: [String] = []
      try add(array, to: &collector, &ignored)
      var table = try collector.table(.npy)
      table.ignored = ignored
      return table
    }
    guard array.shape.count == 2 else {
      throw array.malformed(
        "header", expected: "two axes, or records with named fields",
        found: "the shape \(array.shape)")
    }
    let names = try names(nil, count: array.shape[1], url)
    var collector = ColumnCollector(url)
    try collector.add(names, block: array.numbers(), rows: array.shape[0])
    return try dropping(collector.table(.npy))
  }

  /// Several arrays: one a column under its key, records, or a block that an array `names` names.
  func npz(_ url: URL) throws -> SampleTable {
    let archive = try ZipArchive(reading: url)
    var collector = ColumnCollector(url)
    var ignored: [String] = []
    var arrays: [(key: String, array: NumpyArray)] = []
    for entry in archive.entries {
      let key = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
      if isIgnored(key) {
        ignored.append(key)
      } else {
        arrays.append((key, try NumpyArray(archive.contents(of: entry), url, entry: key)))
      }
    }
    let names = try arrays.first { Self.namingKeys.contains($0.key.lowercased()) }?.array.texts()
    arrays.removeAll { Self.namingKeys.contains($0.key.lowercased()) }
    let blocks = arrays.filter { $0.array.shape.count == 2 }.map(\.key)
    guard blocks.count <= 1 else {
      throw InputError.malformed(
        url, place: "entries", expected: "at most one with two axes; --ignore leaves out others",
        found: listed(blocks))
    }
    for (_, array) in arrays {
      if array.shape.count == 2, array.type.plain != nil {
        let names = try self.names(names, count: array.shape[1], url)
        guard names.count == array.shape[1] else {
          throw array.malformed(
            "columns", expected: "\(names.count), one for each name", found: "\(array.shape[1])")
        }
        try collector.add(names, block: array.numbers(), rows: array.shape[0])
      } else {
        try add(array, to: &collector, &ignored)
      }
    }
    var table = try dropping(collector.table(.npz))
    table.ignored += ignored
    return table
  }

  /// Adds a column, or the fields of records.
  private func add(
    _ array: NumpyArray, to collector: inout ColumnCollector, _ ignored: inout [String]
  ) throws {
    guard array.shape.count == 1 else {
      throw array.malformed(
        "header", expected: "one number or record a row", found: "the shape \(array.shape)")
    }
    if array.type.plain != nil {
      return try collector.add(array.entry ?? "", array.numbers())
    }
    for field in array.type.fields {
      guard !isIgnored(field.name) else {
        ignored.append(field.name)
        continue
      }
      let values = try array.numbers(field)
      try collector.add(
        field.name, block: values, rows: array.count, shape: field.count == 1 ? [] : [field.count])
    }
  }

  /// The table without the columns that are to be left out.
  func dropping(_ table: SampleTable) -> SampleTable {
    var result = table
    let kept = table.names.indices.filter { !isIgnored(table.names[$0]) }
    guard kept.count < table.names.count else { return table }
    result.ignored += table.names.filter { isIgnored($0) }
    result.names = kept.map { table.names[$0] }
    result.points = table.points.selectingColumns(kept)
    return result
  }
}

extension Matrix where Element == Double {
  /// The columns with the given indices, in that order.
  func selectingColumns(_ indices: [Int]) -> Matrix {
    guard indices != Array(0..<columns) else { return self }
    let elements = [Double](unsafeUninitializedCapacity: rows * indices.count) { buffer, count in
      for i in 0..<rows {
        for (k, column) in indices.enumerated() {
          buffer.initializeElement(
            at: i * indices.count + k, to: self.elements[i * columns + column])
        }
      }
      count = rows * indices.count
    }
    return Matrix(rows: rows, columns: indices.count, elements: elements)
  }
}
