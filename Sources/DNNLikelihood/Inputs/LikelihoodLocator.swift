internal import Foundation
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

  /// The likelihood with a built-in name, or in a file.
  ///
  /// - Parameters:
  ///   - argument: a name of ``builtIn``, or the path of a simplified likelihood in JSON, or of an
  ///     `.onnx` file made by this program (or a folder that holds `model.onnx`).
  ///   - doublePrecision: whether a network is computed with in double precision, as fits want.
  /// - Throws: ``InputError`` for an unknown name, errors of the file.
  public static func load(
    _ argument: String, doublePrecision: Bool = true
  ) throws -> any Posterior {
    if let found = builtIn.first(where: { $0.name == argument }) { return found.make() }
    guard FileManager.default.fileExists(atPath: URL(filePath: argument).path) else {
      throw InputError.unknownLikelihood(argument, known: builtIn.map(\.name))
    }
    if let file = try simplifiedLikelihood(argument) { return file }
    let surrogate = try surrogate(argument)
    return doublePrecision ? surrogate.inDoublePrecision : surrogate
  }

  /// The model of counts in bins with a built-in name, or in a file.
  ///
  /// - Throws: as ``load(_:doublePrecision:)``; ``InputError`` if the likelihood has no bins.
  public static func binnedModel(_ argument: String) throws -> any BinnedModel {
    guard let model = try load(argument) as? any BinnedModel else {
      throw InputError.value(
        "likelihood", expected: "a model of counts in bins", found: "'\(argument)', which has none")
    }
    return model
  }

  /// The simplified likelihood in a JSON file; `nil` if the file is something else.
  private static func simplifiedLikelihood(_ argument: String) throws -> SimplifiedLikelihood? {
    let url = URL(filePath: argument)
    guard url.pathExtension.lowercased() == "json" else { return nil }
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw InputError.unreadable(url, reason: error.localizedDescription)
    }
    guard SimplifiedLikelihoodFile.isSimplifiedLikelihood(data) else { return nil }
    return try SimplifiedLikelihood(reading: url)
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
        expected: "a built-in name (\(builtIn.map(\.name).joined(separator: ", "))), a "
          + "simplified likelihood (.json), or an .onnx file made by dnnlik")
    }
    return try SurrogateLikelihood(reading: file)
  }
}
