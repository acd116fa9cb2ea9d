public import Foundation
public import NumericalCore

/// Two-dimensional arrays in NumPy's `.npy` format, version 1 to 3 (NEP 1).
public enum NumpyArray {
  /// Reads a matrix of float64 or float32 in C order.
  ///
  /// - Throws: ``InputError``.
  public static func readMatrix(_ url: URL) throws -> Matrix<Double> {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw InputError.unreadable(url, reason: error.localizedDescription)
    }
    guard data.count > 12, data.prefix(6) == Data([0x93] + "NUMPY".utf8) else {
      throw InputError.malformed(
        url, place: "first bytes", expected: "the signature of a .npy file", found: "others")
    }
    let wide = data[6] > 1
    let lengthBytes = wide ? 4 : 2
    let length = (0..<lengthBytes).reduce(0) { $0 + Int(data[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes + length
    guard data.count >= start else {
      throw InputError.malformed(
        url, place: "header", expected: "\(length) bytes", found: "the end of the file")
    }
    let header = String(decoding: data[(8 + lengthBytes)..<start], as: UTF8.self)
    guard let shape = shape(header), shape.count == 2, header.contains("'fortran_order': False")
    else {
      throw InputError.malformed(
        url, place: "header", expected: "a two-dimensional array in C order", found: header)
    }
    // The lengths come from a file: their product may not fit an integer.
    let (count, overflow) = shape[0].multipliedReportingOverflow(by: shape[1])
    guard !overflow, count <= data.count else {
      throw InputError.malformed(
        url, place: "data", expected: "\(shape[0]) x \(shape[1]) numbers",
        found: "\(data.count - start) bytes")
    }
    if header.contains("'<f8'") {
      return Matrix(
        rows: shape[0], columns: shape[1],
        elements: try numbers(url, data, start, count, as: UInt64.self) {
          Double(bitPattern: $0)
        })
    }
    if header.contains("'<f4'") {
      return Matrix(
        rows: shape[0], columns: shape[1],
        elements: try numbers(url, data, start, count, as: UInt32.self) {
          Double(Float(bitPattern: $0))
        })
    }
    throw InputError.malformed(
      url, place: "header", expected: "elements of type <f8 or <f4", found: header)
  }

  private static func shape(_ header: String) -> [Int]? {
    guard let open = header.range(of: "'shape': ("),
      let close = header[open.upperBound...].firstIndex(of: ")")
    else { return nil }
    let parts = header[open.upperBound..<close].split(separator: ",")
      .map { Int($0.trimmingCharacters(in: .whitespaces)) }
    let sizes = parts.compactMap { $0 }
    return sizes.count == parts.count && sizes.allSatisfy { $0 >= 0 } ? sizes : nil
  }

  private static func numbers<Word: FixedWidthInteger & Sendable>(
    _ url: URL, _ data: Data, _ start: Int, _ count: Int, as type: Word.Type,
    _ convert: (Word) -> Double
  ) throws -> [Double] {
    let size = MemoryLayout<Word>.size
    guard data.count == start + count * size else {
      throw InputError.malformed(
        url, place: "data", expected: "\(count * size) bytes", found: "\(data.count - start)")
    }
    return data.withUnsafeBytes { bytes in
      (0..<count).map {
        convert(
          Word(littleEndian: bytes.loadUnaligned(fromByteOffset: start + $0 * size, as: type)))
      }
    }
  }
}
