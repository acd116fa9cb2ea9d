public import Foundation
internal import Likelihoods
public import Surrogates

/// Finds the likelihood that a LIKELIHOOD argument names.
public enum LikelihoodLocator {
  /// A likelihood that comes with the framework.
  public struct BuiltIn: Sendable {
    /// Its name on the command line.
    public let name: String
    /// One line on what it is.
    public let summary: String
    let make: @Sendable () -> any Posterior
  }

  /// The likelihoods that come with the framework.
  public static let builtIn: [BuiltIn] = [
    BuiltIn(
      name: "toy-lhc",
      summary: "LHC-like search with 1 signal strength, 94 nuisance parameters and 90 bins "
        + "(arXiv:1809.05548, arXiv:1911.03305)"
    ) { ToyLHCSearch() }
  ]

  /// The likelihood with a built-in name, or in a file.
  ///
  /// - Parameters:
  ///   - argument: a name of ``builtIn``, or the path of an `.onnx` file made by this program (or a
  ///     folder that holds `model.onnx`) or of a `.yaml` file that combines likelihoods or gives
  ///     them priors (``LikelihoodFile``).
  ///   - options: choices that the kind of likelihood allows.
  ///   - folder: where relative paths start; the working folder if absent.
  ///   - doublePrecision: whether a network is computed with in double precision, as fits want.
  /// - Throws: ``InputError`` for an unknown name, errors of the file.
  public static func load(
    _ argument: String, options: LikelihoodOptions = .init(), relativeTo folder: URL? = nil,
    doublePrecision: Bool = true
  ) throws -> any Posterior {
    try load(argument, options, folder, doublePrecision, opening: [])
  }

  /// - Parameter files: the files that led here, which must not be opened again.
  private static func load(
    _ argument: String, _ options: LikelihoodOptions, _ folder: URL?, _ doublePrecision: Bool,
    opening files: [URL]
  ) throws -> any Posterior {
    if let found = builtIn.first(where: { $0.name == argument }) {
      try refuse(options, for: "the built-in likelihood '\(argument)'")
      return found.make()
    }
    let url = URL(filePath: argument, relativeTo: folder).standardizedFileURL
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw InputError.unknownLikelihood(argument, known: builtIn.map(\.name))
    }
    if ["yaml", "yml"].contains(url.pathExtension.lowercased()) {
      try refuse(options, for: "a YAML file; it states them itself")
      let file = url.resolvingSymlinksInPath()
      guard !files.contains(file) else {
        throw InputError.unreadable(
          url,
          reason: "it refers to itself: "
            + (files + [file]).map(\.lastPathComponent).joined(separator: " -> "))
      }
      return try LikelihoodFile(reading: url).load { reference, options, folder in
        try load(reference, options, folder, doublePrecision, opening: files + [file])
      }
    }
    let surrogate = try surrogate(url.path)
    try refuse(options, for: "a surrogate")
    return doublePrecision ? surrogate.inDoublePrecision : surrogate
  }

  private static func refuse(_ options: LikelihoodOptions, for kind: String) throws(InputError) {
    guard let name = options.names.first else { return }
    throw .value(name, expected: "no options for \(kind)", found: "'\(name)'")
  }

  /// The surrogate in an `.onnx` file or a model folder.
  ///
  /// - Throws: ``InputError`` if there is no such file, errors of the file.
  public static func surrogate(_ argument: String) throws -> SurrogateLikelihood {
    let url = URL(filePath: argument)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      guard !builtIn.contains(where: { $0.name == argument }) else {
        throw InputError.value(
          "surrogate", expected: "an .onnx file or a model folder",
          found: "the built-in likelihood '\(argument)'")
      }
      throw InputError.unreadable(url, reason: "there is no such file or folder")
    }
    let file = isFolder.boolValue ? url.appending(path: "model.onnx") : url
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw InputError.unreadable(url, reason: "it is no model folder: it holds no model.onnx")
    }
    guard file.pathExtension == "onnx" else {
      throw InputError.unsupported(
        file,
        expected: "a built-in name (\(builtIn.map(\.name).joined(separator: ", "))), a .yaml file, "
          + "or an .onnx file made by dnnlik")
    }
    return try SurrogateLikelihood(reading: file)
  }
}
