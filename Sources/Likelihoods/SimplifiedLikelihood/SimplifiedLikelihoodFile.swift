public import Foundation
internal import NumericalCore

/// A simplified likelihood as a JSON file: the published numbers, and where they come from.
///
/// The format is described in `Documentation/File-formats.md`.
public struct SimplifiedLikelihoodFile: Sendable, Equatable {
  /// The value of the key `kind`.
  public static let kind = "simplified-likelihood"
  /// The version of the format that is written, and the latest that is read.
  public static let version = 1

  /// The numbers.
  public var input: SimplifiedLikelihoodInput
  /// What it is, in words.
  public var summary: String?
  /// How the numbers were made, by key.
  public var provenance: [String: String]
  /// Standard errors of the moments, where they come from draws.
  public var momentErrors: MomentErrors?
  /// Comparison with the full model, where there is one.
  public var accuracy: SimplificationAccuracy?

  /// A file with the given content.
  public init(
    _ input: SimplifiedLikelihoodInput, summary: String? = nil,
    provenance: [String: String] = [:], momentErrors: MomentErrors? = nil,
    accuracy: SimplificationAccuracy? = nil
  ) {
    self.input = input
    self.summary = summary
    self.provenance = provenance
    self.momentErrors = momentErrors
    self.accuracy = accuracy
  }

  /// Whether the content of a file is JSON that calls itself a simplified likelihood.
  public static func isSimplifiedLikelihood(_ data: Data) -> Bool {
    struct Head: Decodable { let kind: String }
    return (try? JSONDecoder().decode(Head.self, from: data))?.kind == kind
  }

  static let keys = [
    "kind", "version", "description", "bins", "observed", "background", "covariance",
    "correlation", "uncertainties", "uncertaintiesUp", "uncertaintiesDown", "thirdMoments",
    "thirdMomentPolicy", "signal", "parameterOfInterest", "provenance", "momentErrors", "accuracy",
  ]
}

extension SimplifiedLikelihood {
  /// The simplified likelihood in a JSON file.
  ///
  /// - Throws: ``SimplifiedLikelihoodError`` naming the file and the place in it.
  public init(reading url: URL) throws {
    let file = try SimplifiedLikelihoodFile(reading: url)
    do {
      try self.init(file.input)
    } catch let error as SimplifiedLikelihoodError {
      throw SimplifiedLikelihoodError.inFile(url.path, error)
    } catch let error as ParameterError {
      throw SimplifiedLikelihoodError.malformed(
        file: url.path, place: "parameterOfInterest", expected: "a range with its start inside",
        found: "\(error)")
    }
  }
}
