internal import Foundation
public import Likelihoods
public import NumericalCore

/// How a walker's proposal is made from the positions of the others; the frame around it is
/// ``EnsembleKernel``.
public protocol EnsembleMove: Sendable, Codable {
  /// Writes a proposal into `proposal` and returns ln of the factor that multiplies the ratio of
  /// densities in the acceptance probability.
  ///
  /// - Parameters:
  ///   - walker: the coordinates to move.
  ///   - complement: the walkers that are frozen meanwhile.
  ///   - random: the walker's random numbers of this step.
  func propose(
    for walker: ArraySlice<Double>, complement: Matrix<Double>, random: inout RandomSequence,
    into proposal: inout [Double]
  ) -> Double

  /// Fewest walkers of an ensemble in `dimension` dimensions.
  func minimumWalkers(dimension: Int) -> Int
}

/// The red-black update of arXiv:1202.3665 for several independent ensembles at once: the walkers
/// of each are split at random into two halves, each half moves with the other frozen. One
/// batched call of the density per half.
public struct EnsembleKernel<Density: LogDensity, Move: EnsembleMove>: TransitionKernel {
  /// The density that stays invariant.
  public let density: Density
  /// The move.
  public let move: Move
  /// Number of independent ensembles; walkers belong to them in consecutive blocks.
  public let ensembles: Int
  private let proposals: RandomStream
  private let splits: RandomStream

  /// A kernel with its seed.
  public init(_ density: Density, move: Move, ensembles: Int = 1, seed: UInt64) {
    self.density = density
    self.move = move
    self.ensembles = ensembles
    proposals = RandomStream(seed: seed, purpose: "ensemble proposal")
    splits = RandomStream(seed: seed, purpose: "ensemble split")
  }

  public func initialState(_ positions: Matrix<Double>) throws -> WalkerState {
    guard ensembles > 0, positions.rows % ensembles == 0 else {
      throw SamplingError.field(
        "number of walkers", expected: "a multiple of the \(ensembles) ensembles",
        found: "\(positions.rows)")
    }
    let size = positions.rows / ensembles
    let needed = move.minimumWalkers(dimension: positions.columns)
    guard size >= needed else {
      throw SamplingError.tooFewWalkers(
        found: size, needed: needed,
        reason: "each ensemble has to span all \(positions.columns) dimensions")
    }
    let values = try density.logDensities(at: positions)
    if let walker = values.firstIndex(where: { !$0.isFinite }) {
      throw SamplingError.notFiniteAtStart(walker: walker, value: values[walker])
    }
    return WalkerState(positions: positions, logDensities: values)
  }

  public func step(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    let size = state.walkers / ensembles
    var acceptance = [Double](repeating: 0, count: state.walkers)
    // Members of the two halves, for every ensemble.
    let orders = (0..<ensembles).map { k in
      var random = splits.sequence(step: number, walker: k)
      return random.permutation(size).map { k * size + $0 }
    }
    for half in 0..<2 {
      var moving: [Int] = []
      var proposed: [Double] = []
      var factors: [Double] = []
      for order in orders {
        let red = Array(half == 0 ? order[..<(size / 2)] : order[(size / 2)...])
        let black = Array(half == 0 ? order[(size / 2)...] : order[..<(size / 2)])
        appendProposals(state, red, black, number, &proposed, &factors)
        moving += red
      }
      let batch = Matrix(
        rows: moving.count, columns: state.positions.columns, elements: proposed)
      let values = try density.logDensities(at: batch)
      for (row, walker) in moving.enumerated() {
        guard !values[row].isNaN else {
          throw SamplingError.notANumber(walker: walker, point: batch.row(row))
        }
        // Sequences of this stream from `walkers` on; those before are of the splits.
        var random = splits.sequence(step: number, walker: state.walkers + walker)
        let logRatio = factors[row] + values[row] - state.logDensities[walker]
        guard log(random.uniform()) < logRatio else { continue }
        state.positions.setRow(walker, to: batch.row(row))
        state.logDensities[walker] = values[row]
        acceptance[walker] = 1
      }
    }
    return StepInfo(acceptance: acceptance)
  }

  private func appendProposals(
    _ state: WalkerState, _ red: [Int], _ black: [Int], _ number: Int,
    _ proposed: inout [Double], _ factors: inout [Double]
  ) {
    let complement = state.positions.selectingRows(black)
    let d = state.positions.columns
    var proposal = [Double](repeating: 0, count: d)
    for walker in red {
      var random = proposals.sequence(step: number, walker: walker)
      factors.append(
        move.propose(
          for: state.positions.elements[walker * d..<(walker + 1) * d], complement: complement,
          random: &random, into: &proposal))
      proposed += proposal
    }
  }
}
