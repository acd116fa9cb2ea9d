internal import Foundation
internal import NumericalCore

extension SampleReading {
  /// A table as text with a header, or with the names of ``columns``.
  func text(_ url: URL) throws -> SampleTable {
    let text = try DelimitedText(reading: url) { isIgnored($0) }
    guard !text.lines.isEmpty else {
      throw InputError.malformed(url, place: "rows", expected: "at least one", found: "none")
    }
    let width = text.values.columns
    var table = SampleTable(
      source: url, format: .text, names: try names(text.names, count: width, url),
      points: text.values)
    table.lines = text.lines
    table.ignored = text.skippedNames
    return table
  }

  /// The names that a file has, or else those that were given for it.
  func names(_ own: [String]?, count: Int, _ url: URL) throws -> [String] {
    if let own {
      guard columns == nil else {
        throw InputError.malformed(
          url, place: "names of the columns", expected: "none, as --columns names them",
          found: listed(own))
      }
      return own
    }
    guard let columns else {
      throw InputError.malformed(
        url, place: "names of the columns",
        expected: "names in the file, or \(count) of them with --columns", found: "none")
    }
    guard columns.count == count else {
      throw InputError.malformed(
        url, place: "columns", expected: "\(columns.count), one for each name of --columns",
        found: "\(count)")
    }
    return columns
  }
}
