public import Foundation
public import NumericalCore

/// An array in NumPy's `.npy` format, version 1 to 3 (NEP 1), of numbers, text, or records with
/// named fields.
public struct NumpyArray: Sendable {
  /// The file, and the entry of an `.npz` file.
  let url: URL
  let entry: String?
  /// Lengths of the axes.
  let shape: [Int]
  /// Whether the first axis varies fastest.
  let isFortranOrder: Bool
  /// One element.
  let type: NumpyType
  /// The elements.
  let payload: Data

  /// Reads a matrix of numbers.
  ///
  /// - Throws: ``InputError``.
  public static func readMatrix(_ url: URL) throws -> Matrix<Double> {
    let array = try NumpyArray(reading: url)
    guard array.shape.count == 2 else {
      throw array.malformed(
        "header", expected: "a two-dimensional array", found: "the shape \(array.shape)")
    }
    return Matrix(
      rows: array.shape[0], columns: array.shape[1], elements: try array.numbers())
  }

  /// Reads a file.
  ///
  /// - Throws: ``InputError``.
  init(reading url: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw InputError.unreadable(url, reason: error.localizedDescription)
    }
    try self.init(data, url, entry: nil)
  }

  /// Reads an array from bytes.
  ///
  /// - Throws: ``InputError``.
  init(_ data: Data, _ url: URL, entry: String?) throws {
    func malformed(_ place: String, _ expected: String, _ found: String) -> InputError {
      .malformed(
        url, place: entry.map { "entry '\($0)', \(place)" } ?? place, expected: expected,
        found: found)
    }
    guard data.count > 12, data.prefix(6) == Data([0x93] + "NUMPY".utf8) else {
      throw malformed("first bytes", "the signature of a .npy file", "others")
    }
    let first = data.startIndex
    let lengthBytes = data[first + 6] > 1 ? 4 : 2
    let length = (0..<lengthBytes).reduce(0) { $0 + Int(data[first + 8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes + length
    guard data.count >= start else {
      throw malformed("header", "\(length) bytes", "the end of the file")
    }
    let header = String(
      decoding: data[(first + 8 + lengthBytes)..<(first + start)], as: UTF8.self)
    guard case .dictionary(let keys) = PythonLiteral(header),
      let shape = keys["shape"]?.integers, shape.allSatisfy({ $0 >= 0 }),
      let order = keys["fortran_order"]?.truth, let description = keys["descr"]
    else {
      throw malformed(
        "header", "the keys descr, fortran_order and shape", "'\(header.prefix(200))'")
    }
    guard let type = NumpyType(description) else {
      throw malformed(
        "header", "elements that are numbers, text or records of these",
        "'\(header.prefix(200))'")
    }
    // The lengths come from a file: their product may not fit an integer.
    var (size, overflow) = (type.size, false)
    for length in shape where !overflow {
      (size, overflow) = size.multipliedReportingOverflow(by: length)
    }
    guard !overflow, size == data.count - start else {
      throw malformed(
        "data",
        overflow ? "\(shape.map(String.init).joined(separator: " x ")) elements" : "\(size) bytes",
        overflow ? "\(data.count - start) bytes" : "\(data.count - start)")
    }
    self.url = url
    self.entry = entry
    self.shape = shape
    isFortranOrder = order && shape.count > 1
    self.type = type
    payload = data[(first + start)...]
  }

  /// The error for something in this array.
  func malformed(_ place: String, expected: String, found: String) -> InputError {
    .malformed(
      url, place: entry.map { "entry '\($0)', \(place)" } ?? place, expected: expected,
      found: found)
  }

  /// Number of elements.
  var count: Int { shape.reduce(1, *) }

  /// All numbers, the last axis fastest.
  ///
  /// - Parameter field: the field of the records; the elements themselves if `nil`.
  /// - Throws: ``InputError`` if they are no numbers.
  func numbers(_ field: NumpyType.Field? = nil) throws -> [Double] {
    let place = field.map { "field '\($0.name)'" } ?? "elements"
    guard let element = field?.element ?? type.plain, let read = element.reader else {
      throw malformed(place, expected: "numbers", found: type.description)
    }
    let (offset, repeats) = (field?.offset ?? 0, field?.count ?? 1)
    let stored = payload.withUnsafeBytes { bytes in
      [Double](unsafeUninitializedCapacity: count * repeats) { buffer, initialized in
        for i in 0..<count {
          for k in 0..<repeats {
            let place = i * type.size + offset + k * element.size
            buffer.initializeElement(at: i * repeats + k, to: read(bytes, place))
          }
        }
        initialized = count * repeats
      }
    }
    return isFortranOrder ? lastAxisFastest(stored, repeats) : stored
  }

  /// All texts.
  ///
  /// - Throws: ``InputError`` if they are none.
  func texts() throws -> [String] {
    guard let element = type.plain, let read = element.textReader else {
      throw malformed("elements", expected: "text", found: type.description)
    }
    return payload.withUnsafeBytes { bytes in (0..<count).map { read(bytes, $0 * type.size) } }
  }

  private func lastAxisFastest(_ stored: [Double], _ repeats: Int) -> [Double] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var result: [Double] = []
    result.reserveCapacity(stored.count)
    for i in 0..<count {
      var (rest, place) = (i, 0)
      for axis in shape.indices.reversed() {
        place += rest % shape[axis] * strides[axis]
        rest /= shape[axis]
      }
      result += stored[place * repeats..<(place + 1) * repeats]
    }
    return result
  }
}
