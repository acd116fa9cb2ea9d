import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Surrogates
import Testing

@testable import DNNLikelihood

@Suite struct TrainingSettingsTests {
  private static func recipe(
    _ recipe: TrainingSettings.Recipe = .enhanced, _ change: (inout TrainingSettings) -> Void
  ) throws -> TrainingRecipe {
    var settings = TrainingSettings(recipe: recipe)
    change(&settings)
    let data = try Dataset(
      parameters: ParameterSpace([Parameter(name: "a")]),
      points: Matrix(rows: 4, columns: 1, elements: [1, 2, 3, 4]), logPosteriors: [1, 2, 3, 4])
    return try settings.trainingRecipe(for: data, seed: 1)
  }

  @Test func optimizers() throws {
    let adam = AdamParameters(learningRate: 6e-3)
    #expect(try Self.recipe { _ in }.training.optimizer == .adam(adam))
    for (name, expected) in [
      (.adam, .adam(adam)), (.adamW, .adamW(adam, weightDecay: 0.01)),
      (.sgd, .gradientDescent(learningRate: 6e-3)),
      (.nesterov, .gradientDescent(learningRate: 6e-3, momentum: 0.9, nesterov: true)),
      (.rmsprop, .rmsProp(learningRate: 6e-3)),
    ] as [(TrainingSettings.OptimizerName, Optimizer)] {
      #expect(try Self.recipe { $0.optimizer = name }.training.optimizer == expected)
    }
    let own = try Self.recipe(.counts) {
      $0.optimizer = .sgd
      $0.momentum = 0.7
    }
    #expect(own.training.optimizer == .gradientDescent(learningRate: 3e-3, momentum: 0.7))
    let decaying = try Self.recipe {
      $0.optimizer = .adamW
      $0.weightDecay = 0.1
      $0.learningRate = 0.02
    }
    #expect(
      decaying.training.optimizer == .adamW(AdamParameters(learningRate: 0.02), weightDecay: 0.1))
  }

  @Test func theRest() throws {
    let recipe = try Self.recipe {
      $0.schedule = .step
      $0.epochs = 30
      $0.earlyStopping = 5
      $0.loss = .huber
      $0.huberThreshold = 0.5
      $0.initializer = .lecunNormal
    }
    #expect(recipe.training.schedule == .step(epochs: 10, factor: 0.1))
    #expect(recipe.training.earlyStopping == EarlyStopping(patience: 5))
    #expect(recipe.training.loss == .huber(threshold: 0.5))
    #expect(recipe.initializer == .lecunNormal)
    #expect(
      try Self.recipe { $0.schedule = .warmUp }.training.schedule == .linearWarmUp(epochs: 1))
    // The paper's least improvement stays with another patience.
    let paper = try Self.recipe(.paper) { $0.earlyStopping = 7 }
    #expect(
      paper.training.earlyStopping == EarlyStopping(patience: 7, minimumImprovement: 0.25))
    #expect(try Self.recipe { $0.loss = .huber }.training.loss == .huber(threshold: 1))
  }

  @Test func refusals() throws {
    for (field, change) in [
      ("momentum", { $0.momentum = 0.9 }),
      ("momentum", { ($0.optimizer, $0.momentum) = (.adamW, 0.9) }),
      ("momentum", { ($0.optimizer, $0.momentum) = (.sgd, 1) }),
      ("weightDecay", { $0.weightDecay = 0.1 }),
      ("weightDecay", { ($0.optimizer, $0.weightDecay) = (.adamW, -1) }),
      ("huberThreshold", { $0.huberThreshold = 2 }),
      ("huberThreshold", { ($0.loss, $0.huberThreshold) = (.huber, 0) }),
      ("earlyStopping", { $0.earlyStopping = 0 }),
    ] as [(String, (inout TrainingSettings) -> Void)] {
      let error = #expect(throws: InputError.self) { try Self.recipe(.enhanced, change) }
      #expect(error?.description.hasPrefix(field) == true)
    }
  }
}
