internal import Foundation
public import Likelihoods
public import NumericalCore

/// The red-black update of arXiv:1202.3665 for several independent ensembles at once: the walkers
/// of each are split at random into two halves, each half moves with the other frozen. One
/// batched call of the density per half.
public struct EnsembleKernel<Density: LogDensity>: TransitionKernel {
  /// The density that stays invariant.
  public let density: Density
  /// The moves of the mixture, or the only one.
  public let moves: [any EnsembleMove]
  /// Number of independent ensembles; walkers belong to them in consecutive blocks.
  public let ensembles: Int
  private let choice: MoveMixture.Choice
  /// Sums of the weights up to each move, over their total.
  private let cumulative: [Double]
  private let names: [String]
  private let proposals: RandomStream
  private let splits: RandomStream
  private let choices: RandomStream

  /// A kernel of one move, with its seed.
  public init(_ density: Density, move: some EnsembleMove, ensembles: Int = 1, seed: UInt64) {
    self.init(density, [move], weights: [1], choice: .perStep, ensembles, seed)
  }

  /// A kernel of a mixture of moves, with its seed.
  public init(_ density: Density, mixture: MoveMixture, ensembles: Int = 1, seed: UInt64) {
    self.init(
      density, mixture.components.map { $0.move.base },
      weights: mixture.components.map(\.weight), choice: mixture.choice, ensembles, seed)
  }

  private init(
    _ density: Density, _ moves: [any EnsembleMove], weights: [Double],
    choice: MoveMixture.Choice, _ ensembles: Int, _ seed: UInt64
  ) {
    self.density = density
    self.moves = moves
    self.choice = choice
    self.ensembles = ensembles
    let total = weights.reduce(0, +)
    var sum = 0.0
    cumulative = weights.map {
      sum += $0
      return sum / total
    }
    names = moves.map(\.name)
    proposals = RandomStream(seed: seed, purpose: "ensemble proposal")
    splits = RandomStream(seed: seed, purpose: "ensemble split")
    choices = RandomStream(seed: seed, purpose: "ensemble move")
  }

  public func initialState(_ positions: Matrix<Double>) throws -> WalkerState {
    try ensembleStart(
      positions, density, ensembles: ensembles,
      needed: moves.map { $0.minimumWalkers(dimension: positions.columns) }.max() ?? 1)
  }

  public func step(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    // Out of the state while they are written to, so that nothing is copied.
    var work = state.ensemble ?? EnsembleWorkspace()
    state.ensemble = nil
    defer { state.ensemble = work }
    var info = StepInfo(
      acceptance: [Double](repeating: 0, count: state.walkers),
      moves: names.map { MoveTally(name: $0) }, evaluations: state.walkers)
    work.split.shuffle(walkers: state.walkers, ensembles: ensembles, splits, number: number)
    for half in 0..<2 {
      let rows = work.split.moving(half) * ensembles
      guard rows > 0 else { continue }
      work.batches[half].resize(rows: rows, columns: state.positions.columns)
      if work.factors.count < rows {
        work.factors = Array(repeating: 0, count: rows)
        work.components = Array(repeating: 0, count: rows)
      }
      propose(
        state.positions, half, number, work.split, &work.batches[half].points.elements,
        &work.factors, &work.components)
      try density.evaluate(work.batches[half].points, values: &work.batches[half].values)
      if let row = work.batches[half].values.firstIndex(where: \.isNaN) {
        throw SamplingError.notANumber(
          walker: work.split.walker(half, row: row), point: work.batches[half].points.row(row))
      }
      accept(&state, half, number, work, &info.acceptance)
      for row in 0..<rows {
        info.moves[work.components[row]].proposed += 1
        guard info.acceptance[work.split.walker(half, row: row)] > 0 else { continue }
        info.moves[work.components[row]].accepted += 1
      }
    }
    return info
  }

  /// The move of a walker.
  private func component(_ number: Int, ensemble: Int, walker: Int) -> Int {
    guard moves.count > 1 else { return 0 }
    let chooser = choice == .perStep ? ensemble : walker
    var random = choices.sequence(step: number, walker: chooser)
    let u = random.uniform()
    return cumulative.firstIndex { u < $0 } ?? moves.count - 1
  }

  /// Writes the proposals of a half, ensemble after ensemble.
  private func propose(
    _ positions: Matrix<Double>, _ half: Int, _ number: Int, _ split: EnsembleSplit,
    _ proposed: inout [Double], _ factors: inout [Double], _ components: inout [Int]
  ) {
    let (size, moving) = (split.size, split.moving(half))
    let (start, other) = (split.start(half), split.start(1 - half))
    let (d, total) = (positions.columns, positions.elements.count)
    positions.elements.withUnsafeBufferPointer { x in
      split.order.withUnsafeBufferPointer { order in
        proposed.withUnsafeMutableBufferPointer { y in
          factors.withUnsafeMutableBufferPointer { f in
            components.withUnsafeMutableBufferPointer { c in
              guard let x = x.baseAddress.map({ SharedRows($0) }),
                let order = order.baseAddress.map({ SharedRows($0) }),
                let y = y.baseAddress.map({ DisjointRows($0) }),
                let f = f.baseAddress.map({ DisjointRows($0) }),
                let c = c.baseAddress.map({ DisjointRows($0) })
              else { return }
              parallelFor(moving * ensembles, grain: 32) { range in
                let positions = UnsafeBufferPointer(start: x.base, count: total).span
                for row in range {
                  let ensemble = row / moving
                  let members = order.base + ensemble * size
                  let walker = members[start + row % moving]
                  let complement =
                    UnsafeBufferPointer(start: members + other, count: size - moving).span
                  let component = component(number, ensemble: ensemble, walker: walker)
                  var random = proposals.sequence(step: number, walker: walker)
                  var proposal =
                    UnsafeMutableBufferPointer(start: y.base + row * d, count: d).mutableSpan
                  c.base[row] = component
                  f.base[row] = moves[component].propose(
                    for: positions.extracting(walker * d..<(walker + 1) * d),
                    positions: positions, complement: complement, random: &random,
                    into: &proposal)
                }
              }
            }
          }
        }
      }
    }
  }

  /// Metropolis' rule for every proposal of a half.
  private func accept(
    _ state: inout WalkerState, _ half: Int, _ number: Int, _ work: EnsembleWorkspace,
    _ acceptance: inout [Double]
  ) {
    let (walkers, d) = (state.walkers, state.positions.columns)
    let batch = work.batches[half]
    state.positions.elements.withUnsafeMutableBufferPointer { x in
      state.logDensities.withUnsafeMutableBufferPointer { p in
        acceptance.withUnsafeMutableBufferPointer { a in
          batch.points.elements.withUnsafeBufferPointer { y in
            guard let x = x.baseAddress.map({ DisjointRows($0) }),
              let p = p.baseAddress.map({ DisjointRows($0) }),
              let a = a.baseAddress.map({ DisjointRows($0) }),
              let y = y.baseAddress.map({ SharedRows($0) })
            else { return }
            parallelFor(batch.points.rows, grain: 128) { range in
              for row in range {
                let walker = work.split.walker(half, row: row)
                // Sequences of this stream from `walkers` on; those before are of the splits.
                var random = splits.sequence(step: number, walker: walkers + walker)
                let logRatio = work.factors[row] + batch.values[row] - p.base[walker]
                guard log(random.uniform()) < logRatio else { continue }
                (x.base + walker * d).update(from: y.base + row * d, count: d)
                p.base[walker] = batch.values[row]
                a.base[walker] = 1
              }
            }
          }
        }
      }
    }
  }
}
