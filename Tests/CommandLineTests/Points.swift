import Foundation

/// Points of the toy LHC search in the formats that `logpdf --points` reads.
enum Points {
  /// mu, delta_1 ... delta_94.
  static let names = ["mu"] + (1...94).map { "delta_\($0)" }

  static func rows(_ points: [[Double]]) throws -> Data {
    try JSONSerialization.data(withJSONObject: points)
  }

  static func objects(_ points: [[Double]]) throws -> Data {
    try JSONSerialization.data(
      withJSONObject: points.map { Dictionary(zip(names, $0)) { $1 } })
  }

  /// With a header, columns in reverse order: they have to be matched by name.
  static func csv(_ points: [[Double]]) -> Data {
    let lines =
      [names.reversed().joined(separator: ",")]
      + points.map { $0.reversed().map { "\($0)" }.joined(separator: ",") }
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  static func csvWithoutHeader(_ points: [[Double]]) -> Data {
    Data(points.map { $0.map { "\($0)" }.joined(separator: ",") + "\n" }.joined().utf8)
  }

  /// NumPy's format, version 1.0 (NEP 1).
  static func npy(_ points: [[Double]]) -> Data {
    var header = "{'descr': '<f8', 'fortran_order': False, "
    header += "'shape': (\(points.count), \(points.first?.count ?? 0)), }"
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    var data = Data([0x93] + "NUMPY".utf8 + [1, 0])
    data.append(UInt8(header.utf8.count & 255))
    data.append(UInt8(header.utf8.count >> 8))
    data.append(Data(header.utf8))
    for value in points.joined() {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }
}
