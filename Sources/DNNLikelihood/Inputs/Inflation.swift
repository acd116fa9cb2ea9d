internal import CZlib
internal import Foundation

/// The calls of zlib.
enum Inflation {
  /// Unpacks deflated bytes.
  ///
  /// - Throws: ``InputError`` if they are damaged or do not have the size that was promised.
  static func inflated(
    _ packed: Data, size: Int, _ place: String, _ file: ByteReader
  ) throws(InputError) -> Data {
    // Deflate packs at most 1032 to 1: a larger promise is damage, and would exhaust memory.
    guard size <= 1040 * (packed.count + 16) else {
      throw file.malformed(place, "at most \(1040 * (packed.count + 16)) bytes", "\(size)")
    }
    var stream = z_stream()
    guard czlib_raw_inflate_init(&stream) == Z_OK else {
      throw file.malformed(place, "deflated data", "zlib does not start")
    }
    defer { inflateEnd(&stream) }
    var result = Data(count: size)
    let isWhole = packed.withUnsafeBytes { source in
      result.withUnsafeMutableBytes { target in
        unpack(&stream, source, target)
      }
    }
    guard isWhole else { throw file.malformed(place, "deflated data", "damaged data") }
    return result
  }

  /// zlib counts bytes in 32 bits: it gets pieces.
  private static func unpack(
    _ stream: inout z_stream, _ source: UnsafeRawBufferPointer,
    _ target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let piece = 1 << 30
    var (read, written) = (0, 0)
    var spare: UInt8 = 0
    while true {
      let input = min(piece, source.count - read)
      let output = min(piece, target.count - written)
      guard let next = source.baseAddress?.advanced(by: read) else { return false }
      stream.next_in = UnsafeMutablePointer(
        mutating: next.assumingMemoryBound(to: Bytef.self))
      stream.avail_in = uInt(input)
      let status = withUnsafeMutablePointer(to: &spare) { spare in
        // Where nothing is to come, zlib still wants a place to read the end of the stream.
        stream.next_out =
          output > 0
          ? target.baseAddress?.advanced(by: written).assumingMemoryBound(to: Bytef.self) : spare
        stream.avail_out = uInt(max(output, 1))
        return inflate(&stream, Z_NO_FLUSH)
      }
      let taken = input - Int(stream.avail_in)
      let made = max(output, 1) - Int(stream.avail_out)
      read += taken
      written += made
      if status == Z_STREAM_END { return written == target.count }
      guard status == Z_OK, taken + made > 0, written <= target.count else { return false }
    }
  }

  /// The checksum of zip files, CRC-32.
  static func checksum(_ data: Data) -> UInt32 {
    data.withUnsafeBytes { bytes in
      var result = crc32(0, nil, 0)
      var place = 0
      while place < bytes.count, let base = bytes.baseAddress {
        let length = min(1 << 30, bytes.count - place)
        result = crc32(
          result, base.advanced(by: place).assumingMemoryBound(to: Bytef.self), uInt(length))
        place += length
      }
      return UInt32(truncatingIfNeeded: result)
    }
  }
}
