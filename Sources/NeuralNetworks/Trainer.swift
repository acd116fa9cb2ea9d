internal import NumericalCore

/// Trains networks by stochastic gradient descent, by default with Adam.
///
/// ```swift
/// let trainer = try Trainer(.paper(trainingSize: 100_000), training: samples, validation: others)
/// let result = try trainer.train(network) { report, _ in
///   log(report.record.epoch, report.record.monitoredLoss)
///   return true  // go on
/// }
/// result.bestNetwork.predict(points)
/// ```
///
/// A trainer is configuration and data; what changes is a ``TrainingState``, which
/// ``advanceEpoch(_:workspace:)`` carries forward. Each epoch's order of samples is a function of
/// the seed and the epoch.
public struct Trainer<Scalar: NetworkScalar>: Sendable {
  /// How to train.
  public let configuration: TrainingConfiguration
  /// The samples to learn.
  public let training: TrainingSamples<Scalar>
  /// The samples that decide about rates, stopping and the best epoch; `nil` to use the training
  /// loss for that.
  public let validation: TrainingSamples<Scalar>?

  /// A trainer for the given samples.
  ///
  /// - Throws: `NetworkError` if a value of the configuration is out of range or the two sets have
  ///   different shapes.
  public init(
    _ configuration: TrainingConfiguration, training: TrainingSamples<Scalar>,
    validation: TrainingSamples<Scalar>? = nil
  ) throws(NetworkError) {
    try configuration.validate()
    if let validation {
      guard
        validation.inputs.columns == training.inputs.columns,
        validation.outputs == training.outputs
      else {
        throw .shape(
          field: "validation samples",
          expected: "\(training.inputs.columns) inputs and \(training.outputs) outputs",
          found: "\(validation.inputs.columns) and \(validation.outputs)")
      }
    }
    guard configuration.batchNormalization == nil || training.count > 1 else {
      throw .shape(
        field: "training samples", expected: "at least 2 for batch normalisation", found: "1")
    }
    self.configuration = configuration
    self.training = training
    self.validation = validation
  }

  /// Steps in one epoch; the last may hold fewer samples. With batch normalisation a single sample
  /// that is left over joins the batch before it, because alone it has no variance.
  public var stepsPerEpoch: Int {
    let (full, rest) = training.count.quotientAndRemainder(dividingBy: configuration.batchSize)
    return full + (rest > (configuration.batchNormalization == nil ? 0 : 1) ? 1 : 0)
  }

  /// The places of a step's samples in the order of the epoch.
  func batch(_ step: Int) -> Range<Int> {
    let first = step * configuration.batchSize
    return first..<(step == stepsPerEpoch - 1 ? training.count : first + configuration.batchSize)
  }

  /// The state before the first step.
  public func initialState(_ network: MultilayerPerceptron<Scalar>) -> TrainingState<Scalar> {
    TrainingState(
      network, learningRate: configuration.optimizer.learningRate,
      batchNormalization: configuration.batchNormalization)
  }

  /// Memory for the steps of ``advanceEpoch(_:workspace:)``.
  public func workspace(for architecture: NetworkArchitecture) -> NetworkWorkspace<Scalar> {
    let largest = largestBatch
    let parts = parts(of: largest, architecture)
    let validationRows = min(
      validation?.count ?? 1, MultilayerPerceptron<Scalar>.blockRows / parts)
    return NetworkWorkspace(
      for: architecture, rows: max((largest + parts - 1) / parts, validationRows), parts: parts,
      purpose: purpose, keepsDerivatives: configuration.dropout != nil,
      normalizes: configuration.batchNormalization != nil)
  }

  /// Rows of the largest batch.
  var largestBatch: Int { max(batch(0).count, batch(stepsPerEpoch - 1).count) }

  /// The number of parts in which threads share a batch out. Each of them packs all weights for its
  /// products, which few rows do not pay; where threads would be left over and matrices are large,
  /// all threads work on every product. Batches are normalised as a whole.
  private func parts(of rows: Int, _ architecture: NetworkArchitecture) -> Int {
    guard configuration.batchNormalization == nil else { return 1 }
    let threads = Threads.available
    let parts = min(threads, max(1, rows / Self.leastRows))
    return parts < threads && architecture.largestWidth >= Self.wide ? 1 : parts
  }

  /// Fewest rows in a part of a batch.
  private static var leastRows: Int { 64 }
  /// The width from which products occupy many threads.
  private static var wide: Int { 1024 }

  /// What the memory is for: training on values, or on gradients too where the configuration wants
  /// it and the samples have them.
  var purpose: WorkspacePurpose {
    configuration.gradientLoss != nil && training.gradients != nil ? .gradientTraining : .training
  }

  /// Trains a network from its present parameters until a rule, the caller or a cancelled task
  /// ends it.
  ///
  /// - Parameters:
  ///   - network: the network to start from.
  ///   - onEpoch: called after each epoch, e.g. to show progress or to store the state; `false`
  ///     ends training.
  /// - Throws: `NetworkError.shape` if network and samples do not fit; what `onEpoch` throws.
  public func train(
    _ network: MultilayerPerceptron<Scalar>,
    onEpoch: (EpochReport, TrainingState<Scalar>) throws -> Bool = { _, _ in true }
  ) throws -> TrainingResult<Scalar> {
    try resume(initialState(network), onEpoch: onEpoch)
  }

  /// Goes on from a stored state, to the same end as an uninterrupted run.
  ///
  /// A run that has ended for good, by early stopping or for want of a finite loss, stays as it is.
  ///
  /// - Parameters:
  ///   - state: the state of an earlier run with the same configuration and samples.
  ///   - pauseInterval: seconds between calls of `onPause`; `nil` for no calls.
  ///   - onPause: called between two steps, e.g. to store the state within a long epoch; `false`
  ///     ends training.
  ///   - onEpoch: as for ``train(_:onEpoch:)``.
  /// - Throws: `NetworkError.shape` if network and samples do not fit; what `onPause` and `onEpoch`
  ///   throw.
  public func resume(
    _ state: TrainingState<Scalar>, pauseInterval: Double? = nil,
    onPause: (TrainingState<Scalar>) throws -> Bool = { _ in true },
    onEpoch: (EpochReport, TrainingState<Scalar>) throws -> Bool = { _, _ in true }
  ) throws -> TrainingResult<Scalar> {
    try checkShape(state.network.architecture)
    try checkNormalization(of: state)
    var state = state
    var workspace = workspace(for: state.network.architecture)
    if ![.earlyStopping, .notFinite].contains(state.progress.stopReason) {
      state.progress.stopReason =
        state.progress.epoch < configuration.maximumEpochs ? nil : .maximumEpochs
    }
    while state.progress.stopReason == nil {
      guard
        let report = advanceEpoch(&state, workspace: &workspace, pausingAfter: pauseInterval)
      else {
        guard state.progress.stopReason == nil else { break }
        if try !onPause(state) { state.progress.stopReason = .cancelled }
        continue
      }
      if try !onEpoch(report, state), state.progress.stopReason == nil {
        state.progress.stopReason = .cancelled
      }
    }
    return TrainingResult(state: state, stopReason: state.progress.stopReason ?? .cancelled)
  }

  private func checkShape(_ architecture: NetworkArchitecture) throws(NetworkError) {
    guard
      architecture.inputs == training.inputs.columns, architecture.outputs == training.outputs
    else {
      throw .shape(
        field: "training samples",
        expected: "\(architecture.inputs) inputs and \(architecture.outputs) outputs",
        found: "\(training.inputs.columns) and \(training.outputs)")
    }
  }

  private func checkNormalization(of state: TrainingState<Scalar>) throws(NetworkError) {
    let wanted = configuration.batchNormalization
    let found = state.normalization
    guard wanted == found?.configuration else {
      throw .configuration(
        field: "batchNormalization",
        expected: found.map { "\($0.configuration) as in the state" } ?? "none as in the state",
        found: wanted.map { "\($0)" } ?? "none")
    }
    guard let found else { return }
    let units = state.network.architecture.hiddenUnits
    guard units > 0 else {
      throw .shape(
        field: "network", expected: "hidden layers for batch normalisation", found: "none")
    }
    guard found.values.count == BatchNormalizationState<Scalar>.rows * units else {
      throw .shape(
        field: "batch normalisation of the state",
        expected: "\(BatchNormalizationState<Scalar>.rows) x \(units) values",
        found: "\(found.values.count)")
    }
  }
}
