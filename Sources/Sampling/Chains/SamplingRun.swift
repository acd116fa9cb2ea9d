internal import Foundation
internal import NumericalCore

/// Where a run stands.
public struct SamplingProgress: Sendable {
  /// What is going on, e.g. `warm-up`.
  public let phase: String
  /// Steps done in this phase.
  public let step: Int
  /// Steps of this phase.
  public let steps: Int
}

/// Thrown out of a run when its progress closure asks to stop.
public struct SamplingCancelled: Error, CustomStringConvertible {
  public var description: String { "sampling was stopped" }

  /// The error.
  public init() {}
}

/// The loop around a kernel: steps, hands every `thinning`-th to a sink, counts acceptances.
struct SamplingRun {
  let burnIn: Int
  let steps: Int
  let thinning: Int
  /// The log-priors of positions, kept with the draws where the density knows them.
  var logPriors: ((Matrix<Double>) -> [Double])?

  /// Name of the log-priors among the statistics.
  static let logPriorName = "log_prior"

  /// Names of the numbers that are kept of every draw.
  func statisticNames(_ kernel: some TransitionKernel) -> [String] {
    kernel.statisticNames + (logPriors == nil ? [] : [Self.logPriorName])
  }

  /// How a run ended.
  struct End {
    let kept: Int
    let sums: RunSums
    /// What the density threw, or ``SamplingCancelled``.
    var failure: (any Error)?
    /// The draws that reached the goal.
    var selection: DrawSelection?
  }

  /// Does `burnIn + steps` transitions and keeps the last `steps`, thinned; what has been kept is
  /// in the sink also when the density or the sink fails, as far as the sink could take it.
  ///
  /// - Parameters:
  ///   - saved: where a run goes on.
  ///   - check: whether the run may stop before.
  /// - Throws: what the sink throws.
  func callAsFunction<Kernel: TransitionKernel>(
    _ kernel: Kernel, _ state: inout WalkerState, into sink: some ChainSink,
    from saved: RunCheckpoint? = nil, until check: GoalCheck? = nil,
    onProgress: (SamplingProgress) -> Bool
  ) throws -> End {
    let names = statisticNames(kernel)
    var block = ChainBlock(statistics: names.count)
    var kept = saved?.kept ?? 0
    var sums = saved?.sums ?? RunSums(walkers: state.walkers)
    var number = saved?.number ?? 0
    func handOver() throws {
      let full = block
      // The sink may still be writing it.
      block = ChainBlock(statistics: names.count)
      block.positions.reserveCapacity(full.positions.count)
      try sink.append(full)
    }
    func save() throws {
      try handOver()
      try sink.save(
        RunCheckpoint(
          state, number: number, kept: kept, sums: sums,
          tuning: try SavedTuning(kernel: kernel.tuning, slice: state.slice).encoded()))
    }
    func end(_ failure: (any Error)? = nil) throws -> End {
      try save()
      return End(kept: kept, sums: sums, failure: failure)
    }
    while number < burnIn + steps {
      let step = number + 1 - burnIn
      // Without the kernel's own memory, which must have one owner.
      let before = WalkerState(
        positions: state.positions, logDensities: state.logDensities, gradients: state.gradients,
        slice: state.slice)
      do {
        let info = try kernel.step(&state, number: number + 1)
        number += 1
        if step > 0 {
          sums.add(info)
          if step % thinning == 0 {
            add(kernel.draws(of: state), info, to: &block)
            kept += 1
          }
        }
      } catch {
        // A step that failed may have moved some walkers.
        state = before
        return try end(error)
      }
      if block.steps >= sink.blockSteps { try handOver() }
      if sink.isCheckpointDue { try save() }
      let progress = SamplingProgress(
        phase: step > 0 ? "sampling" : "burn-in", step: step > 0 ? step : number,
        steps: step > 0 ? steps : burnIn)
      guard onProgress(progress) else { return try end(SamplingCancelled()) }
      if step > 0, step % thinning == 0, let check, check.isDue(kept) {
        try handOver()
        if let selection = try check.selection(of: sink, kept: kept) {
          var end = try end()
          end.selection = selection
          return end
        }
      }
    }
    return try end()
  }

  private func add(
    _ draws: (positions: Matrix<Double>, logDensities: [Double]), _ info: StepInfo,
    to block: inout ChainBlock
  ) {
    block.positions += draws.positions.elements
    block.logDensities += draws.logDensities
    for (k, values) in info.statistics.enumerated() { block.statistics[k] += values }
    if let logPriors { block.statistics[info.statistics.count] += logPriors(draws.positions) }
    block.steps += 1
  }
}
