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
  /// How the chains are made.
  let provenance: [String: String]

  /// Runs `burnIn + steps` transitions and keeps the last `steps`, thinned.
  ///
  /// - Throws: ``SamplingFailure`` with what has been kept, if the density fails after that began;
  ///   ``SamplingError``, ``SamplingCancelled``.
  func callAsFunction(
    _ kernel: some TransitionKernel, _ state: inout WalkerState,
    onProgress: (SamplingProgress) -> Bool
  ) throws -> Chains {
    var record = Record(walkers: state.walkers)
    record.reserve(steps / thinning, columns: state.positions.columns)
    for number in 1...(burnIn + steps) {
      let step = number - burnIn
      do {
        let info = try kernel.step(&state, number: number)
        if step > 0 { record.add(info, state, keeps: step % thinning == 0) }
      } catch let error as SamplingError {
        throw error
      } catch {
        guard !record.values.isEmpty else { throw error }
        throw SamplingFailure(
          cause: error, chains: chains(record, state), stepsDone: record.steps, stepsWanted: steps)
      }
      let progress = SamplingProgress(
        phase: step > 0 ? "sampling" : "burn-in", step: step > 0 ? step : number,
        steps: step > 0 ? steps : burnIn)
      guard onProgress(progress) else { throw SamplingCancelled() }
    }
    return chains(record, state)
  }

  private func chains(_ record: Record, _ state: WalkerState) -> Chains {
    var provenance = provenance
    if record.steps < steps { provenance["incomplete"] = "\(record.steps) of \(steps) steps" }
    return Chains(
      names: names, walkers: state.walkers, ensembles: ensembles,
      positions: Matrix(
        rows: record.values.count, columns: state.positions.columns, elements: record.positions),
      logDensities: record.values,
      acceptance: record.acceptance.map { $0 / Double(max(1, record.steps)) },
      divergences: record.divergences, provenance: provenance)
  }

  /// What has been kept, and sums over all steps.
  private struct Record {
    var positions: [Double] = []
    var values: [Double] = []
    var acceptance: [Double]
    var divergences = 0
    var steps = 0

    init(walkers: Int) { acceptance = Array(repeating: 0, count: walkers) }

    mutating func reserve(_ kept: Int, columns: Int) {
      values.reserveCapacity(kept * acceptance.count)
      positions.reserveCapacity(kept * acceptance.count * columns)
    }

    mutating func add(_ info: StepInfo, _ state: WalkerState, keeps: Bool) {
      steps += 1
      for k in acceptance.indices { acceptance[k] += info.acceptance[k] }
      divergences += info.divergences
      guard keeps else { return }
      positions += state.positions.elements
      values += state.logDensities
    }
  }
}
