internal import Foundation
internal import Inference
internal import Likelihoods
internal import NumericalCore
internal import Surrogates

/// Where a refinement asks the likelihood beyond the draws of its measurements.
extension RefinementRun {
  /// Asks the likelihood around its maximum.
  mutating func start(_ points: RefinementPoints) throws {
    let count = budget.points(
      settings.startPoints ?? (data.withGradients ? 20 : 100) * maximum.values.count,
      before: drawsOfMeasurement)
    try data.append(points.start(count, around: maximum), from: .start, of: truth)
    guard data.count > 0 else {
      throw InputError.value(
        "the likelihood", expected: "a maximum whose curvature tells how far it extends",
        found: String(
          format: "none of %d points within a few errors of it less than %.0f nats below it", count,
          maximum.logDensity - data.floor))
    }
  }

  /// Points to start chains at, with their log densities: from the better half of the last draws of
  /// surrogates, before there are any of all points.
  func starts(_ count: Int, _ points: RefinementPoints) -> (Matrix<Double>, [Double]) {
    let draws = data.rows(from: .surrogate)
    let rows = draws.count < settings.chains ? Array(0..<data.count) : Array(draws.suffix(4096))
    let middle = rows.map { data.values[$0] }.sorted()[rows.count / 2]
    let bulk = rows.filter { data.values[$0] >= middle }
    let chosen = points.choices(count, below: bulk.count).map { bulk[$0] }
    return (data.points.selectingRows(chosen), chosen.map { data.values[$0] })
  }

  /// The covariance of the maximum over all parameters.
  var fullCovariance: Matrix<Double>? {
    maximum.freeIndices.count == maximum.values.count ? maximum.covariance : nil
  }

  /// Points for the next round beyond those of the measurement, as many as the growth asks for.
  mutating func addPoints(
    after round: RefinementRound, _ trial: RefinementTrial
  ) throws {
    let (surrogate, fresh) = (trial.training.surrogate.withoutRegion, trial.fresh)
    let wanted = min(
      Int((settings.growth - 1) * Double(round.trainingPoints)) - fresh.values.count,
      budget.points(.max, before: drawsOfMeasurement))
    guard wanted > 0 else { return }
    let points = points(round.number + 1)
    let part = wanted * 15 / 100
    var rest = wanted - 2 * part
    try data.append(
      points.aroundWorst(part, of: fresh.draws.positions, errors: fresh.errors), from: .worst,
      of: truth)
    if let ridge = points.ridge(
      part, [maximum] + (profile?.fits ?? []), found: trial.fits.map { [$0.best] + $0.profiled })
    {
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
}
