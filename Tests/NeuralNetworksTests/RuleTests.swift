import Testing

@testable import NeuralNetworks

/// Plateaus, early stopping and schedules against sequences worked out by hand from the callbacks
/// of Keras 3.
@Suite struct RuleTests {
  /// The progress after epochs with the given losses, and what each epoch left behind.
  static func run(
    _ losses: [Double], _ configuration: TrainingConfiguration
  ) -> (progress: TrainingProgress, rates: [Double]) {
    var progress = TrainingProgress(learningRate: configuration.optimizer.learningRate)
    var rates: [Double] = []
    for (index, loss) in losses.enumerated() where progress.stopReason == nil {
      let record = EpochRecord(
        epoch: index + 1, trainingLoss: 9, validationLoss: loss,
        learningRate: progress.learningRate, seconds: 0)
      _ = progress.finishEpoch(record, configuration)
      rates.append(progress.learningRate)
    }
    return (progress, rates)
  }

  /// Patience 2, improvement 0.1. Epoch 2 improves by 0.05 only and counts as the first without;
  /// epoch 3 is the second: rate x 0.2, count restarted. Epoch 4 (0.85) lies 0.15 below the best
  /// 1.0: improvement. Epochs 5, 6: rate again, cut off at the floor. Epochs 7, 8: the floor is
  /// reached and the rate stays.
  @Test func plateau() {
    let configuration = TrainingConfiguration(
      schedule: .reduceOnPlateau(
        factor: 0.2, patience: 2, minimumImprovement: 0.1, floor: 8e-5))
    let run = Self.run([1.0, 0.95, 0.96, 0.85, 0.80, 0.86, 0.85, 0.85, 0.2], configuration)
    let expected = [1e-3, 1e-3, 2e-4, 2e-4, 2e-4, 8e-5, 8e-5, 8e-5, 8e-5]
    #expect(zip(run.rates, expected).allSatisfy { close($0, $1, relative: 1e-12) })
    #expect(run.rates.count == expected.count)
    #expect(run.progress.stopReason == nil)
  }

  /// Patience 3, improvement 0.1: the best is epoch 2; epochs 3-5 stay above 0.7, although 5 is
  /// the smallest of all.
  @Test func earlyStopping() {
    let configuration = TrainingConfiguration(
      earlyStopping: EarlyStopping(patience: 3, minimumImprovement: 0.1))
    let run = Self.run([1.0, 0.8, 0.79, 0.9, 0.75, 0.1, 0.1], configuration)
    #expect(run.progress.stopReason == .earlyStopping)
    #expect(run.progress.epoch == 5)
    #expect(run.progress.bestEpoch == 2)
    #expect(run.progress.stopping.best == 0.8)
  }

  /// An improvement of exactly the minimum does not count.
  @Test func improvementIsStrict() {
    var monitor = ImprovementMonitor()
    let losses = [1, 0.75, 0.7499]
    var improved: [Bool] = []
    for loss in losses { improved.append(monitor.observe(loss, minimumImprovement: 0.25)) }
    #expect(improved == [true, false, true])
  }

  @Test func lastEpochAndNotFinite() {
    let two = TrainingConfiguration(maximumEpochs: 2)
    #expect(Self.run([1, 2, 3], two).progress.stopReason == .maximumEpochs)
    let run = Self.run([1, .nan, 0.5], TrainingConfiguration())
    #expect(run.progress.stopReason == .notFinite)
    #expect(run.progress.bestEpoch == 1)
  }

  /// Ten steps per epoch, ten epochs, two of them warm-up.
  @Test func cosine() {
    let schedule = LearningRateSchedule.cosine(warmUpEpochs: 2, finalFraction: 0.1)
    func factor(_ step: Int) -> Double {
      schedule.factor(step: step, stepsPerEpoch: 10, epochs: 10)
    }
    #expect(factor(0) == 0.05)
    #expect(factor(19) == 1)
    #expect(factor(20) == 1)
    #expect(close(factor(60), 0.55, relative: 1e-14))
    #expect(close(factor(100), 0.1, relative: 1e-14))
  }

  /// The table of paper section 3: 1e5, 2e5, 5e5 samples have batches of 512, 1024, 2048.
  @Test(arguments: [(100_000, 512), (200_000, 1024), (500_000, 2048), (100, 1), (700, 4)])
  func paperRecipe(samples: Int, batch: Int) {
    let recipe = TrainingConfiguration.paper(trainingSize: samples)
    #expect(recipe.batchSize == batch)
    #expect(recipe.earlyStopping?.patience == 48)
    #expect(recipe.earlyStopping?.minimumImprovement == 1 / Double(samples))
  }

  @Test func badConfigurationIsNamed() {
    let error = #expect(throws: NetworkError.self) {
      try TrainingConfiguration(batchSize: 0).validate()
    }
    #expect(
      error?.description == "training configuration, batchSize: expected at least 1, found 0")
  }
}
