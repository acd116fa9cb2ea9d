public import Foundation
internal import HDF5
public import Likelihoods
public import NumericalCore

/// Reads points in parameter space from a file, matching columns by name where there are names.
///
/// - `.json`: an array of objects `{name: value}` (missing parameters take their initial value) or
///   of rows of numbers.
/// - `.csv`: a header with all parameter names in any order, then one point a line; without a
///   header, columns in the order of the parameters.
/// - `.npy`: a two-dimensional array of numbers.
/// - `.h5`: a data set `points`, or the chain of an emcee file.
public enum PointsFile {
  /// Reads the points of a file.
  ///
  /// - Returns: one point a row, columns in the order of `space`.
  /// - Throws: ``InputError`` naming the file, the place and what was expected.
  public static func read(_ url: URL, for space: ParameterSpace) throws -> Matrix<Double> {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw InputError.unreadable(url, reason: "there is no such file")
    }
    let rows: Matrix<Double>
    switch url.pathExtension.lowercased() {
    case "json": rows = try json(url, space)
    case "csv": rows = try csv(url, space)
    case "npy": rows = try NumpyArray.readMatrix(url)
    case "h5", "hdf5": rows = try hdf5(url, space)
    default:
      throw InputError.unsupported(url, expected: "points as .json, .csv, .npy or .h5")
    }
    guard rows.columns == space.count else {
      throw InputError.malformed(
        url, place: "columns", expected: "\(space.count) parameters", found: "\(rows.columns)")
    }
    guard rows.rows > 0 else {
      throw InputError.malformed(url, place: "rows", expected: "at least one point", found: "none")
    }
    if let k = rows.elements.firstIndex(where: { !$0.isFinite }) {
      throw InputError.malformed(
        url, place: "point \(k / space.count + 1), parameter '\(space.names[k % space.count])'",
        expected: "a finite number", found: "\(rows.elements[k])")
    }
    return rows
  }

  private static func csv(_ url: URL, _ space: ParameterSpace) throws -> Matrix<Double> {
    let table = try DelimitedText(reading: url, separator: .comma)
    guard let header = table.names else {
      guard table.values.columns == space.count || table.values.rows == 0 else {
        throw InputError.malformed(
          url, place: "line \(table.lines[0])", expected: "\(space.count) columns",
          found: "\(table.values.columns)")
      }
      return Matrix(
        rows: table.values.rows, columns: space.count, elements: table.values.elements)
    }
    let columns = try header.map { name in
      guard let index = space.names.firstIndex(of: name) else {
        throw InputError.malformed(
          url, place: "header", expected: "names of parameters", found: "'\(name)'")
      }
      return index
    }
    guard Set(columns).count == space.count, columns.count == space.count else {
      let missing = space.names.filter { !header.contains($0) }
      throw InputError.malformed(
        url, place: "header", expected: "each of the \(space.count) parameters once",
        found: "\(columns.count) columns, without \(missing.prefix(5))")
    }
    var result = table.values
    for i in 0..<result.rows {
      for (k, column) in columns.enumerated() { result[i, column] = table.values[i, k] }
    }
    return result
  }

  private static func hdf5(_ url: URL, _ space: ParameterSpace) throws -> Matrix<Double> {
    let file = try HDF5File(reading: url)
    if try file.exists("points") {
      let points = try file.dataset("points")
      try points.requireShape([nil, nil])
      let shape = try points.shape
      return Matrix(
        rows: shape[0], columns: shape[1], elements: try points.read(as: Double.self))
    }
    let chains = try Chains(reading: url)
    // A file of emcee itself has no names; then the order is taken as it is.
    guard chains.names.count == space.count, chains.names != space.names,
      Set(chains.names) != Set(chains.names.indices.map { "x\($0)" })
    else { return chains.positions }
    let order = try space.names.map { name in
      guard let column = chains.names.firstIndex(of: name) else {
        throw InputError.malformed(
          url, place: "parameter names of the chain", expected: "'\(name)'",
          found: "\(chains.names.prefix(5))")
      }
      return column
    }
    return chains.selecting(order).positions
  }
}
