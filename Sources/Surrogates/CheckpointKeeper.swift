internal import Foundation
internal import HDF5
internal import NeuralNetworks
internal import NumericalCore

/// Writes and reads the checkpoint of one training.
final class CheckpointKeeper {
  private let checkpoint: TrainingCheckpoint
  private let identity: TrainingIdentity
  private let exists: Bool
  /// The quadratic approximation that the training began with: that of the file, where there is
  /// one, because a fit on another number of threads may differ in its last digits.
  let quadratic: Preconditioner?
  /// Whether a training that is at its end is written, too.
  var keepsEnd: Bool { checkpoint.keepsEnd }
  private var lastWriting = Date()
  private var interval: Double

  /// Opens the checkpoint of a training.
  ///
  /// - Throws: ``CheckpointError`` if the file belongs to another one.
  init(_ checkpoint: TrainingCheckpoint, for training: SurrogateTraining) throws {
    self.checkpoint = checkpoint
    interval = checkpoint.interval
    identity = TrainingIdentity(
      dataset: training.dataset, recipe: training.recipe,
      usesLikelihood: training.quadratic != nil, counts: training.counts)
    guard let contents = try checkpoint.contents() else {
      exists = false
      quadratic = training.quadratic
      return
    }
    exists = true
    if let (field, expected, found) = contents.identity.difference(from: identity) {
      throw CheckpointError.different(
        checkpoint.url, field: field, expected: expected, found: found)
    }
    quadratic = try Self.quadratic(in: checkpoint.url, comparedWith: training.quadratic)
  }

  /// The stored state; `nil` where there is none.
  ///
  /// - Throws: ``CheckpointError``.
  func state<Scalar: NetworkScalar & HDF5Scalar>(
    of architecture: NetworkArchitecture, as type: Scalar.Type
  ) throws -> TrainingState<Scalar>? {
    guard exists, let progress = try checkpoint.contents()?.progress else { return nil }
    let count = architecture.parameterCount
    return try CheckpointError.naming(checkpoint.url) {
      let file = try HDF5File(reading: checkpoint.url)
      func numbers(_ name: String) throws -> [Scalar] {
        try file.dataset(name).read(as: Scalar.self, shape: [count])
      }
      let normalization = try identity.recipe.training.batchNormalization.map {
        let shape = [
          BatchNormalizationState<Scalar>.rows, architecture.hiddenWidths.reduce(0, +),
        ]
        return BatchNormalizationState(
          $0,
          values: try file.dataset("batch_normalization").read(as: Scalar.self, shape: shape))
      }
      return try TrainingState(
        network: MultilayerPerceptron(architecture, parameters: numbers("parameters")),
        firstMoment: numbers("first_moment"), secondMoment: numbers("second_moment"),
        normalization: normalization,
        bestParameters: try file.exists("best_parameters") ? numbers("best_parameters") : [],
        progress: progress)
    }
  }

  /// Writes a state if the interval has passed; a training that is at its end needs no checkpoint.
  func writeIfDue<Scalar: NetworkScalar & HDF5Scalar>(_ state: TrainingState<Scalar>) throws {
    let start = Date()
    guard start.timeIntervalSince(lastWriting) >= interval, state.progress.stopReason == nil
    else { return }
    try write(state)
    interval = max(checkpoint.interval, 50 * lastWriting.timeIntervalSince(start))
  }

  /// Writes a state: under a temporary name, then renamed.
  func write<Scalar: NetworkScalar & HDF5Scalar>(_ state: TrainingState<Scalar>) throws {
    let encoder = JSONEncoder()
    let identity = String(decoding: try encoder.encode(identity), as: UTF8.self)
    let progress = String(decoding: try encoder.encode(state.progress), as: UTF8.self)
    let count = state.network.parameters.count
    try FileManager.default.createDirectory(
      at: checkpoint.url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try HDF5File.writeAtomically(to: checkpoint.url) { file in
      try file.setAttribute("format", "dnnlikelihood-training-1")
      try file.setAttribute("identity", identity)
      try file.setAttribute("progress", progress)
      try file.writeDataset("parameters", state.network.parameters, shape: [count])
      try file.writeDataset("first_moment", state.firstMoment, shape: [count])
      try file.writeDataset("second_moment", state.secondMoment, shape: [count])
      if let values = state.normalization?.values {
        let rows = BatchNormalizationState<Scalar>.rows
        try file.writeDataset(
          "batch_normalization", values, shape: [rows, values.count / rows])
      }
      if !state.bestParameters.isEmpty {
        try file.writeDataset("best_parameters", state.bestParameters, shape: [count])
      }
      if let quadratic, let peak = quadratic.peak, let whitening = quadratic.whitening {
        let d = quadratic.center.count
        try file.writeDataset("quadratic_center", quadratic.center, shape: [d])
        try file.writeDataset("quadratic_whitening", whitening.elements, shape: [d, d])
        try file.writeDataset("quadratic_peak", [peak], shape: [1])
      }
    }
    lastWriting = Date()
  }

  private static func quadratic(
    in url: URL, comparedWith given: Preconditioner?
  ) throws -> Preconditioner? {
    guard let given, let peak = given.peak else { return given }
    let stored = try CheckpointError.naming(url) {
      let file = try HDF5File(reading: url)
      let d = given.center.count
      return Preconditioner(
        center: try file.dataset("quadratic_center").read(as: Double.self, shape: [d]),
        whitening: Matrix(
          rows: d, columns: d,
          elements: try file.dataset("quadratic_whitening").read(
            as: Double.self, shape: [d, d])),
        peak: try file.dataset("quadratic_peak").read(as: Double.self, shape: [1])[0])
    }
    guard let found = stored.peak, abs(found - peak) <= 1e-6 * max(1, abs(peak)) else {
      throw CheckpointError.different(
        url, field: "likelihood", expected: "the maximum \(stored.peak ?? .nan)", found: "\(peak)")
    }
    return stored
  }
}
