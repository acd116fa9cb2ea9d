public import Foundation
public import Likelihoods
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

  /// The likelihood with a built-in name, in a file, or behind an address.
  ///
  /// - Parameters:
  ///   - argument: a name of ``builtIn``; the address of a model server
  ///     (``Likelihoods/UMBridgeAddress``); or the path of a HistFactory workspace or of a
  ///     simplified likelihood (`.json`), of an `.onnx` file made by this program or the folder
  ///     that holds `model.onnx`, of a shared library (``Likelihoods/SharedLibrary``), or of a YAML
  ///     file (``LikelihoodFile``, ``ExternalConfiguration``).
  ///   - options: choices that the kind of likelihood allows.
  ///   - folder: where relative paths start; the working folder if absent.
  ///   - doublePrecision: whether a network is computed with in double precision, as fits want.
  /// - Throws: ``InputError`` for an unknown name, errors of the file or of the program.
  public static func load(
    _ argument: String, options: LikelihoodOptions = .init(), relativeTo folder: URL? = nil,
    doublePrecision: Bool = true
  ) throws -> any Posterior {
    try LikelihoodOpening(options: options, folder: folder, doublePrecision: doublePrecision)
      .open(argument)
  }

  /// The model of counts in bins with a built-in name, or in a file.
  ///
  /// - Throws: as ``load(_:options:relativeTo:doublePrecision:)``; ``InputError`` if the likelihood
  ///   has no bins.
  public static func binnedModel(
    _ argument: String, options: LikelihoodOptions = .init()
  ) throws -> any BinnedModel {
    guard let model = try load(argument, options: options) as? any BinnedModel else {
      throw InputError.value(
        "likelihood", expected: "a model of counts in bins", found: "'\(argument)', which has none")
    }
    return model
  }

  /// The surrogate, one network or an ensemble, in an `.onnx` file or a model folder.
  ///
  /// - Throws: ``InputError`` if there is no such file, errors of the file.
  public static func surrogate(_ argument: String) throws -> any Surrogate {
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
        file, expected: "an .onnx file made by dnnlik, or a model folder")
    }
    return try SurrogateFile.read(file)
  }
}
