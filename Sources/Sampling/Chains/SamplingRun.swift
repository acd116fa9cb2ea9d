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

/// The loop around a kernel: steps, keeps every `thinning`-th, counts acceptances.
struct SamplingRun {
  let names: [String]
  let ensembles: Int?
  let burnIn: Int
  let steps: Int
  let thinning: Int

  /// Runs `burnIn + steps` transitions and keeps the last `steps`, thinned.
  func callAsFunction(
    _ kernel: some TransitionKernel, _ state: inout WalkerState,
    onProgress: (SamplingProgress) -> Bool
  ) throws -> Chains {
    let kept = steps / thinning
    var positions: [Double] = []
    positions.reserveCapacity(kept * state.positions.elements.count)
    var values: [Double] = []
    values.reserveCapacity(kept * state.walkers)
    var acceptance = [Double](repeating: 0, count: state.walkers)
    var divergences = 0
    for number in 1...(burnIn + steps) {
      let info = try kernel.step(&state, number: number)
      let step = number - burnIn
      if step > 0 {
        for k in acceptance.indices { acceptance[k] += info.acceptance[k] / Double(steps) }
        divergences += info.divergences
        if step % thinning == 0 {
          positions += state.positions.elements
          values += state.logDensities
        }
      }
      let progress = SamplingProgress(
        phase: step > 0 ? "sampling" : "burn-in", step: step > 0 ? step : number,
        steps: step > 0 ? steps : burnIn)
      guard onProgress(progress) else { throw SamplingCancelled() }
    }
    return Chains(
      names: names, walkers: state.walkers, ensembles: ensembles,
      positions: Matrix(
        rows: values.count, columns: state.positions.columns, elements: positions),
      logDensities: values, acceptance: acceptance, divergences: divergences)
  }
}
