internal import Foundation

/// The files of GetDist chains with one root: `root.paramnames`, `root.ranges`, `root_1.txt`, …
struct GetDistRoot {
  let root: URL

  /// The root of a name: `root`, `root.txt`, `root_1.txt` or `root.paramnames`.
  init(_ url: URL) {
    let ending = url.pathExtension.lowercased()
    var stem = url
    if ["txt", "paramnames"].contains(ending) { stem = url.deletingPathExtension() }
    let name = stem.lastPathComponent
    if ending == "txt", let mark = name.lastIndex(where: { $0 == "_" || $0 == "." }),
      Int(name[name.index(after: mark)...]) != nil
    {
      let shorter = stem.deletingLastPathComponent().appending(path: String(name[..<mark]))
      if Self.exists(Self.file(shorter, ".paramnames")) { stem = shorter }
    }
    root = stem
  }

  var hasNames: Bool { Self.exists(file(".paramnames")) }

  func file(_ ending: String) -> URL { Self.file(root, ending) }

  /// The chain files, in the order of their numbers.
  func chains() throws -> [URL] {
    let folder = root.deletingLastPathComponent()
    let stem = root.lastPathComponent
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let numbered = names.compactMap { name -> (Int, String)? in
      guard name.hasPrefix(stem), name.hasSuffix(".txt") else { return nil }
      let middle = name.dropFirst(stem.count).dropLast(4)
      if middle.isEmpty { return (0, name) }
      guard "_.".contains(middle.first ?? " "), let number = Int(middle.dropFirst()) else {
        return nil
      }
      return (number, name)
    }
    return numbered.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { folder.appending(path: $0.1) }
  }

  private static func file(_ root: URL, _ ending: String) -> URL {
    root.deletingLastPathComponent().appending(path: root.lastPathComponent + ending)
  }

  private static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path)
  }
}
