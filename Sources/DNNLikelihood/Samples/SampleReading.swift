public import Foundation
internal import HDF5

/// How files of samples are read.
public struct SampleReading: Sendable {
  /// The format; found by the file's name and content if `nil`.
  public var format: SampleFormat?
  /// Names of the columns of a file that has none.
  public var columns: [String]?
  /// The group of an HDF5 file; the usual one if `nil`.
  public var group: String?
  /// Columns that are not read; a `*` at the end stands for any ending.
  public var ignored: [String]

  /// How files are read.
  public init(
    format: SampleFormat? = nil, columns: [String]? = nil, group: String? = nil,
    ignored: [String] = []
  ) {
    self.format = format
    self.columns = columns
    self.group = group
    self.ignored = ignored
  }

  /// Reads a file, or all chain files of a GetDist root.
  ///
  /// - Throws: ``InputError``, `HDF5Error`, naming the file, the place and what was expected.
  public func read(_ url: URL) throws -> SampleTable {
    let found = try format ?? Self.format(of: url)
    let table =
      switch found {
      case .text: try text(url)
      case .npy: try npy(url)
      case .npz: try npz(url)
      case .emcee: try emcee(url)
      case .arviz: try arviz(url)
      case .hdf5: try hdf5(url)
      case .getdist: try getdist(url)
      }
    try table.checkNames()
    guard table.points.rows > 0 else {
      throw InputError.malformed(url, place: "rows", expected: "at least one", found: "none")
    }
    for pattern in ignored {
      guard (table.names + table.ignored).contains(where: { matches($0, pattern) }) else {
        throw InputError.malformed(
          url, place: "columns", expected: "'\(pattern)' of --ignore",
          found: listed(table.names + table.ignored))
      }
    }
    return table
  }

  /// Whether a column is to be left out.
  func isIgnored(_ name: String) -> Bool { ignored.contains { matches(name, $0) } }

  private func matches(_ name: String, _ pattern: String) -> Bool {
    name == pattern || pattern.hasSuffix("*") && name.hasPrefix(pattern.dropLast())
  }

  /// The format of a file, by its ending, by files beside it, and by what is inside.
  ///
  /// - Throws: ``InputError`` if there is no such file or it is none of the formats.
  static func format(of url: URL) throws -> SampleFormat {
    if try GetDistFiles(url) != nil { return .getdist }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw InputError.unreadable(url, reason: "there is no such file")
    }
    guard !isFolder.boolValue else { throw InputError.unreadable(url, reason: "it is a folder") }
    switch url.pathExtension.lowercased() {
    case "csv", "tsv", "txt", "dat": return .text
    case "npy": return .npy
    case "npz": return .npz
    case "h5", "hdf5", "hdf", "nc", "nc4", "netcdf": return try formatOfHDF5(url)
    default:
      throw InputError.unsupported(
        url,
        expected: "samples as .csv, .txt, .npy, .npz, .h5, .nc, or the root of GetDist chains "
          + "(with a .paramnames file)")
    }
  }

  private static func formatOfHDF5(_ url: URL) throws -> SampleFormat {
    let file = try HDF5File(reading: url)
    if try file.hasAttribute("format"),
      let text = try? file.textAttribute("format"), text.hasPrefix("dnnlikelihood-dataset")
    {
      throw InputError.unsupported(
        url, expected: "samples; this file is a data set already, which 'train' takes as it is")
    }
    if try file.exists("posterior"), try file.groupNames().contains("posterior") { return .arviz }
    for name in try file.groupNames() {
      let group = try file.group(name)
      if try group.exists("chain"), try group.exists("log_prob") { return .emcee }
    }
    return .hdf5
  }
}

/// Names for a message, cut where there are many.
func listed(_ names: [String]) -> String {
  let shown = names.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
  return names.isEmpty ? "none" : names.count > 12 ? shown + ", … (\(names.count))" : shown
}
