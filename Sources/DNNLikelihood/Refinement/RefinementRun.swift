internal import Foundation
internal import Inference
internal import Likelihoods
internal import NeuralNetworks
internal import NumericalCore
internal import Sampling
internal import Surrogates

/// The state of a refinement between its rounds.
struct RefinementRun<Truth: Posterior> {
  private let target: AccuracyTarget
  let settings: RefinementSettings
  let truth: CountedPosterior<Truth>
  private let store: RefinementFolder
  private let onProgress: (StudyProgress) -> Bool
  private let begin = Date()
  private let fits: RefinementFits
  /// Seconds of an earlier run that this one continues.
  private let secondsBefore: Double

  var data: EvaluatedPoints
  /// What the folder knows.
  private var record: RefinementRecord
  /// Evaluations of this run that fits and record contain.
  private var noted: Int
  /// The best model of all rounds so far.
  private var best: (surrogate: SurrogateLikelihood, round: Int)?

  init(
    _ training: TargetedTraining<Truth>, in folder: URL, overwriting: Bool,
    onProgress: @escaping (StudyProgress) -> Bool
  ) throws {
    self.onProgress = onProgress
    target = training.target
    settings = training.settings
    let parameters = training.truth.parameters
    truth = CountedPosterior(training.truth)
    store = try RefinementFolder(
      folder,
      key: .init(
        parameters: parameters, settings: settings,
        probe: try truth.logDensity(at: parameters.initialValues)), overwriting: overwriting)
    let stored = try store.record()
    record = stored?.0 ?? RefinementRecord(key: store.key)
    // The first look whose folder it is belongs to the fits; later ones lead nowhere.
    if stored != nil { record.repeated += truth.evaluations }
    secondsBefore = record.rounds.last?.seconds ?? 0
    fits = try Self.fits(stored?.1, of: truth, for: target, settings, in: store, onProgress)
    noted = truth.evaluations
    try store.write(&record)
    data = EvaluatedPoints(
      dimension: parameters.count, peak: fits.maximum.logDensity,
      depth: UsualDepth.limit(dimension: parameters.count),
      withGradients: !truth.gradientIsDifferenced)
    try fits.checkConvergence(for: target)
    guard let round = record.best else {
      try fits.checkCost(for: target)
      return
    }
    data.append(try store.data())
    // Another round may suit a new target better, but its model is not there any more.
    best = (try store.model(record), round.number)
  }

  /// The fits of an earlier run, or new ones, with what the target wants in addition.
  private static func fits(
    _ stored: RefinementFits?, of truth: CountedPosterior<Truth>, for target: AccuracyTarget,
    _ settings: RefinementSettings, in store: RefinementFolder,
    _ onProgress: (StudyProgress) -> Bool
  ) throws -> RefinementFits {
    let stage = "maximum and profile of the likelihood"
    guard onProgress(StudyProgress(stage: stage)) else { throw StudyInterrupted() }
    var fits = try stored ?? RefinementFits(of: truth)
    if try fits.addProfile(of: truth, for: target, settings) || stored == nil {
      try store.write(fits)
    }
    _ = onProgress(
      StudyProgress(
        stage: stage,
        detail: "\(fits.evaluations) evaluations" + (fits.defect.map { "; " + $0 } ?? ""),
        isFinished: true))
    return fits
  }

  private var rounds: [RefinementRound] { record.rounds }
  var maximum: FitResult { fits.maximum }
  var profile: ProfileScan? { fits.profile }

  /// Evaluations that led to this state.
  private var evaluations: Int {
    fits.evaluations + record.evaluations + truth.evaluations - noted
  }
  var budget: EvaluationBudget {
    EvaluationBudget(left: target.maximumEvaluations - evaluations)
  }
  private var seconds: Double { Date().timeIntervalSince(begin) + secondsBefore }

  /// Random numbers of a round are its own.
  func points(_ round: Int) -> RefinementPoints {
    RefinementPoints(seed: settings.seed &+ UInt64(round) &* 0x9e37_79b9_7f4a_7c15)
  }

  // MARK: - Rounds

  /// Runs one round.
  ///
  /// - Returns: whether there is to be another one.
  mutating func round() throws -> Bool {
    guard goesOn() else { return false }
    do {
      try nextRound()
    } catch {
      // What it has asked will be asked again.
      record.repeated += truth.evaluations - noted
      noted = truth.evaluations
      try store.write(&record)
      throw error
    }
    return true
  }

  private mutating func nextRound() throws {
    let number = rounds.count + 1
    let points = points(number)
    if data.count == 0 { try start(points) }
    let known = data.count
    var trials: [RefinementTrial] = []
    for training in try train(number) {
      // What is left of the budget may do for one measurement only.
      if !trials.isEmpty, budget.chains(settings.chains, reach(after: rounds.last)) == nil { break }
      let (fresh, reach) = try explore(training.surrogate, number)
      let (measurement, fits) = try measure(training.surrogate, fresh, reach)
      trials.append(
        RefinementTrial(
          training: training, fresh: fresh, reach: reach, measurement: measurement, fits: fits))
    }
    let (trial, others) = RefinementTrial.best(of: trials)
    // Points that have shown a network to be wrong are worth learning by the other.
    for other in others { data.append(other.fresh) }
    let training = trial.training
    let round = RefinementRound(
      number: number, trainingPoints: known, evaluations: evaluations,
      recipe: training.surrogate.provenance["recipe"] ?? "",
      widths: training.surrogate.network.architecture.hiddenWidths, epochs: training.epochs,
      trainingRMSE: try trainingError(training.surrogate, known), measurement: trial.measurement,
      decision: .morePoints, reach: trial.reach.rawValue, seconds: seconds)
    try conclude(round, trial)
  }

  /// Draws that a measurement may take.
  var drawsOfMeasurement: Int {
    max(settings.chains * settings.drawsPerChain, EvaluationBudget.leastRound / 2)
  }

  /// Whether there is to be another round: not once the target is met. An ended refinement goes on
  /// if more is demanded, or allowed, than when it ended.
  private mutating func goesOn() -> Bool {
    guard let last = rounds.last else { return true }
    if let best = record.best, target.isMet(by: best.measurement) { return false }
    switch last.decision {
    case .noProgress: return false
    case .timeUsedUp where seconds >= target.maximumSeconds ?? .infinity: return false
    default: break
    }
    // Without an end the points to learn are there already.
    let isAffordable =
      last.decision.isEnd
      ? budget.allowsRound(knowing: data.count)
      : budget.chains(settings.chains, reach(after: last)) != nil
    if !isAffordable { record.rounds[rounds.count - 1].decision = .evaluationsUsedUp }
    return isAffordable
  }

  /// How far chains begin to go after a round.
  private func reach(after round: RefinementRound?) -> SamplingReach {
    round.flatMap { SamplingReach(rawValue: $0.reach) } ?? .near
  }

  private mutating func train(_ number: Int) throws -> [RefinementTraining] {
    let stage = "round \(number): training on \(data.count) points"
    let candidates = RefinementRecipes(
      settings: settings, round: number, points: data.count, withGradients: data.withGradients,
      hasCounts: truth.counts != nil, earlier: rounds)
    let counts = candidates.learnsCounts ? truth.counts.map { data.counts(of: $0) } : nil
    let trained = try RefinementTraining.networks(
      candidates.recipes, on: data.dataset(of: truth, seed: settings.seed), counts: counts,
      quadratic: .quadratic(at: maximum)
    ) { fraction, detail in
      onProgress(StudyProgress(stage: stage, fraction: fraction, detail: detail))
    }
    _ = onProgress(
      StudyProgress(
        stage: stage,
        detail: trained.map {
          ($0.surrogate.provenance["recipe"] ?? "") + String(format: ", %.1f s", $0.seconds)
        }.joined(separator: "; "), isFinished: true))
    return trained
  }

  /// Draws of a surrogate with what the likelihood says there, from chains that go as far as it
  /// confirms: walkers move on where it accepts the move (delayed acceptance: Christen, Fox,
  /// J. Comput. Graph. Stat. 14 (2005) 795).
  private mutating func explore(
    _ surrogate: SurrogateLikelihood, _ number: Int
  ) throws -> (FreshPoints, SamplingReach) {
    let points = points(number)
    var reach = reach(after: rounds.last)
    var (walkers, values) = starts(settings.chains, points)
    while true {
      if let chains = budget.chains(walkers.rows, reach), chains < walkers.rows {
        walkers = walkers.rows(in: 0..<chains)
        values = Array(values[..<chains])
      }
      let perChain =
        reach == .equilibrium
        ? min(
          max(2, min(settings.drawsPerChain, data.count / settings.chains / 2)),
          budget.left / walkers.rows) : 1
      let fresh = try ask(
        points.draws(
          of: surrogate, perChain: perChain, from: walkers, covariance: fullCovariance,
          reach: reach, onProgress: report("round \(number): sampling the network")))
      if reach == .equilibrium { return (fresh, reach) }
      let before = zip(surrogate.logDensities(at: walkers), values).map { $0 - $1 }
      let changes = zip(before, fresh.errors).map { $0 - $1 }
      let acceptance = changes.reduce(0) { $0 + min(1, exp($1)) } / Double(changes.count)
      guard acceptance >= 0.5, budget.chains(walkers.rows, reach.further) != nil else {
        return (fresh, reach)
      }
      data.append(fresh)
      var random = RandomStream(seed: points.seed, purpose: "refinement acceptance")
        .sequence(step: reach.rawValue)
      for i in changes.indices where log(random.uniform()) < changes[i] {
        walkers.setRow(i, to: fresh.draws.positions.row(i))
        values[i] = fresh.values[i]
      }
      reach = reach.further
    }
  }

  /// Root mean squared error on the training points of the bulk.
  private func trainingError(_ surrogate: SurrogateLikelihood, _ known: Int) throws -> Double {
    let draws = data.rows(from: .surrogate).filter { $0 < known }
    let rows = draws.isEmpty ? Array(0..<known) : draws
    let predicted = surrogate.logDensities(at: data.points.selectingRows(rows))
    let squares = zip(rows, predicted).map { ($1 - data.values[$0]) * ($1 - data.values[$0]) }
    return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  /// Asks the likelihood at draws of the surrogate.
  private func ask(_ draws: Chains) throws -> FreshPoints {
    guard data.withGradients else {
      return FreshPoints(
        draws: draws, values: try truth.logDensities(at: draws.positions), gradients: nil)
    }
    let result = try truth.logDensitiesAndGradients(at: draws.positions)
    return FreshPoints(draws: draws, values: result.values, gradients: result.gradients)
  }

  private func measure(
    _ surrogate: SurrogateLikelihood, _ fresh: FreshPoints, _ reach: SamplingReach
  ) throws -> (SurrogateMeasurement, SurrogateFits?) {
    var result = try SurrogateMeasurement(
      fresh.draws, truth: fresh.values, interest: truth.parameters.parameterOfInterest)
    result.isEquilibrium = reach == .equilibrium
    guard result.isEquilibrium else { return (result, nil) }
    guard let found = try SurrogateFits(of: surrogate, like: profile) else { return (result, nil) }
    if budget.left > 0 {
      result.maximum = .init(
        truth: maximum.logDensity, surrogate: found.best.logDensity,
        truthThere: try truth.logDensity(at: found.best.values))
    }
    if let profile, let own = found.profile {
      result.profile = .init(truth: profile, surrogate: own)
    }
    return (result, found)
  }

  // MARK: - Decisions

  private mutating func conclude(
    _ round: RefinementRound, _ trial: RefinementTrial
  ) throws {
    var round = round
    let training = trial.training
    round.decision = decision(after: round)
    let candidates = [record.best, round].compactMap { $0 }
    let isBest = target.mostAccurate(of: candidates)?.number == round.number
    if isBest { best = (training.surrogate, round.number) }
    // They have measured this network; the next one may learn them.
    data.append(trial.fresh)
    if !round.decision.isEnd { try addPoints(after: round, trial) }
    if round.measurement.effectiveFraction < 0.02, round.reach > 0 { round.reach -= 1 }
    round.evaluations = evaluations
    round.seconds = seconds
    record.rounds.append(round)
    record.evaluations = evaluations - fits.evaluations
    noted = truth.evaluations
    try store.write(data.dataset(of: truth, seed: settings.seed))
    try store.write(&record, isBest ? best : nil)
    if isBest { try store.models.write(training.history) }
    let error = round.measurement.rmse
    _ = onProgress(
      StudyProgress(
        stage: "round \(round.number)",
        detail: String(
          format: "RMSE %.4f ± %.4f nats on %d fresh points, %d evaluations: ", error.value,
          error.error ?? .nan, round.measurement.points, round.evaluations)
          + round.decision.text, isFinished: true))
  }

  private func decision(after round: RefinementRound) -> RefinementRound.Decision {
    if target.isMet(by: round.measurement) { return .reached }
    if !budget.allowsRound(knowing: data.count) { return .evaluationsUsedUp }
    if seconds >= target.maximumSeconds ?? .infinity { return .timeUsedUp }
    if target.isStalled(after: rounds + [round]) { return .noProgress }
    // A network that describes its own points hardly better than others has no room for more; the
    // points of the first round are of another kind.
    guard rounds.count > 0 else { return .morePoints }
    return round.trainingRMSE > 0.7 * round.measurement.rmse.value ? .largerNetwork : .morePoints
  }

  /// The best surrogate and what can be said about it.
  mutating func finish() throws -> TargetedTraining<Truth>.Outcome {
    guard var surrogate = best?.surrogate, let round = record.best, let last = rounds.last
    else { preconditionFailure("a refinement has at least one round") }
    let certificate = AccuracyCertificate(
      reached: target.isMet(by: round.measurement), target: target,
      measurement: round.measurement, evaluations: evaluations + record.repeated,
      evaluationsOfFits: fits.evaluations, evaluationsRepeated: record.repeated,
      seconds: last.seconds, round: round.number, rounds: rounds,
      warnings: [fits.defect, round.measurement.maximum?.defect].compactMap { $0 })
    surrogate.provenance["version"] = frameworkVersion
    surrogate.provenance["test_rmse_nats"] = String(format: "%.6g", round.measurement.rmse.value)
    surrogate.provenance["accuracy"] = certificate.statement
    surrogate.provenance["likelihood_evaluations"] = "\(certificate.evaluations)"
    try store.write(&record, (surrogate, round.number))
    try store.write(certificate)
    return .init(surrogate: surrogate, certificate: certificate, model: store.models.model)
  }

  func report(_ stage: String) -> (SamplingProgress) -> Bool {
    { progress in
      guard progress.step % max(1, progress.steps / 20) == 0 else { return true }
      return onProgress(
        StudyProgress(
          stage: stage, fraction: Double(progress.step) / Double(progress.steps),
          detail: progress.phase))
    }
  }
}
