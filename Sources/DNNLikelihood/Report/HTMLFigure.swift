public import Foundation

/// A figure of a report: the picture is put into the page, with links to its files beside it.
public struct HTMLFigure: Hashable, Sendable {
  /// Files of one picture in several formats (PDF, SVG, PNG), as `Figure.write` returns them; all
  /// are linked, an SVG or PNG file is shown.
  public var files: [URL]
  /// Text under the picture.
  public var caption: String
  /// Description for those who cannot see it; the caption where empty.
  public var alternative: String

  /// An SVG file above this size in bytes is replaced by the PNG file, which then loads faster.
  public static let largestSVG = 500_000

  /// A figure.
  public init(files: [URL], caption: String, alternative: String = "") {
    self.files = files
    self.caption = caption
    self.alternative = alternative
  }

  /// The file to show: SVG unless it is too large and there is a PNG.
  func shown() throws -> (url: URL, contents: Data) {
    func read(_ kind: String) throws -> (URL, Data)? {
      guard let url = files.first(where: { $0.pathExtension.lowercased() == kind }) else {
        return nil
      }
      do {
        return (url, try Data(contentsOf: url))
      } catch {
        throw HTMLReportError.unreadableFigure(path: url.path, reason: "\(error)")
      }
    }
    let vector = try read("svg")
    if let vector, vector.1.count <= Self.largestSVG { return vector }
    if let bitmap = try read("png") { return bitmap }
    if let vector { return vector }
    throw HTMLReportError.noPicture(files: files.map(\.lastPathComponent))
  }
}

/// Why a report could not be made.
public enum HTMLReportError: Error, Equatable, CustomStringConvertible {
  /// The file of a picture cannot be read.
  case unreadableFigure(path: String, reason: String)
  /// A figure has neither an SVG nor a PNG file.
  case noPicture(files: [String])
  /// A row of a table has another number of cells than there are columns.
  case wrongRow(table: String, row: Int, cells: Int, expected: Int)
  /// The report cannot be written.
  case cannotWrite(path: String, reason: String)

  /// The message for a user.
  public var description: String {
    switch self {
    case .unreadableFigure(let path, let reason):
      return "report: cannot read the figure \(path): \(reason)"
    case .noPicture(let files):
      return "report: a figure needs an SVG or a PNG file, found [\(files.joined(separator: ", "))]"
    case .wrongRow(let table, let row, let cells, let expected):
      return "report: table \"\(table)\", row \(row + 1): \(cells) cells, expected \(expected)"
    case .cannotWrite(let path, let reason):
      return "report: cannot write \(path): \(reason)"
    }
  }
}
