/// Everything that decides how a network is trained, apart from the data and the network.
///
/// The monitored loss is that of the validation set, or of the training set if there is none.
/// Training ends in any case when a loss is not finite.
public struct TrainingConfiguration: Codable, Sendable, Hashable {
  /// What is made small.
  public var loss: Loss
  /// The part of the loss for gradients, where samples have them; `nil` for values alone.
  public var gradientLoss: GradientLoss?
  /// Samples in one step.
  public var batchSize: Int
  /// The optimiser.
  public var optimizer: Optimizer
  /// The penalty on weights (biases are free): its derivative 2 · `l2` · w is added to the
  /// gradient, as if `l2` Σ w² were part of the loss; recorded losses are without it.
  public var l2: Double
  /// The penalty on the size of weights: `l1` sign(w) is added to the gradient, as if `l1` Σ |w|
  /// were part of the loss.
  public var l1: Double
  /// What is dropped from the outputs of hidden layers in every step; `nil` for nothing.
  public var dropout: Dropout?
  /// How hidden layers are normalised in every step; `nil` for not at all. Not together with
  /// ``gradientLoss``.
  public var batchNormalization: BatchNormalization?
  /// How the learning rate changes.
  public var schedule: LearningRateSchedule
  /// When training ends for lack of improvement; `nil` for never. The best parameters are those of
  /// the last epoch that improved by more than its `minimumImprovement` (0 without a rule).
  public var earlyStopping: EarlyStopping?
  /// Passes over the training set at most.
  public var maximumEpochs: Int
  /// Training time at most, in seconds; checked after every step.
  public var timeBudget: Double?
  /// Seed of the order of samples.
  public var seed: UInt64
  /// Whether samples are shuffled for every epoch.
  public var shuffles: Bool

  /// A configuration.
  public init(
    loss: Loss = .meanSquaredError, gradientLoss: GradientLoss? = nil, batchSize: Int = 512,
    optimizer: Optimizer = .adam(AdamParameters()), l2: Double = 0, l1: Double = 0,
    dropout: Dropout? = nil, batchNormalization: BatchNormalization? = nil,
    schedule: LearningRateSchedule = .constant, earlyStopping: EarlyStopping? = nil,
    maximumEpochs: Int = 500, timeBudget: Double? = nil, seed: UInt64 = 1, shuffles: Bool = true
  ) {
    self.loss = loss
    self.gradientLoss = gradientLoss
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.l2 = l2
    self.l1 = l1
    self.dropout = dropout
    self.batchNormalization = batchNormalization
    self.schedule = schedule
    self.earlyStopping = earlyStopping
    self.maximumEpochs = maximumEpochs
    self.timeBudget = timeBudget
    self.seed = seed
    self.shuffles = shuffles
  }

  /// The recipe of arXiv:1911.03305 (section 3 and its code) for N training samples.
  ///
  /// Batches of the power of two nearest N/200; Adam at 1e-3; the rate falls by 0.2 after 40
  /// epochs without an improvement of 1/N of the validation loss, down to 8e-5; training ends
  /// after 48 such epochs.
  public static func paper(
    trainingSize n: Int, maximumEpochs: Int = 500, seed: UInt64 = 1
  ) -> TrainingConfiguration {
    precondition(n > 0, "a training set is needed")
    let improvement = 1 / Double(n)
    return TrainingConfiguration(
      batchSize: nearestPowerOfTwo(Double(n) / 200),
      schedule: .reduceOnPlateau(
        factor: 0.2, patience: 40, minimumImprovement: improvement, floor: 8e-5),
      earlyStopping: EarlyStopping(patience: 48, minimumImprovement: improvement),
      maximumEpochs: maximumEpochs, seed: seed)
  }

  /// The power of two (at least 1) with the smallest distance to `x`.
  static func nearestPowerOfTwo(_ x: Double) -> Int {
    var power = 1
    while Double(2 * power) - x < x - Double(power) { power *= 2 }
    return power
  }

  /// Tests that every value lies in its range.
  ///
  /// - Throws: `NetworkError.configuration` naming the first field that does not.
  public func validate() throws(NetworkError) {
    try require(batchSize > 0, "batchSize", "at least 1", batchSize)
    try require(maximumEpochs > 0, "maximumEpochs", "at least 1", maximumEpochs)
    if let problem = optimizer.problem {
      try require(false, "optimizer.\(problem.field)", problem.expected, problem.found)
    }
    try require(l2 >= 0 && l2.isFinite, "l2", "a number of at least 0", l2)
    try require(l1 >= 0 && l1.isFinite, "l1", "a number of at least 0", l1)
    if let dropout {
      try require((0..<1).contains(dropout.rate), "dropout.rate", "in [0, 1)", dropout.rate)
    }
    if let batchNormalization { try validate(batchNormalization) }
    if let timeBudget { try require(timeBudget > 0, "timeBudget", "above 0 s", timeBudget) }
    if case .huber(let threshold) = loss {
      try require(threshold > 0, "loss.huber.threshold", "above 0", threshold)
    }
    if let term = gradientLoss {
      try require(term.weight >= 0, "gradientLoss.weight", "at least 0", term.weight)
      try require(
        term.finalFraction >= 0, "gradientLoss.finalFraction", "at least 0", term.finalFraction)
    }
    if let rule = earlyStopping {
      try require(rule.patience > 0, "earlyStopping.patience", "at least 1", rule.patience)
    }
    switch schedule {
    case .constant: break
    case .reduceOnPlateau(let factor, let patience, _, let floor):
      try require(factor > 0 && factor < 1, "schedule.factor", "in (0, 1)", factor)
      try require(patience > 0, "schedule.patience", "at least 1", patience)
      try require(floor >= 0, "schedule.floor", "at least 0", floor)
    case .linearWarmUp(let epochs):
      try require(epochs >= 0, "schedule.epochs", "at least 0", epochs)
    case .step(let epochs, let factor):
      try require(epochs > 0, "schedule.epochs", "at least 1", epochs)
      try require(factor > 0, "schedule.factor", "above 0", factor)
    case .oneCycle(let warmUp, let initial, let final):
      try require((0...1).contains(warmUp), "schedule.warmUpFraction", "in [0, 1]", warmUp)
      try require((0...1).contains(initial), "schedule.initialFraction", "in [0, 1]", initial)
      try require((0...1).contains(final), "schedule.finalFraction", "in [0, 1]", final)
    case .cosine(let warmUpEpochs, let finalFraction):
      try require(warmUpEpochs >= 0, "schedule.warmUpEpochs", "at least 0", warmUpEpochs)
      try require(
        (0...1).contains(finalFraction), "schedule.finalFraction", "in [0, 1]", finalFraction)
    }
  }

  private func validate(_ normalization: BatchNormalization) throws(NetworkError) {
    let (momentum, epsilon) = (normalization.momentum, normalization.epsilon)
    try require(
      (0..<1).contains(momentum), "batchNormalization.momentum", "in [0, 1)", momentum)
    try require(
      epsilon > 0 && epsilon.isFinite, "batchNormalization.epsilon", "a number above 0", epsilon)
    // The normalised value of a single sample is always 0.
    try require(batchSize > 1, "batchSize", "at least 2 for batch normalisation", batchSize)
    // With the statistics of a batch in it, an output has derivatives by the inputs of other rows.
    try require(
      gradientLoss == nil, "batchNormalization", "none beside a loss of gradients", normalization)
  }

  private func require(
    _ holds: Bool, _ field: String, _ expected: String, _ found: some CustomStringConvertible
  ) throws(NetworkError) {
    if !holds {
      throw .configuration(field: field, expected: expected, found: found.description)
    }
  }
}
