public import Foundation

extension Figure {
  /// Draws the figure: writes `name.gp`, its data files and one file for each format.
  ///
  /// Everything is made in a hidden folder inside `folder` and moved to its place when gnuplot has
  /// succeeded, so no half-drawn file is ever seen; files of an earlier run are replaced.
  ///
  /// - Parameters:
  ///   - folder: where the files go; created if missing.
  ///   - formats: what to draw.
  ///   - gnuplot: the program; found on the search path where nil.
  /// - Returns: the drawn files in the order PDF, SVG, PNG.
  /// - Throws: ``FigureError``.
  @discardableResult
  public func write(
    to folder: URL, formats: Set<FigureFormat> = [.pdf, .svg, .png], gnuplot: Gnuplot? = nil
  ) throws -> [URL] {
    guard isValidName else {
      throw FigureError.invalidInput(
        figure: name, field: "name", expected: "letters, digits, '.', '-' and '_' alone")
    }
    let program = try gnuplot ?? Gnuplot.find()
    let drawing = try drawing()
    let workshop = folder.appendingPathComponent(".\(name)-\(UUID().uuidString)")
    let script = "\(name).gp"
    let images = FigureFormat.allCases.filter(formats.contains).map { "\(name).\($0.rawValue)" }
    defer { try? FileManager.default.removeItem(at: workshop) }
    try accessing(workshop) {
      try FileManager.default.createDirectory(at: $0, withIntermediateDirectories: true)
    }
    let texts =
      drawing.data.map { ($0.name, $0.contents) } + [
        (script, self.script(for: drawing, formats: formats))
      ]
    for (file, text) in texts {
      try accessing(workshop.appendingPathComponent(file)) { try Data(text.utf8).write(to: $0) }
    }
    let messages = try program.run(script: script, in: workshop, figure: name)
    for image in images where !isDrawn(workshop.appendingPathComponent(image)) {
      throw FigureError.gnuplotFailed(figure: name, message: "no \(image) was drawn; \(messages)")
    }
    for file in texts.map(\.0) + images {
      try move(workshop.appendingPathComponent(file), to: folder.appendingPathComponent(file))
    }
    return images.map(folder.appendingPathComponent)
  }

  private var isValidName: Bool {
    !name.isEmpty && !name.hasPrefix(".")
      && name.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || "._-".unicodeScalars.contains($0)
      }
  }

  private func isDrawn(_ file: URL) -> Bool {
    let size = (try? file.resourceValues(forKeys: [.fileSizeKey]))?.fileSize
    return (size ?? 0) > 0
  }

  /// Replaces the target in one step.
  private func move(_ file: URL, to target: URL) throws {
    guard rename(file.path, target.path) == 0 else {
      throw FigureError.cannotWrite(
        figure: name, path: target.path, reason: String(cString: strerror(errno)))
    }
  }

  private func accessing(_ url: URL, _ body: (URL) throws -> Void) throws {
    do {
      try body(url)
    } catch {
      throw FigureError.cannotWrite(figure: name, path: url.path, reason: "\(error)")
    }
  }
}
