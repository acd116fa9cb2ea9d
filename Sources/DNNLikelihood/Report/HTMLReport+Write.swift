public import Foundation

extension HTMLReport {
  /// The whole page.
  ///
  /// - Parameter folder: the folder from which the links to figure files start; nil: no links.
  /// - Throws: ``HTMLReportError`` for a figure that cannot be read or a row of wrong length.
  public func html(relativeTo folder: URL? = nil) throws -> String {
    var renderer = HTMLRenderer(folder: folder)
    let body = try sections.map { try renderer.section($0) }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(HTMLMarkup.escaped(title))</title>
      <style>
      \(HTMLStyle.sheet)
      </style>
      </head>
      <body>
      <header>
      <h1>\(HTMLMarkup.html(title))</h1>
      \(subtitle.isEmpty ? "" : "<p class=\"subtitle\">\(HTMLMarkup.html(subtitle))</p>")
      </header>
      <main>
      \(factList)
      \(body)
      </main>
      \(footer.isEmpty ? "" : "<footer>\(HTMLMarkup.html(footer))</footer>")
      </body>
      </html>

      """
  }

  private var factList: String {
    guard !facts.isEmpty else { return "" }
    let items = facts.map { fact in
      let note =
        fact.note.isEmpty
        ? "" : "<span class=\"remark\">\(HTMLMarkup.html(fact.note))</span>"
      return "<div class=\"fact\"><dt>\(HTMLMarkup.html(fact.label))</dt>"
        + "<dd>\(HTMLMarkup.html(fact.value))\(note)</dd></div>"
    }
    return "<dl class=\"facts\">\n\(items.joined(separator: "\n"))\n</dl>"
  }

  /// Writes the page under a temporary name and renames it; the folder is created if missing.
  ///
  /// - Throws: ``HTMLReportError``.
  public func write(to file: URL) throws {
    let folder = file.deletingLastPathComponent()
    let page = try html(relativeTo: folder)
    let temporary = folder.appendingPathComponent(".\(file.lastPathComponent)-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: temporary) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(page.utf8).write(to: temporary)
    } catch {
      throw HTMLReportError.cannotWrite(path: file.path, reason: "\(error)")
    }
    guard rename(temporary.path, file.path) == 0 else {
      throw HTMLReportError.cannotWrite(path: file.path, reason: String(cString: strerror(errno)))
    }
  }
}
