internal import NeuralNetworks
internal import Surrogates

/// What a scan may vary.
enum ScanField: String, CaseIterable, Sendable {
  case recipe, points, width, layers, widths, activation, initializer, batchSize, optimizer
  case learningRate, momentum, weightDecay, dropout, alphaDropout, batchNormalization, l1, l2, loss
  case huberThreshold, sampleWeights, schedule, epochs, earlyStopping, precision

  /// Names of all fields.
  static let names = allCases.map(\.rawValue)

  /// Whether values are numbers, so that ranges can be drawn from.
  var isNumber: Bool { isWhole || isReal }

  /// Whether values are whole numbers above zero.
  var isWhole: Bool {
    [.points, .width, .layers, .batchSize, .epochs, .earlyStopping].contains(self)
  }

  private var isReal: Bool {
    [
      .learningRate, .momentum, .weightDecay, .dropout, .alphaDropout, .l1, .l2, .huberThreshold,
    ].contains(self)
  }

  /// A value of the field as a file has it.
  ///
  /// - Throws: ``InputError`` naming file, line and what was expected.
  func value(_ yaml: YAMLValue) throws(InputError) -> ScanValue {
    switch self {
    case .points: return .whole(try yaml.integer(atLeast: 2))
    case .width, .layers, .batchSize, .epochs, .earlyStopping:
      return .whole(try yaml.integer(atLeast: 1))
    case .learningRate, .huberThreshold: return .real(try yaml.positive())
    case .dropout, .alphaDropout, .momentum:
      guard let rate = try? yaml.number(), (0..<1).contains(rate) else {
        throw yaml.error(expected: "a number from 0 up to, but not including, 1")
      }
      return .real(rate)
    case .batchNormalization: return .flag(try yaml.boolean())
    case .l1, .l2, .weightDecay:
      guard let penalty = try? yaml.number(), penalty >= 0 else {
        throw yaml.error(expected: "a number of at least 0")
      }
      return .real(penalty)
    case .widths:
      let widths = try yaml.list(of: "widths, one a hidden layer")
      return .widths(
        try widths.map { width throws(InputError) in try width.integer(atLeast: 1) })
    case .recipe: return .text(try yaml.choice(of: TrainingSettings.Recipe.self).rawValue)
    case .activation: return .text(try yaml.choice(of: Activation.self).rawValue)
    case .initializer: return .text(try yaml.choice(of: WeightInitializer.self).rawValue)
    case .optimizer:
      return .text(try yaml.choice(of: TrainingSettings.OptimizerName.self).rawValue)
    case .loss: return .text(try yaml.choice(of: TrainingSettings.LossName.self).rawValue)
    case .sampleWeights: return .text(try yaml.choice(of: SampleWeights.self).rawValue)
    case .schedule: return .text(try yaml.choice(of: TrainingSettings.ScheduleName.self).rawValue)
    case .precision: return .text(try yaml.choice(of: TrainingRecipe.Precision.self).rawValue)
    }
  }
}

/// A value of a field.
enum ScanValue: Sendable, Hashable {
  case whole(Int)
  case real(Double)
  case flag(Bool)
  case text(String)
  case widths([Int])
}
