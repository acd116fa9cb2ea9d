internal import Foundation

/// Reads integers and pieces of a file that may end too early.
struct ByteReader: Sendable {
  let data: Data
  let url: URL

  var count: Int { data.count }

  func malformed(_ place: String, _ expected: String, _ found: String) -> InputError {
    .malformed(url, place: place, expected: expected, found: found)
  }

  /// A little-endian integer.
  func integer(_ place: Int, _ length: Int) throws(InputError) -> Int {
    let piece = try slice(place, length)
    var value: UInt64 = 0
    for byte in piece.reversed() { value = value << 8 | UInt64(byte) }
    guard let integer = Int(exactly: value) else {
      throw malformed("byte \(place)", "a length within the file", "\(value)")
    }
    return integer
  }

  func slice(_ place: Int, _ length: Int) throws(InputError) -> Data {
    guard place >= 0, length >= 0, place <= data.count, length <= data.count - place else {
      throw malformed("byte \(place)", "\(length) more bytes", "the end of the file")
    }
    return data[data.startIndex + place..<data.startIndex + place + length]
  }

  func matches(_ signature: String, at place: Int) -> Bool {
    (try? slice(place, 4)).map { $0.elementsEqual(signature.utf8) } ?? false
  }
}
