internal import Foundation
internal import Likelihoods
internal import NumericalCore

extension PointsFile {
  /// Points of a JSON file. Every number is the double nearest to what is written.
  static func json(_ url: URL, _ space: ParameterSpace) throws(InputError) -> Matrix<Double> {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw .unreadable(url, reason: error.localizedDescription)
    }
    let document: JSONDocument
    do {
      document = try JSONDocument(parsing: data, file: url)
    } catch {
      throw .unreadable(url, reason: "it is not JSON (\(error))")
    }
    return try JSONPoints(document: document, url: url, space: space).matrix()
  }
}

/// The points of a document, which knows the lines.
private struct JSONPoints {
  let document: JSONDocument
  let url: URL
  let space: ParameterSpace

  func matrix() throws(InputError) -> Matrix<Double> {
    guard case .array(let entries) = document.root else {
      throw error([], "top level", "an array of points", document.root.summary)
    }
    var elements: [Double] = []
    elements.reserveCapacity(entries.count * space.count)
    for (i, entry) in entries.enumerated() {
      switch entry {
      case .array(let row): elements += try point(row, i)
      case .object(let object): elements += try point(object, i)
      default:
        throw error(
          [i], "point \(i + 1)", "an object {name: value} or a row of numbers", entry.summary)
      }
    }
    return Matrix(rows: entries.count, columns: space.count, elements: elements)
  }

  private func point(_ row: [JSONValue], _ i: Int) throws(InputError) -> [Double] {
    guard row.count == space.count else {
      throw error([i], "point \(i + 1)", "\(space.count) numbers", "\(row.count)")
    }
    var point: [Double] = []
    for (k, value) in row.enumerated() {
      point.append(try number(value, i, key: "\(k)", name: space.names[k]))
    }
    return point
  }

  private func point(_ object: JSONObject, _ i: Int) throws(InputError) -> [Double] {
    if let name = object.repeatedKeys.first {
      throw error([i, name], "point \(i + 1)", "every name once", "'\(name)' twice")
    }
    var point = space.initialValues
    for (name, value) in zip(object.keys, object.values) {
      guard let index = space.names.firstIndex(of: name) else {
        throw error(
          [i, name], "point \(i + 1)", "names of parameters such as '\(space.names[0])'",
          "'\(name)'")
      }
      point[index] = try number(value, i, key: name, name: name)
    }
    return point
  }

  /// A JSON number; `true` and `false` are none.
  private func number(
    _ value: JSONValue, _ i: Int, key: String, name: String
  ) throws(InputError) -> Double {
    let place = "point \(i + 1), parameter '\(name)'"
    guard case .number(let number) = value else {
      throw error([i, key], place, "a number", value.summary)
    }
    let result = number.doubleValue
    guard result.isFinite else {
      throw error(
        [i, key], place, "a number within the range of double precision", value.summary)
    }
    return result
  }

  private func error(
    _ tokens: [any CustomStringConvertible], _ place: String, _ expected: String, _ found: String
  ) -> InputError {
    let line = document.line(of: JSONPointer(tokens: tokens.map { "\($0)" }))
    return .malformed(
      url, place: (line.map { "line \($0), " } ?? "") + place, expected: expected, found: found)
  }
}
