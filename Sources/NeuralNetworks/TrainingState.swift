/// All that must be carried from one step of training to the next, and stored to resume.
///
/// A run that is stored at any time and resumed gives the same bits as one that was never
/// interrupted, on the same processor and number of threads.
public struct TrainingState<Scalar: NetworkScalar>: Codable, Sendable {
  /// The network whose parameters the steps move; with batch normalisation it predicts only as
  /// ``trainedNetwork``.
  public internal(set) var network: MultilayerPerceptron<Scalar>
  /// The optimiser's running mean of the gradient or its velocity, in the order of the parameters.
  public internal(set) var firstMoment: [Scalar]
  /// The optimiser's running mean of the squared gradient.
  public internal(set) var secondMoment: [Scalar]
  /// What batch normalisation carries along; `nil` without it.
  public internal(set) var normalization: BatchNormalizationState<Scalar>?
  /// The parameters of ``trainedNetwork`` in the best epoch; empty before the first epoch.
  public internal(set) var bestParameters: [Scalar]
  /// Counters, rate and history.
  public internal(set) var progress: TrainingProgress

  /// The state before the first step.
  public init(
    _ network: MultilayerPerceptron<Scalar>, learningRate: Double,
    batchNormalization: BatchNormalization? = nil
  ) {
    self.network = network
    firstMoment = Array(repeating: 0, count: network.parameters.count)
    secondMoment = firstMoment
    normalization = batchNormalization.map { .init($0, for: network.architecture) }
    bestParameters = []
    progress = TrainingProgress(learningRate: learningRate)
  }

  /// A state from stored parts.
  ///
  /// - Throws: `NetworkError.parameterCount` if an array does not fit the network.
  public init(
    network: MultilayerPerceptron<Scalar>, firstMoment: [Scalar], secondMoment: [Scalar],
    normalization: BatchNormalizationState<Scalar>? = nil, bestParameters: [Scalar],
    progress: TrainingProgress
  ) throws(NetworkError) {
    for part in [firstMoment, secondMoment, bestParameters.isEmpty ? firstMoment : bestParameters]
    where part.count != network.parameters.count {
      throw .parameterCount(
        expected: network.parameters.count, found: part.count,
        architecture: network.architecture.description)
    }
    self.network = network
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.normalization = normalization
    self.bestParameters = bestParameters
    self.progress = progress
  }

  /// The network as trained so far; batch normalisation is folded into its weights and biases.
  public var trainedNetwork: MultilayerPerceptron<Scalar> {
    normalization?.folded(into: network) ?? network
  }

  /// The network of the best epoch, or the present one before the end of the first epoch.
  public var bestNetwork: MultilayerPerceptron<Scalar> {
    guard !bestParameters.isEmpty else { return trainedNetwork }
    var best = network
    best.parameters = bestParameters
    return best
  }
}

/// The small part of a ``TrainingState``: counters, rate and history.
public struct TrainingProgress: Codable, Sendable, Hashable {
  /// Epochs completed.
  public internal(set) var epoch = 0
  /// Batches done in the epoch that has begun.
  public internal(set) var batch = 0
  /// Steps of the optimiser.
  public internal(set) var step = 0
  /// The rate that plateaus lower.
  public internal(set) var learningRate: Double
  /// Sum of the losses of the samples seen in the epoch that has begun.
  public internal(set) var partialLoss = 0.0
  /// Sum of the losses of gradients of the samples seen in the epoch that has begun; `nil` for a
  /// training on values alone.
  public internal(set) var partialGradientLoss: Double?
  /// Seconds spent in the epoch that has begun.
  public internal(set) var partialSeconds = 0.0
  /// Watches for plateaus.
  public internal(set) var plateau = ImprovementMonitor()
  /// Watches for the end.
  public internal(set) var stopping = ImprovementMonitor()
  /// The epoch of the best parameters; 0 before the first.
  public internal(set) var bestEpoch = 0
  /// Training time in seconds.
  public internal(set) var seconds = 0.0
  /// The losses so far.
  public internal(set) var history = TrainingHistory()
  /// Why training ended; `nil` while it may go on.
  public internal(set) var stopReason: StopReason?

  /// The progress before the first step.
  public init(learningRate: Double) { self.learningRate = learningRate }
}
