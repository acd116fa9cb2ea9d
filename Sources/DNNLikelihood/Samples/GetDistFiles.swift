internal import Foundation

/// The files of one set of GetDist chains: `root.paramnames`, `root.txt` or `root_1.txt`,
/// `root_2.txt`, … (Cobaya: `root.1.txt`), and `root.ranges`.
struct GetDistFiles {
  /// A line of `.paramnames`.
  struct Name {
    let name: String
    let label: String?
    /// Marked by `*`: a function of the parameters.
    let isDerived: Bool
  }

  let root: URL
  let chains: [URL]

  /// The files that a path names: a root (with or without `.paramnames`) stands for all chains, a
  /// chain file for itself; `nil` if there is no `.paramnames` file to it.
  ///
  /// - Throws: ``InputError`` if names are there but no chains.
  init?(_ url: URL) throws {
    let isNames = url.pathExtension == "paramnames"
    if url.pathExtension == "txt" {
      guard let root = Self.root(ofChain: url) else { return nil }
      self.root = root
      chains = [url]
      return
    }
    root = isNames ? url.deletingPathExtension() : url
    guard Self.exists(Self.file(root, "paramnames")) else { return nil }
    chains = try Self.chains(of: root)
    guard !chains.isEmpty else {
      throw InputError.unreadable(
        root,
        reason: "there is a .paramnames file, but no '\(root.lastPathComponent)_1.txt' or "
          + "'\(root.lastPathComponent).txt' beside it")
    }
  }

  static func file(_ root: URL, _ ending: String) -> URL {
    root.deletingLastPathComponent().appending(path: "\(root.lastPathComponent).\(ending)")
  }

  private static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path)
  }

  /// The root of `root.txt`, `root_1.txt` or `root.1.txt`, if it has names.
  private static func root(ofChain url: URL) -> URL? {
    let stem = url.deletingPathExtension().lastPathComponent
    var roots = [stem]
    if let mark = stem.lastIndex(where: { $0 == "_" || $0 == "." }),
      Int(stem[stem.index(after: mark)...]) != nil
    {
      roots.append(String(stem[..<mark]))
    }
    return roots.map { url.deletingLastPathComponent().appending(path: $0) }
      .first { exists(file($0, "paramnames")) }
  }

  private static func chains(of root: URL) throws -> [URL] {
    let folder = root.deletingLastPathComponent()
    let stem = root.lastPathComponent
    let numbered: [(Int, String)]
    do {
      numbered = try FileManager.default.contentsOfDirectory(atPath: folder.path).compactMap {
        guard $0.hasPrefix(stem), $0.hasSuffix(".txt") else { return nil }
        let middle = $0.dropFirst(stem.count).dropLast(4)
        if middle.isEmpty { return (0, $0) }
        guard "_.".contains(middle.first ?? " "), let number = Int(middle.dropFirst()) else {
          return nil
        }
        return (number, $0)
      }
    } catch {
      throw InputError.unreadable(folder, reason: error.localizedDescription)
    }
    return numbered.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { folder.appending(path: $0.1) }
  }

  /// Names and labels of the columns behind weight and density.
  ///
  /// - Throws: ``InputError``.
  func names() throws -> [Name] {
    let url = Self.file(root, "paramnames")
    return try lines(url).map { line in
      let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
      let isDerived = parts[0].hasSuffix("*")
      let label = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
      return Name(
        name: String(isDerived ? parts[0].dropLast() : parts[0]),
        label: label.isEmpty ? nil : label, isDerived: isDerived)
    }
  }

  /// Bounds by name; `N` stands for none.
  ///
  /// - Throws: ``InputError``.
  func bounds() throws -> [String: ClosedRange<Double>] {
    let url = Self.file(root, "ranges")
    guard Self.exists(url) else { return [:] }
    var bounds: [String: ClosedRange<Double>] = [:]
    for line in try lines(url) {
      let parts = line.split(whereSeparator: \.isWhitespace)
      guard parts.count >= 3, let lower = Self.bound(parts[1], -.infinity),
        let upper = Self.bound(parts[2], .infinity), lower <= upper
      else {
        throw InputError.malformed(
          url, place: "line '\(line.prefix(60))'",
          expected: "a name, a lower and a higher bound (N for none)", found: "others")
      }
      // Fixed parameters have equal bounds; they are no columns.
      bounds[String(parts[0].hasSuffix("*") ? parts[0].dropLast() : parts[0])] = lower...upper
    }
    return bounds.filter { $0.value.lowerBound < $0.value.upperBound }
  }

  private static func bound(_ text: Substring, _ none: Double) -> Double? {
    if ["N", "None", "none"].contains(text) { return none }
    return Double(text).flatMap { $0.isNaN ? nil : $0 }
  }

  private func lines(_ url: URL) throws -> [String] {
    do {
      return try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
        .map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    } catch {
      throw InputError.unreadable(url, reason: "it is not UTF-8 text")
    }
  }
}
