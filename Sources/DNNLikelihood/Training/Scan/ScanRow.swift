internal import NeuralNetworks
public import Surrogates

/// One line of the table of a scan: what was trained, and what came of it.
public struct ScanRow: Codable, Sendable {
  /// Name of the member's folder below `members`: the digest of its configuration and data set.
  public let member: String
  /// Which repetition, from 1.
  public let repetition: Int
  /// Training points.
  public let points: Int
  /// The recipe in full.
  public let recipe: TrainingRecipe
  /// What came of it; `nil` if the training failed.
  public let summary: TrainingSummary?
  /// Why there is no result.
  public let failure: String?
  /// How a training without a result ended, as the column `stopReason` has it.
  let end: End?

  /// How a training can end without a result.
  enum End: String, Codable {
    /// Its loss ceased to be a finite number.
    case diverged
    /// Its recipe cannot be trained on its points.
    case unusable
  }

  /// A cell of the table.
  enum Cell: Hashable {
    case number(Double)
    case text(String)
    case none

    /// The cell in a file.
    var text: String {
      switch self {
      case .number(let x): x == x.rounded() && abs(x) < 1e15 ? "\(Int(x))" : "\(x)"
      case .text(let text): text
      case .none: ""
      }
    }
  }

  /// The names of the columns that describe a member, and of those that say what came of it.
  static let settingColumns = [
    "recipe", "widths", "activation", "initializer", "points", "batchSize", "optimizer",
    "learningRate", "dropout", "batchNormalization", "l1", "l2", "loss", "sampleWeights",
    "schedule",
    "maximumEpochs", "earlyStopping", "precision", "repeat", "seed",
  ]
  static let resultColumns = [
    "testRMSE", "testMSE", "validationRMSE", "epochs", "bestEpoch", "seconds", "parameters",
    "stopReason", "member",
  ]
  static let columns = settingColumns + resultColumns

  /// The cell of a column.
  subscript(_ column: String) -> Cell {
    let training = recipe.training
    switch column {
    case "recipe": return .text(recipe.name)
    case "widths": return .text(recipe.hiddenWidths.map(String.init).joined(separator: "-"))
    case "activation": return .text(recipe.activation.rawValue)
    case "initializer":
      return .text((recipe.initializer ?? recipe.activation.defaultInitializer).rawValue)
    case "points": return .number(Double(points))
    case "batchSize": return .number(Double(training.batchSize))
    case "optimizer": return .text(Self.text(training.optimizer))
    case "learningRate": return .number(training.optimizer.learningRate)
    case "dropout": return .text(training.dropout.map { "\($0)" } ?? "none")
    case "batchNormalization": return .text("\(training.batchNormalization != nil)")
    case "l1": return .number(training.l1)
    case "l2": return .number(training.l2)
    case "loss":
      if case .huber(let threshold) = training.loss { return .text("huber \(threshold)") }
      return .text(Self.name("\(training.loss)"))
    case "sampleWeights": return .text(recipe.sampleWeights.rawValue)
    case "schedule": return .text(Self.name("\(training.schedule)"))
    case "earlyStopping":
      return training.earlyStopping.map { .number(Double($0.patience)) } ?? .none
    case "maximumEpochs": return .number(Double(training.maximumEpochs))
    case "precision": return .text(recipe.precision.rawValue)
    case "repeat": return .number(Double(repetition))
    case "seed": return .number(Double(training.seed))
    case "member": return .text(member)
    default: return result(column)
    }
  }

  private func result(_ column: String) -> Cell {
    guard let summary else {
      return column == "stopReason" ? .text((end ?? .diverged).rawValue) : .none
    }
    func number(_ value: Double?) -> Cell { value.map { .number($0) } ?? .none }
    switch column {
    case "testRMSE": return number(summary.testRMSE)
    case "testMSE": return number(summary.testMSE)
    case "validationRMSE": return number(summary.validationRMSE)
    case "epochs": return .number(Double(summary.epochs))
    case "bestEpoch": return .number(Double(summary.bestEpoch))
    case "seconds": return .number(summary.seconds)
    case "parameters": return .number(Double(summary.parameters))
    case "stopReason": return .text(summary.stopReason)
    default: return .none
    }
  }

  /// The optimiser and its numbers beside the rate.
  private static func text(_ optimizer: Optimizer) -> String {
    switch optimizer {
    case .adam: "adam"
    case .adamW(_, let decay): "adamW \(decay)"
    case .gradientDescent(_, let momentum, let nesterov):
      "\(nesterov ? "nesterov" : "sgd") \(momentum)"
    case .rmsProp(_, _, let momentum, _): "rmsprop \(momentum)"
    }
  }

  /// The case's name without its numbers.
  private static func name(_ description: String) -> String {
    String(description.prefix { $0 != "(" })
  }
}
