import DNNLikelihood
import Foundation

/// Checks where results are to be written before the work begins, so that hours of sampling do not
/// end in a folder that is not there.
enum OutputPlace {
  /// Checks that a file can be made at `url`, and that it is none of the command's inputs, which it
  /// would replace.
  ///
  /// - Throws: `InputError` naming `--output`.
  static func checkFile(_ url: URL, besides inputs: [String] = []) throws {
    let path = url.standardizedFileURL.path
    let place = url.standardizedFileURL.resolvingSymlinksInPath().path
    for input in inputs
    where URL(filePath: input).standardizedFileURL.resolvingSymlinksInPath().path == place {
      throw problem("another file than the input", "the input '\(input)'")
    }
    if isFolder(path) == true {
      throw problem("the name of a file", "the folder '\(path)'")
    }
    let folder = url.standardizedFileURL.deletingLastPathComponent().path
    guard let found = isFolder(folder) else {
      throw problem("a file in an existing folder", "'\(path)', but there is no folder '\(folder)'")
    }
    try check(folder, found, for: path)
  }

  /// Checks that a folder is there or can be made at `url`.
  ///
  /// - Throws: `InputError` naming the option.
  static func checkFolder(_ url: URL, option: String = "--output") throws {
    let path = url.standardizedFileURL.path
    var place = url.standardizedFileURL
    var missing: URL?
    while isFolder(place.path) == nil, place.path != "/" {
      missing = place
      place.deleteLastPathComponent()
    }
    try check(place.path, isFolder(place.path) ?? false, for: path, option: option)
    guard let missing else { return }
    // Some file systems refuse what their permissions allow: only a trial tells.
    do {
      try FileManager.default.createDirectory(at: missing, withIntermediateDirectories: false)
      try FileManager.default.removeItem(at: missing)
    } catch {
      throw problem(
        "a place that can be written to",
        "'\(path)', but no folder can be made in '\(place.path)'", option)
    }
  }

  private static func check(
    _ folder: String, _ isFolder: Bool, for path: String, option: String = "--output"
  ) throws {
    guard isFolder else {
      throw problem(
        "a place that can be written to", "'\(path)', but '\(folder)' is not a folder", option)
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw problem(
        "a place that can be written to", "'\(path)', but '\(folder)' denies permission", option)
    }
  }

  /// Whether a path is a folder; `nil` if nothing is there.
  private static func isFolder(_ path: String) -> Bool? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    return isFolder.boolValue
  }

  private static func problem(
    _ expected: String, _ found: String, _ option: String = "--output"
  ) -> InputError {
    .value(option, expected: expected, found: found)
  }
}
