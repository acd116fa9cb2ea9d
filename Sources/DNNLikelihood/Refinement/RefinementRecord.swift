internal import Foundation

/// The state of a refinement between rounds, as its folder keeps it (`rounds.json`).
struct RefinementRecord: Codable {
  /// Digest of what has to be the same for a run to go on.
  let key: String
  /// The model in the folder; `nil` as long as there is none.
  var model: Model?
  /// Evaluations of the likelihood in all rounds.
  var evaluations = 0
  /// Evaluations that led nowhere: of interrupted rounds, and of looks whose folder it is.
  var repeated = 0
  /// The rounds.
  var rounds: [RefinementRound] = []

  /// The best model, by its round, and the digest of its file.
  struct Model: Codable {
    let round: Int
    let digest: String
  }

  /// The round of the model.
  var best: RefinementRound? { rounds.first { $0.number == model?.round } }

  /// Opens a record.
  init(key: String) { self.key = key }

  // Shapes of tails may be infinite, and t undefined: JSON has no numbers for them.
  private static let (infinity, minusInfinity, nan) = ("inf", "-inf", "nan")

  /// Writes the files of a refinement.
  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: minusInfinity, nan: nan)
    return encoder
  }

  /// Reads what ``encoder`` writes.
  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: minusInfinity, nan: nan)
    return decoder
  }
}
