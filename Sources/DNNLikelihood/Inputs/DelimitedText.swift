internal import Foundation
internal import NumericalCore
internal import Synchronization

/// Text with numbers in columns, as CSV or between blanks, with or without a header.
///
/// The header is the first line if that is not all numbers, or else a comment (`# a b c`) above
/// the first row that has one word a column, as `numpy.savetxt` writes it. Blank lines and lines
/// that begin with `#` are no rows. Numbers are rounded correctly; an empty field is NaN.
struct DelimitedText: Sendable {
  /// What stands between the fields of a line.
  enum Separator: Sendable {
    case character(UInt8)
    /// Any number of spaces and tabs.
    case blanks

    static let comma = Separator.character(UInt8(ascii: ","))

    /// The separator of a line: comma, tab or semicolon, whichever is there first in this order,
    /// else blanks.
    static func found(in line: some Sequence<UInt8>) -> Separator {
      let bytes = Set(line)
      for candidate in ",\t;".utf8 where bytes.contains(candidate) { return .character(candidate) }
      return bytes.contains(UInt8(ascii: " ")) ? .blanks : .comma
    }
  }

  /// Names of the columns that were read; `nil` without a header.
  let names: [String]?
  /// Names of the columns that were left out.
  let skippedNames: [String]
  /// The rows, without the columns that were left out.
  let values: Matrix<Double>
  /// The line of every row, counted from one.
  let lines: [Int]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - separator: what stands between fields; found in the first line if `nil`.
  ///   - isSkipped: columns of the header that are left out, whatever they hold.
  /// - Throws: ``InputError`` naming the file, the line, the column.
  init(
    reading url: URL, separator: Separator? = nil, isSkipped: (String) -> Bool = { _ in false }
  ) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw InputError.unreadable(url, reason: error.localizedDescription)
    }
    self = try data.withUnsafeBytes { raw in
      try DelimitedText(raw.bindMemory(to: UInt8.self), url, separator, isSkipped)
    }
  }

  private init(
    _ bytes: UnsafeBufferPointer<UInt8>, _ url: URL, _ separator: Separator?,
    _ isSkipped: (String) -> Bool
  ) throws {
    var index = LineIndex(bytes)
    guard let first = index.rows.first else {
      let split = FieldSplitter(separator: .comma)
      try self.init(bytes, url, index, split, names: nil, [], [])
      return
    }
    let split = FieldSplitter(separator: separator ?? .found(in: bytes[first]))
    var header = try split.fields(bytes[first], url)
    if header.contains(where: { !$0.isEmpty && FieldNumber.parse($0) == nil }) {
      index.removeFirstRow()
    } else if let comment = index.lastComment,
      let words = try? split.fields(bytes[comment], url).filter({ !$0.isEmpty }),
      words.count == header.count, words.contains(where: { FieldNumber.parse($0) == nil })
    {
      header = words
    } else {
      header = Array(repeating: "", count: header.count)
      try self.init(bytes, url, index, split, names: nil, header, Array(header.indices))
      return
    }
    let kept = header.indices.filter { !isSkipped(header[$0]) }
    try self.init(bytes, url, index, split, names: kept.map { header[$0] }, header, kept)
  }

  /// Reads the rows: every one by the fast reader, and once more by the patient one where that
  /// gave up.
  private init(
    _ bytes: UnsafeBufferPointer<UInt8>, _ url: URL, _ index: LineIndex, _ split: FieldSplitter,
    names: [String]?, _ header: [String], _ kept: [Int]
  ) throws {
    let (rows, width) = (index.rows, kept.count)
    let reader = RowReader(
      split: split, isKept: header.indices.map { kept.contains($0) }, isNamed: names != nil,
      header: header)
    let failure = Mutex<(row: Int, error: InputError)?>(nil)
    // Every piece writes its own rows, and nobody reads before all are done.
    nonisolated(unsafe) let bytes = bytes
    let elements = [Double](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
      nonisolated(unsafe) let target = buffer
      parallelFor(rows.count, grain: 256) { range in
        for row in range {
          let place = UnsafeMutableBufferPointer(rebasing: target[row * width..<(row + 1) * width])
          if reader.readQuickly(bytes, rows[row], into: place) { continue }
          do throws(InputError) {
            let line = "line \(index.lineNumbers[row])"
            try reader.readPatiently(bytes[rows[row]], line, url, into: place)
          } catch {
            failure.withLock { if $0.map({ row < $0.row }) ?? true { $0 = (row, error) } }
            return place.initialize(repeating: .nan)
          }
        }
      }
      count = rows.count * width
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
    self.names = names
    skippedNames = header.indices.filter { !kept.contains($0) }.map { header[$0] }
    values = Matrix(rows: rows.count, columns: width, elements: elements)
    lines = index.lineNumbers
  }
}

/// Where the rows of a text stand.
struct LineIndex: Sendable {
  /// The bytes of every line that is neither blank nor a comment, without its end.
  private(set) var rows: [Range<Int>] = []
  /// The number of each of these lines, counted from one.
  private(set) var lineNumbers: [Int] = []
  /// The last comment above the first row, without its sign.
  private(set) var lastComment: Range<Int>?

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    // Spreadsheets begin their files with a byte-order mark.
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var number = 0
    while start < bytes.count, let base = bytes.baseAddress {
      let found = memchr(base + start, 0x0A, bytes.count - start)
      let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? bytes.count
      number += 1
      add(Self.trimmed(start..<end, bytes), number, bytes)
      start = end + 1
    }
  }

  private static func trimmed(
    _ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Range<Int> {
    var (first, end) = (range.lowerBound, range.upperBound)
    // A tab may stand for an empty last field: only carriage returns and spaces go.
    while end > first, bytes[end - 1] == 0x0D || bytes[end - 1] == 0x20 { end -= 1 }
    while first < end, bytes[first] == 0x20 { first += 1 }
    return first..<end
  }

  private mutating func add(
    _ range: Range<Int>, _ number: Int, _ bytes: UnsafeBufferPointer<UInt8>
  ) {
    guard !range.isEmpty else { return }
    if bytes[range.lowerBound] == UInt8(ascii: "#") {
      let text = range.lowerBound + 1..<range.upperBound
      if rows.isEmpty, !text.isEmpty { lastComment = Self.trimmed(text, bytes) }
      return
    }
    rows.append(range)
    lineNumbers.append(number)
  }

  /// Takes away the first row, which is a header.
  mutating func removeFirstRow() {
    rows.removeFirst()
    lineNumbers.removeFirst()
  }
}
