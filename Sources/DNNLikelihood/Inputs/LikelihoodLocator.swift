public import Foundation
internal import Likelihoods
internal import Surrogates

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
  ///   - argument: a name of ``builtIn`` or the path of an `.onnx` file made by this program (or a
  ///     folder that holds `model.onnx`).
  ///   - doublePrecision: whether a network is computed with in double precision, as fits want.
  /// - Throws: ``InputError`` for an unknown name, errors of the file.
  public static func load(
    _ argument: String, doublePrecision: Bool = true
  ) throws -> any Posterior {
    if let found = builtIn.first(where: { $0.name == argument }) { return found.make() }
    let url = URL(filePath: argument)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw InputError.unknownLikelihood(argument, known: builtIn.map(\.name))
    }
    let file = isFolder.boolValue ? url.appending(path: "model.onnx") : url
    guard file.pathExtension == "onnx" else {
      throw InputError.unsupported(
        file,
        expected: "a built-in name (\(builtIn.map(\.name).joined(separator: ", "))) or an "
          + ".onnx file made by dnnlik")
    }
    let surrogate = try SurrogateLikelihood(reading: file)
    return doublePrecision ? surrogate.inDoublePrecision : surrogate
  }
}

/// What is wrong with an input; the command line ends with status 65.
public enum InputError: Error, CustomStringConvertible {
  case unknownLikelihood(String, known: [String])
  case unsupported(URL, expected: String)
  case unreadable(URL, reason: String)
  case malformed(URL, place: String, expected: String, found: String)
  case value(String, expected: String, found: String)

  public var description: String {
    switch self {
    case .unknownLikelihood(let name, let known):
      return "there is no likelihood '\(name)': neither a file of that name nor one of the "
        + "built-in likelihoods (\(known.joined(separator: ", ")))"
    case .unsupported(let file, let expected):
      return "\(file.path): this kind of file is not supported here; expected \(expected)"
    case .unreadable(let file, let reason): return "\(file.path) cannot be read: \(reason)"
    case .malformed(let file, let place, let expected, let found):
      return "\(file.path), \(place): expected \(expected), found \(found)"
    case .value(let field, let expected, let found):
      return "\(field): expected \(expected), found \(found)"
    }
  }
}
