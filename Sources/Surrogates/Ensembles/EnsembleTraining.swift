internal import Likelihoods
public import NeuralNetworks
internal import NumericalCore
internal import Synchronization

/// The making of an ensemble from a data set: one recipe, trained with several seeds.
///
/// Members whose layers are narrow are trained side by side, each on one thread, which keeps all
/// threads busy where the products of one network are too small for that; wide ones one after
/// another on all threads. The numbers of members on one thread do not depend on how many
/// threads there are.
public struct EnsembleTraining: Sendable {
  /// The training of the first member; the others differ in the seed alone, one higher each.
  public let first: SurrogateTraining
  /// How many members.
  public let count: Int

  /// The widest layer for which members are trained side by side.
  public static let widestSideBySide = 1024

  /// Progress of one member.
  public struct Progress: Sendable {
    /// The member, from 0.
    public let member: Int
    /// Epochs done by all members together, and those that there will be at most.
    public let epochs: Int, maximumEpochs: Int
    /// The member's epoch.
    public let report: EpochReport
  }

  /// What a training gives.
  public struct Result: Sendable {
    /// The ensemble, weighted and calibrated on the validation points.
    public let ensemble: SurrogateEnsemble
    /// The results of the members.
    public let members: [SurrogateTraining.Result]
    /// The choice of the weights.
    public let stacking: Stacking
    /// The member with the least error on the validation points.
    public let best: Int
    /// Seconds for all members, of this run alone.
    public let seconds: Double
  }

  /// An ensemble to be trained.
  ///
  /// - Precondition: there are two members at least.
  public init(_ first: SurrogateTraining, count: Int) {
    precondition(count > 1, "an ensemble has two members at least")
    self.first = first
    self.count = count
  }

  /// Whether members are trained side by side.
  public var isSideBySide: Bool {
    (first.recipe.hiddenWidths.max() ?? 0) <= Self.widestSideBySide
  }

  /// The training of a member.
  func training(_ member: Int) throws -> SurrogateTraining {
    var recipe = first.recipe
    recipe.training.seed &+= UInt64(member)
    return try SurrogateTraining(
      first.dataset, recipe: recipe, prior: first.prior, quadratic: first.quadratic,
      counts: first.counts)
  }

  /// Trains the members, chooses weights and calibrates the spread on the validation points.
  ///
  /// - Parameters:
  ///   - checkpoint: where the state of a member is kept, by its number from 0, until the caller
  ///     removes it; `nil` for nowhere.
  ///   - onEpoch: called after every epoch of every member, from several threads; return false to
  ///     stop all.
  ///   - onPause: called about every second of every member within epochs; return false to stop all.
  /// - Throws: ``EnsembleTrainingStopped``; as ``SurrogateTraining/run(checkpoint:onEpoch:onPause:)``, the
  ///   first error of a member.
  public func run(
    checkpoint: (Int) -> TrainingCheckpoint? = { _ in nil },
    onEpoch: @escaping @Sendable (Progress) -> Bool = { _ in true },
    onPause: @escaping @Sendable () -> Bool = { true }
  ) throws -> Result {
    let trainings = try (0..<count).map(training)
    let clock = ContinuousClock()
    let start = clock.now
    let checkpoints = (0..<count).map { member in
      var kept = checkpoint(member)
      kept?.keepsEnd = true
      return kept
    }
    // Before any of them trains: a file of another training is refused.
    for case (let training, let kept?) in zip(trainings, checkpoints)
    where try kept.contents() != nil {
      _ = try CheckpointKeeper(kept, for: training)
    }
    let members = try train(trainings, checkpoints, onEpoch, onPause)
    // Members that had not begun when others were stopped are absent.
    guard members.count == count, members.allSatisfy({ $0.stopReason != .cancelled }) else {
      throw EnsembleTrainingStopped(epochs: members.reduce(0) { $0 + $1.history.epochs.count })
    }
    let seconds = start.duration(to: clock.now)
    return try result(
      members,
      seconds: Double(seconds.components.seconds)
        + 1e-18 * Double(seconds.components.attoseconds))
  }

  private func train(
    _ trainings: [SurrogateTraining], _ checkpoints: [TrainingCheckpoint?],
    _ onEpoch: @escaping @Sendable (Progress) -> Bool, _ onPause: @escaping @Sendable () -> Bool
  ) throws -> [SurrogateTraining.Result] {
    // Each member's own, because a resumed one does not begin with the first.
    let epochs = Mutex(Array(repeating: 0, count: count))
    let isStopped = Atomic(false)
    @Sendable func goesOn(_ answer: Bool) -> Bool {
      if !answer { isStopped.store(true, ordering: .relaxed) }
      return answer && !isStopped.load(ordering: .relaxed)
    }
    let total = count * first.recipe.training.maximumEpochs
    @Sendable func run(_ member: Int) throws -> SurrogateTraining.Result? {
      guard !isStopped.load(ordering: .relaxed) else { return nil }
      let result = try trainings[member].run(checkpoint: checkpoints[member]) { report in
        let done = epochs.withLock { epochs in
          epochs[member] = report.record.epoch
          return epochs.reduce(0, +)
        }
        return goesOn(
          onEpoch(Progress(member: member, epochs: done, maximumEpochs: total, report: report)))
      } onPause: { _ in
        goesOn(onPause())
      }
      // A member that was done before has reported no epoch.
      epochs.withLock { $0[member] = max($0[member], result.history.epochs.count) }
      return result
    }
    guard isSideBySide else { return try (0..<count).compactMap(run) }
    let results = Mutex<[Int: Swift.Result<SurrogateTraining.Result?, any Error>]>([:])
    Threads.withSerialProducts {
      parallelFor(count) { members in
        for member in members {
          let result = Swift.Result { try run(member) }
          results.withLock { $0[member] = result }
        }
      }
    }
    return try results.withLock { known in
      try (0..<count).compactMap { try known[$0]?.get() ?? nil }
    }
  }

  private func result(
    _ members: [SurrogateTraining.Result], seconds: Double
  ) throws -> Result {
    let rows = first.dataset.indices(.validation)
    let points = first.dataset.points.selectingRows(rows)
    let truth = rows.map { first.dataset.logPosteriors[$0] }
    let plain = SurrogateEnsemble(members.map(\.surrogate))
    let values = plain.memberLogDensities(at: points)
    let stacking = Stacking(residuals: values.less(truth))
    let mean = values.times(stacking.weights)
    let calibration = SpreadCalibration(
      residuals: zip(mean, truth).map { $0 - $1 }, spreads: SurrogateEnsemble.spreads(values))
    let errors = (0..<count).map { k in
      zip(values.column(k), truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    var provenance = members[0].surrogate.provenance
    for key in ["epochs", "best_epoch", "stop_reason"] { provenance[key] = nil }
    provenance["members"] = "\(count)"
    provenance["member_weights"] = stacking.pays ? "stacked" : "equal"
    return Result(
      ensemble: SurrogateEnsemble(
        plain.members, weights: stacking.weights, calibration: calibration,
        provenance: provenance),
      members: members, stacking: stacking,
      best: errors.indices.min { errors[$0] < errors[$1] } ?? 0, seconds: seconds)
  }
}

/// A training of an ensemble that its caller has stopped.
public struct EnsembleTrainingStopped: Error {
  /// Epochs of all members together.
  public let epochs: Int
}

extension Matrix where Element == Double {
  /// The columns less a vector.
  func less(_ vector: [Double]) -> Matrix {
    var result = self
    for i in 0..<rows { for k in 0..<columns { result[i, k] -= vector[i] } }
    return result
  }
}
