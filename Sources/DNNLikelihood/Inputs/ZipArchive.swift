internal import Foundation

/// The entries of a zip file, stored or deflated, with 64-bit lengths where they are used: what
/// `numpy.savez` and `numpy.savez_compressed` write.
///
/// Format: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 to 4.3.16 and 4.5.3.
struct ZipArchive: Sendable {
  /// One entry, as the central directory lists it.
  struct Entry: Sendable {
    let name: String
    let method: Int
    let checksum: UInt32
    let packedSize, size, offset: Int
  }

  let url: URL
  /// The entries in the order of the directory.
  let entries: [Entry]
  private let bytes: ByteReader

  /// Reads the directory of a file.
  ///
  /// - Throws: ``InputError``.
  init(reading url: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw InputError.unreadable(url, reason: error.localizedDescription)
    }
    self.url = url
    bytes = ByteReader(data: data, url: url)
    entries = try Self.directory(bytes)
  }

  private static func directory(_ bytes: ByteReader) throws(InputError) -> [Entry] {
    // The end record has 22 bytes and a comment of up to 65535.
    let last = bytes.count - 22
    guard last >= 0,
      let end = stride(from: last, through: max(0, last - 65535), by: -1).first(where: {
        bytes.matches("PK\u{5}\u{6}", at: $0)
      })
    else {
      throw bytes.malformed(
        "end of the file", "the directory of a zip file (.npz)", "none: cut off or another format")
    }
    var count = try bytes.integer(end + 10, 2)
    var place = try bytes.integer(end + 16, 4)
    if count == 0xFFFF || place == 0xFFFF_FFFF {
      let locator = end - 20
      guard locator >= 0, bytes.matches("PK\u{6}\u{7}", at: locator) else {
        throw bytes.malformed("end of the file", "the locator of a 64-bit directory", "none")
      }
      let wide = try bytes.integer(locator + 8, 8)
      guard bytes.matches("PK\u{6}\u{6}", at: wide) else {
        throw bytes.malformed("byte \(wide)", "the end of a 64-bit directory", "other bytes")
      }
      count = try bytes.integer(wide + 32, 8)
      place = try bytes.integer(wide + 48, 8)
    }
    var entries: [Entry] = []
    // An entry has 46 bytes at least: a count that cannot be true ends at the file's end.
    for _ in 0..<min(count, bytes.count / 46 + 1) {
      let (entry, next) = try Self.entry(bytes, place)
      entries.append(entry)
      place = next
    }
    return entries
  }

  private static func entry(_ bytes: ByteReader, _ place: Int) throws(InputError) -> (Entry, Int) {
    guard bytes.matches("PK\u{1}\u{2}", at: place) else {
      throw bytes.malformed("byte \(place)", "an entry of the zip directory", "other bytes")
    }
    let lengths = (
      name: try bytes.integer(place + 28, 2), extra: try bytes.integer(place + 30, 2),
      comment: try bytes.integer(place + 32, 2)
    )
    var sizes = [
      try bytes.integer(place + 24, 4), try bytes.integer(place + 20, 4),
      try bytes.integer(place + 42, 4),
    ]
    let name = String(decoding: try bytes.slice(place + 46, lengths.name), as: UTF8.self)
    var extra = place + 46 + lengths.name
    let extraEnd = extra + lengths.extra
    while extra + 4 <= extraEnd {
      let (id, length) = (try bytes.integer(extra, 2), try bytes.integer(extra + 2, 2))
      var field = extra + 4
      // The 64-bit field holds those of the lengths that are all ones, in this order.
      if id == 1 {
        for k in sizes.indices where sizes[k] == 0xFFFF_FFFF {
          sizes[k] = try bytes.integer(field, 8)
          field += 8
        }
      }
      extra += 4 + length
    }
    let checksum = UInt32(truncatingIfNeeded: try bytes.integer(place + 16, 4))
    let entry = Entry(
      name: name, method: try bytes.integer(place + 10, 2), checksum: checksum,
      packedSize: sizes[1], size: sizes[0], offset: sizes[2])
    return (entry, extraEnd + lengths.comment)
  }

  /// The bytes of an entry.
  ///
  /// - Throws: ``InputError`` for damaged entries and other methods of compression.
  func contents(of entry: Entry) throws(InputError) -> Data {
    let place = "entry '\(entry.name)'"
    guard bytes.matches("PK\u{3}\u{4}", at: entry.offset) else {
      throw bytes.malformed(place, "the head of a zip entry", "other bytes")
    }
    let head =
      30 + (try bytes.integer(entry.offset + 26, 2)) + (try bytes.integer(entry.offset + 28, 2))
    let packed = try bytes.slice(entry.offset + head, entry.packedSize)
    let data: Data
    switch entry.method {
    case 0: data = packed
    case 8: data = try Inflation.inflated(packed, size: entry.size, place, bytes)
    default:
      throw bytes.malformed(
        place, "an entry that is stored or deflated", "compression method \(entry.method)")
    }
    guard data.count == entry.size, Inflation.checksum(data) == entry.checksum else {
      throw bytes.malformed(place, "data with the checksum of the directory", "damaged data")
    }
    return data
  }
}
