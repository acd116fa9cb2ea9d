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
  private let settings: RefinementSettings
  private let truth: CountedPosterior<Truth>
  private let store: RefinementFolder
  private let onProgress: (StudyProgress) -> Bool
  private let begin = Date()
  /// The maximum of the likelihood.
  private let maximum: FitResult
  /// The profile of the likelihood, where it is affordable or asked for.
  private let profile: ProfileScan?
  /// Evaluations of fit and profile.
  private let evaluationsOfFits: Int
  /// Evaluations and seconds of an earlier run that this one continues.
  private let before: (evaluations: Int, seconds: Double)

  private var data: EvaluatedPoints
  private var rounds: [RefinementRound] = []
  private var best: (surrogate: SurrogateLikelihood, round: Int)?

  init(
    _ training: TargetedTraining<Truth>, in folder: URL,
    onProgress: @escaping (StudyProgress) -> Bool
  ) throws {
    self.onProgress = onProgress
    target = training.target
    settings = training.settings
    let parameters = training.truth.parameters
    store = try RefinementFolder(
      folder,
      key: .init(
        parameters: parameters, settings: settings,
        probe: try training.truth.logDensity(at: parameters.parameters.map(\.initial))))
    truth = CountedPosterior(training.truth)
    guard onProgress(StudyProgress(stage: Self.fitStage)) else { throw StudyInterrupted() }
    maximum = try MaximumLikelihood().fit(truth)
    profile = try Self.profile(truth, maximum, target, settings)
    evaluationsOfFits = truth.evaluations
    _ = onProgress(
      StudyProgress(
        stage: Self.fitStage, detail: "\(evaluationsOfFits) evaluations", isFinished: true))
    data = EvaluatedPoints(
      dimension: parameters.count, peak: maximum.logDensity,
      depth: UsualDepth.limit(dimension: parameters.count),
      withGradients: !truth.gradientIsDifferenced)
    guard let stored = try store.read(), let last = stored.rounds.last else {
      before = (0, 0)
      return
    }
    data.append(stored.data)
    rounds = stored.rounds
    // What was found twice is counted once.
    before = (last.evaluations - evaluationsOfFits, last.seconds)
    best = (stored.model, Self.mostAccurate(rounds))
  }

  private static var fitStage: String { "maximum and profile of the likelihood" }

  private static func profile(
    _ truth: CountedPosterior<Truth>, _ maximum: FitResult, _ target: AccuracyTarget,
    _ settings: RefinementSettings
  ) throws -> ProfileScan? {
    guard let interest = truth.parameters.parameterOfInterest,
      target.testStatisticError != nil || !truth.gradientIsDifferenced
    else { return nil }
    let parameter = truth.parameters.parameters[interest]
    let reach = 3 * (maximum.errors[interest] ?? maximum.widths[interest])
    let values =
      settings.profileValues
      ?? (-5...5).map { maximum.values[interest] + reach * Double($0) / 5 }
      .filter(parameter.allows)
    return try ProfileScan(of: truth, along: parameter.name, at: values, best: maximum)
  }

  /// The number of the round with the smallest error.
  private static func mostAccurate(_ rounds: [RefinementRound]) -> Int {
    rounds.min { a, b in
      let (a, b) = (a.measurement, b.measurement)
      return a.standing == b.standing ? a.rmse.value < b.rmse.value : a.standing > b.standing
    }?.number ?? 0
  }

  private var evaluations: Int { truth.evaluations + before.evaluations }
  private var seconds: Double { Date().timeIntervalSince(begin) + before.seconds }

  /// Random numbers of a round are its own.
  private func points(_ round: Int) -> RefinementPoints {
    RefinementPoints(seed: settings.seed &+ UInt64(round) &* 0x9e37_79b9_7f4a_7c15)
  }

  // MARK: - Rounds

  /// Runs one round.
  ///
  /// - Returns: whether there is to be another one.
  mutating func round() throws -> Bool {
    if let last = rounds.last, !goesOn(after: last) { return false }
    let number = rounds.count + 1
    let points = points(number)
    if data.count == 0 {
      let count = settings.startPoints ?? (data.withGradients ? 20 : 100) * maximum.values.count
      try data.append(points.start(count, around: maximum), from: .start, of: truth)
    }
    let known = data.count
    var trials: [RefinementTrial] = []
    for training in try train(number) {
      let (fresh, reach) = try explore(training.surrogate, number)
      trials.append(
        RefinementTrial(
          training: training, fresh: fresh, reach: reach,
          measurement: try measure(training.surrogate, fresh, reach)))
    }
    let (trial, others) = RefinementTrial.best(of: trials)
    // Points that have shown a network to be wrong are worth learning by the other.
    for other in others {
      data.append(
        other.fresh.draws.positions, other.fresh.values, other.fresh.gradients, from: .surrogate)
    }
    let (training, fresh) = (trial.training, trial.fresh)
    let round = RefinementRound(
      number: number, trainingPoints: known, evaluations: evaluations,
      recipe: training.surrogate.provenance["recipe"] ?? "",
      widths: training.surrogate.network.architecture.hiddenWidths, epochs: training.epochs,
      trainingRMSE: try trainingError(training.surrogate, known), measurement: trial.measurement,
      decision: .morePoints, reach: trial.reach.rawValue, seconds: seconds)
    try conclude(round, training, fresh)
    return true
  }

  /// An ended refinement goes on if more is demanded, or allowed, than when it ended.
  private func goesOn(after last: RefinementRound) -> Bool {
    switch last.decision {
    case .morePoints, .largerNetwork: true
    case .reached: !target.isMet(by: last.measurement)
    case .evaluationsUsedUp: evaluations < target.maximumEvaluations
    case .timeUsedUp: seconds < target.maximumSeconds ?? .infinity
    case .noProgress: false
    }
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

  /// Points to start chains at, with their log densities: from the better half of the last draws of
  /// surrogates, before there are any of all points.
  private func starts(_ count: Int, _ points: RefinementPoints) -> (Matrix<Double>, [Double]) {
    let draws = data.rows(from: .surrogate)
    let rows = draws.count < settings.chains ? Array(0..<data.count) : Array(draws.suffix(4096))
    let middle = rows.map { data.values[$0] }.sorted()[rows.count / 2]
    let bulk = rows.filter { data.values[$0] >= middle }
    let chosen = points.choices(count, below: bulk.count).map { bulk[$0] }
    return (data.points.selectingRows(chosen), chosen.map { data.values[$0] })
  }

  /// Draws of a surrogate with what the likelihood says there, from chains that go as far as it
  /// confirms: walkers move on where it accepts the move (delayed acceptance: Christen, Fox,
  /// J. Comput. Graph. Stat. 14 (2005) 795).
  private mutating func explore(
    _ surrogate: SurrogateLikelihood, _ number: Int
  ) throws -> (FreshPoints, SamplingReach) {
    let points = points(number)
    var reach = rounds.last.map { SamplingReach(rawValue: $0.reach) ?? .near } ?? .near
    var (walkers, values) = starts(settings.chains, points)
    while true {
      let perChain =
        reach == .equilibrium
        ? max(2, min(settings.drawsPerChain, data.count / settings.chains / 2)) : 1
      let fresh = try ask(
        points.draws(
          of: surrogate, perChain: perChain, from: walkers, covariance: fullCovariance,
          reach: reach, onProgress: report("round \(number): sampling the network")))
      if reach == .equilibrium { return (fresh, reach) }
      let before = zip(surrogate.logDensities(at: walkers), values).map { $0 - $1 }
      let changes = zip(before, fresh.errors).map { $0 - $1 }
      let acceptance = changes.reduce(0) { $0 + min(1, exp($1)) } / Double(changes.count)
      if acceptance < 0.5 { return (fresh, reach) }
      data.append(fresh.draws.positions, fresh.values, fresh.gradients, from: .surrogate)
      var random = RandomStream(seed: points.seed, purpose: "refinement acceptance")
        .sequence(step: reach.rawValue)
      for i in changes.indices where log(random.uniform()) < changes[i] {
        walkers.setRow(i, to: fresh.draws.positions.row(i))
        values[i] = fresh.values[i]
      }
      reach = reach.further
    }
  }

  /// The covariance of the maximum over all parameters.
  private var fullCovariance: Matrix<Double>? {
    maximum.freeIndices.count == maximum.values.count ? maximum.covariance : nil
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
  ) throws -> SurrogateMeasurement {
    var result = try SurrogateMeasurement(
      fresh.draws, truth: fresh.values, interest: truth.parameters.parameterOfInterest)
    result.isEquilibrium = reach == .equilibrium
    if let profile, result.isEquilibrium {
      let own = try ProfileScan(
        of: surrogate.inDoublePrecision, along: profile.parameter, at: profile.values)
      result.profile = .init(truth: profile, surrogate: own)
    }
    return result
  }

  // MARK: - Decisions

  private mutating func conclude(
    _ round: RefinementRound, _ training: RefinementTraining, _ fresh: FreshPoints
  ) throws {
    var round = round
    round.decision = decision(after: round)
    if Self.mostAccurate(rounds + [round]) == round.number {
      best = (training.surrogate, round.number)
      try training.surrogate.write(to: store.models.model)
      try store.models.write(training.history)
    }
    // They have measured this network; the next one may learn them.
    data.append(fresh.draws.positions, fresh.values, fresh.gradients, from: .surrogate)
    if !round.decision.isEnd {
      try addPoints(after: round, training.surrogate.withoutRegion, fresh)
    }
    if round.measurement.effectiveFraction < 0.02, round.reach > 0 { round.reach -= 1 }
    round.evaluations = evaluations
    round.seconds = seconds
    rounds.append(round)
    try store.write(data.dataset(of: truth, seed: settings.seed), rounds)
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
    if evaluations >= target.maximumEvaluations { return .evaluationsUsedUp }
    if seconds >= target.maximumSeconds ?? .infinity { return .timeUsedUp }
    // Measurements that do not represent the truth say nothing about progress.
    let latest = (rounds + [round]).suffix(4).map(\.measurement)
    if latest.count == 4, latest.allSatisfy({ $0.isEquilibrium && $0.isReliable }) {
      let errors = latest.map(\.rmse.value)
      if min(errors[2], errors[3]) > 0.9 * min(errors[0], errors[1]) { return .noProgress }
    }
    // A network that describes its own points hardly better than others has no room for more; the
    // points of the first round are of another kind.
    guard rounds.count > 0 else { return .morePoints }
    return round.trainingRMSE > 0.7 * round.measurement.rmse.value ? .largerNetwork : .morePoints
  }

  /// Points for the next round beyond those of the measurement, as many as the growth asks for.
  private mutating func addPoints(
    after round: RefinementRound, _ surrogate: SurrogateLikelihood, _ fresh: FreshPoints
  ) throws {
    let wanted = min(
      Int((settings.growth - 1) * Double(round.trainingPoints)) - fresh.values.count,
      target.maximumEvaluations - evaluations)
    guard wanted > 0 else { return }
    let points = points(round.number + 1)
    let part = wanted * 15 / 100
    var rest = wanted - 2 * part
    try data.append(
      points.aroundWorst(part, of: fresh.draws.positions, errors: fresh.errors), from: .worst,
      of: truth)
    if let profile, let ridge = points.ridge(part, profile.fits) {
      try data.append(ridge, from: .ridge, of: truth)
      rest -= part
    }
    if round.recipe == "counts" {
      // Chains are costly where they have to be long, and counts are learned as well from points
      // that are only like draws.
      let latest = Array(data.rows(from: .surrogate).suffix(4096))
      try data.append(
        points.spread(
          part + rest, of: data.points.selectingRows(latest), in: truth.parameters),
        from: .broad, of: truth)
      return
    }
    // Outside its region a surrogate falls on purpose; where the likelihood goes on, only a network
    // that may leave the region finds out.
    for (origin, power, count) in [
      (EvaluatedPoints.Origin.broad, 0.6, part), (.surrogate, 1, rest),
    ] where count > 0 {
      let draws = try points.draws(
        of: surrogate, perChain: (count + settings.chains - 1) / settings.chains,
        from: starts(min(settings.chains, count), points).0, covariance: fullCovariance,
        reach: SamplingReach(rawValue: round.reach) ?? .near, power: power,
        onProgress: report("round \(round.number): choosing points"))
      try data.append(draws.positions.rows(in: 0..<count), from: origin, of: truth)
    }
  }

  /// The best surrogate and what can be said about it.
  func finish() throws -> TargetedTraining<Truth>.Outcome {
    guard var surrogate = best?.surrogate, let number = best?.round,
      let round = rounds.first(where: { $0.number == number }), let last = rounds.last
    else { preconditionFailure("a refinement has at least one round") }
    let certificate = AccuracyCertificate(
      reached: target.isMet(by: round.measurement), target: target,
      measurement: round.measurement, evaluations: last.evaluations,
      evaluationsOfFits: evaluationsOfFits, seconds: last.seconds, round: number, rounds: rounds)
    surrogate.provenance["version"] = frameworkVersion
    surrogate.provenance["test_rmse_nats"] = String(format: "%.6g", round.measurement.rmse.value)
    surrogate.provenance["accuracy"] = certificate.statement
    surrogate.provenance["likelihood_evaluations"] = "\(last.evaluations)"
    try surrogate.write(to: store.models.model)
    try store.write(certificate)
    return .init(surrogate: surrogate, certificate: certificate, model: store.models.model)
  }

  private func report(_ stage: String) -> (SamplingProgress) -> Bool {
    { progress in
      guard progress.step % max(1, progress.steps / 20) == 0 else { return true }
      return onProgress(
        StudyProgress(
          stage: stage, fraction: Double(progress.step) / Double(progress.steps),
          detail: progress.phase))
    }
  }
}
