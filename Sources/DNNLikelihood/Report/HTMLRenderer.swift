internal import Foundation

/// Turns sections into HTML and numbers the figures and tables.
struct HTMLRenderer {
  /// Where links to files start; nil for no links.
  let folder: URL?
  private var figures = 0
  private var tables = 0

  init(folder: URL?) { self.folder = folder }

  /// A section with its heading.
  mutating func section(_ section: HTMLSection) throws -> String {
    let blocks = try section.blocks.map { try block($0) }
    return "<section>\n<h2>\(HTMLMarkup.html(section.title))</h2>\n"
      + blocks.joined(separator: "\n") + "\n</section>"
  }

  private mutating func block(_ block: HTMLBlock) throws -> String {
    switch block {
    case .paragraph(let text): return "<p>\(HTMLMarkup.html(text))</p>"
    case .note(let text): return "<p class=\"note\">\(HTMLMarkup.html(text))</p>"
    case .list(let points):
      let items = points.map { "<li>\(HTMLMarkup.html($0))</li>" }.joined(separator: "\n")
      return "<ul>\n\(items)\n</ul>"
    case .code(let text): return "<pre><code>\(HTMLMarkup.escaped(text))</code></pre>"
    case .table(let table): return try self.table(table)
    case .figure(let figure): return try self.figure(figure)
    }
  }

  private mutating func table(_ table: HTMLTable) throws -> String {
    for (k, row) in table.rows.enumerated() where row.count != table.columns.count {
      throw HTMLReportError.wrongRow(
        table: table.caption, row: k, cells: row.count, expected: table.columns.count)
    }
    func cells(_ texts: [String], _ tag: String, _ scope: String = "") -> String {
      zip(table.columns, texts).map { column, text in
        let highlight = column.isHighlighted ? " highlight" : ""
        return "<\(tag)\(scope) class=\"\(column.alignment.rawValue)\(highlight)\">"
          + "\(HTMLMarkup.html(text))</\(tag)>"
      }.joined()
    }
    var text = "<div class=\"scroll\"><table>\n"
    if !table.caption.isEmpty {
      tables += 1
      text += "<caption><b>Table \(tables).</b> \(HTMLMarkup.html(table.caption))</caption>\n"
    }
    text += "<thead><tr>\(cells(table.columns.map(\.title), "th", " scope=\"col\""))</tr></thead>\n"
    text += "<tbody>\n"
    for row in table.rows { text += "<tr>\(cells(row, "td"))</tr>\n" }
    return text + "</tbody>\n</table></div>"
  }

  private mutating func figure(_ figure: HTMLFigure) throws -> String {
    figures += 1
    let shown = try figure.shown()
    let alternative = figure.alternative.isEmpty ? figure.caption : figure.alternative
    let image = HTMLPicture.element(
      for: shown.url, contents: shown.contents, alternative: alternative)
    return "<figure>\n\(image)\n<figcaption><b>Figure \(figures).</b> "
      + "\(HTMLMarkup.html(figure.caption))\(links(figure))</figcaption>\n</figure>"
  }

  /// Links to the files of a figure.
  private func links(_ figure: HTMLFigure) -> String {
    guard let folder, !figure.files.isEmpty else { return "" }
    let items = figure.files.map { file in
      "<a href=\"\(HTMLMarkup.escaped(Self.path(to: file, from: folder)))\">"
        + "\(HTMLMarkup.escaped(file.pathExtension.uppercased()))</a>"
    }
    return " <span class=\"files\">[\(items.joined(separator: ", "))]</span>"
  }

  /// A relative address, so that the folder can be moved as a whole.
  static func path(to file: URL, from folder: URL) -> String {
    let target = file.standardizedFileURL.pathComponents
    let start = folder.standardizedFileURL.pathComponents
    let common = zip(target, start).prefix { $0 == $1 }.count
    let parts =
      Array(repeating: "..", count: start.count - common) + target.dropFirst(common)
    let joined = parts.joined(separator: "/")
    return joined.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? joined
  }
}
