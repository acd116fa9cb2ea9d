public import Likelihoods
public import NumericalCore

/// Ensemble slice sampling of several independent ensembles at once, with the halves of
/// ``EnsembleKernel``: in each round one batched call of the density for all walkers that are
/// still on their way.
public struct EnsembleSliceKernel<Density: LogDensity>: TransitionKernel {
  /// The density that stays invariant.
  public let density: Density
  /// The settings.
  public let method: EnsembleSlice
  /// Number of independent ensembles; walkers belong to them in consecutive blocks.
  public let ensembles: Int
  private let directions: RandomStream
  private let splits: RandomStream
  /// Far more than a slice needs to shrink to its walker.
  private let mostContractions = 10_000

  /// A kernel with its seed.
  public init(_ density: Density, method: EnsembleSlice, ensembles: Int = 1, seed: UInt64) {
    self.density = density
    self.method = method
    self.ensembles = ensembles
    directions = RandomStream(seed: seed, purpose: "ensemble slice")
    splits = RandomStream(seed: seed, purpose: "ensemble split")
  }

  public func initialState(_ positions: Matrix<Double>) throws -> WalkerState {
    var state = try ensembleStart(
      positions, density, ensembles: ensembles,
      needed: method.minimumWalkers(dimension: positions.columns))
    state.slice = SliceTuning(scale: method.initialScale)
    return state
  }

  public func step(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    var work = state.ensemble ?? EnsembleWorkspace()
    state.ensemble = nil
    defer { state.ensemble = work }
    var tuning = state.slice ?? SliceTuning(scale: method.initialScale)
    var count = Counts()
    work.split.shuffle(walkers: state.walkers, ensembles: ensembles, splits, number: number)
    for half in 0..<2 {
      var active = trajectories(state, work.split, half, number)
      while !active.isEmpty {
        try advance(&active, &state, 2 * tuning.scale, &work.batches[0], &count)
      }
    }
    if number <= method.tuningSteps {
      tuning.update(expansions: count.expansions, contractions: count.contractions)
    }
    state.slice = tuning
    return StepInfo(
      acceptance: [Double](repeating: 1, count: state.walkers),
      moves: [MoveTally(name: method.name, proposed: state.walkers, accepted: state.walkers)],
      evaluations: count.evaluations)
  }

  private struct Counts {
    var expansions = 0
    var contractions = 0
    var evaluations = 0
  }

  private func trajectories(
    _ state: WalkerState, _ split: EnsembleSplit, _ half: Int, _ number: Int
  ) -> [SliceTrajectory] {
    let others = split.moving(1 - half)
    return (0..<split.moving(half) * ensembles).map { row in
      let walker = split.walker(half, row: row)
      let complement = row / split.moving(half) * others
      var random = directions.sequence(step: number, walker: walker)
      let (l, m) = random.orderedPair(below: others)
      return SliceTrajectory(
        walker: walker,
        pair: (
          split.walker(1 - half, row: complement + l),
          split.walker(1 - half, row: complement + m)
        ),
        logDensity: state.logDensities[walker], maximumExpansions: method.maximumExpansions,
        random: random)
    }
  }

  /// One round: evaluates what the trajectories ask for and keeps those that are not done.
  private func advance(
    _ active: inout [SliceTrajectory], _ state: inout WalkerState, _ scale: Double,
    _ batch: inout PointBatch, _ count: inout Counts
  ) throws {
    let d = state.positions.columns
    var firstRows = [Int](repeating: 0, count: active.count)
    var rows = 0
    for (k, trajectory) in active.enumerated() {
      firstRows[k] = rows
      rows += trajectory.pointCount
    }
    batch.resize(rows: rows, columns: d)
    write(active, firstRows, state.positions.elements, scale, d, &batch.points.elements)
    try density.evaluate(batch.points, values: &batch.values)
    count.evaluations += rows
    var waiting: [SliceTrajectory] = []
    waiting.reserveCapacity(active.count)
    for (k, trajectory) in active.enumerated() {
      var trajectory = trajectory
      let row = firstRows[k]
      let last = row + trajectory.pointCount - 1
      for point in row...last where batch.values[point].isNaN {
        throw SamplingError.notANumber(
          walker: trajectory.walker, point: batch.points.row(point))
      }
      if trajectory.answer(batch.values[row], batch.values[last]) {
        let walker = trajectory.walker
        for j in 0..<d {
          state.positions.elements[walker * d + j] = batch.points.elements[row * d + j]
        }
        state.logDensities[walker] = batch.values[row]
        count.expansions += trajectory.expansions
        count.contractions += trajectory.contractions
      } else {
        guard trajectory.contractions < mostContractions else {
          throw SamplingError.field(
            "log density of walker \(trajectory.walker)",
            expected: "the value \(state.logDensities[trajectory.walker]) again, arbitrarily "
              + "close to its place", found: "\(batch.values[row])")
        }
        waiting.append(trajectory)
      }
    }
    active = waiting
  }

  /// Writes the points that the trajectories ask for.
  private func write(
    _ active: [SliceTrajectory], _ firstRows: [Int], _ positions: [Double], _ scale: Double,
    _ d: Int, _ points: inout [Double]
  ) {
    positions.withUnsafeBufferPointer { x in
      points.withUnsafeMutableBufferPointer { y in
        guard let x = x.baseAddress.map({ SharedRows($0) }),
          let y = y.baseAddress.map({ DisjointRows($0) })
        else { return }
        parallelFor(active.count, grain: 32) { range in
          for k in range {
            let trajectory = active[k]
            let from = x.base + trajectory.walker * d
            let (l, m) = (x.base + trajectory.pair.0 * d, x.base + trajectory.pair.1 * d)
            let row = y.base + firstRows[k] * d
            let first = trajectory.first * scale
            for j in 0..<d { row[j] = from[j] + first * (l[j] - m[j]) }
            guard let second = trajectory.second.map({ $0 * scale }) else { continue }
            for j in 0..<d { row[d + j] = from[j] + second * (l[j] - m[j]) }
          }
        }
      }
    }
  }
}
