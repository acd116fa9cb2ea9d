import DNNLikelihood
import Foundation

/// What `posterior` prints.
struct PosteriorReport: Encodable {
  /// One parameter; intervals and quantiles by their probability in per cent.
  struct Parameter: Encodable {
    struct Part: Encodable {
      let lower, upper: Double
      let lowerError, upperError: Double?
      let probability: Estimate
    }

    struct Region: Encodable {
      let intervals: [Part]
      let stability, bandwidth: Double
    }

    let mean, sd: Double
    let mode: Estimate
    let quantiles: [String: Estimate]
    let hpdi: [String: Interval]
    let disjoint: [String: Region]
    let mcse: [String: Double?]
    let rhat, essBulk, essTail: Double?

    init(_ summary: ParameterSummary, _ convergence: ParameterConvergence?) {
      mean = summary.mean.value
      sd = summary.standardDeviation.value
      mode = summary.mode
      quantiles = Dictionary(
        uniqueKeysWithValues: summary.quantiles.map {
          (PosteriorReport.label($0.probability), $0.estimate)
        })
      hpdi = Dictionary(
        uniqueKeysWithValues: summary.shortest.map {
          (PosteriorReport.label($0.probability), $0.hull)
        })
      disjoint = Dictionary(
        uniqueKeysWithValues: summary.regions.map { region in
          (
            PosteriorReport.label(region.probability),
            Region(
              intervals: region.intervals.map {
                Part(
                  lower: $0.interval.lower, upper: $0.interval.upper,
                  lowerError: $0.interval.lowerError, upperError: $0.interval.upperError,
                  probability: $0.probability)
              }, stability: region.stability, bandwidth: region.bandwidth)
          )
        })
      mcse = [
        "mean": summary.mean.error, "sd": summary.standardDeviation.error,
        "mode": summary.mode.error,
      ]
      rhat = convergence?.rHat
      essBulk = convergence?.bulkEffectiveSampleSize
      essTail = convergence?.tailEffectiveSampleSize
    }
  }

  struct Correlations: Encodable {
    let parameters: [String]
    let matrix: [[Double]]
  }

  struct ConditionEntry: Encodable {
    let conditions: [String]
    let draws: Int
    let probability: Estimate
  }

  struct ReweightingEntry: Encodable {
    let khat: Double?
    let ess, relativeEfficiency, largestShare: Double
    let tail: Int
    let valid: Bool
  }

  let draws, chains: Int
  let parameters: [String: Parameter]
  let correlations: Correlations?
  let condition: ConditionEntry?
  let reweighting: ReweightingEntry?
  let regions: [JointRegion]?
  let predictive: PredictiveCheck?
  let warnings, notes: [String]

  init(_ analysis: PosteriorAnalysis) {
    draws = analysis.draws
    chains = analysis.chains
    let convergence = Dictionary(
      analysis.convergence.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }
    )
    parameters = Dictionary(
      analysis.summaries.map { ($0.name, Parameter($0, convergence[$0.name])) },
      uniquingKeysWith: { first, _ in first })
    correlations = analysis.correlation.map { matrix in
      Correlations(
        parameters: analysis.summaries.map(\.name),
        matrix: (0..<matrix.rows).map { matrix.row($0) })
    }
    condition = analysis.condition.map {
      ConditionEntry(
        conditions: $0.conditions.map(\.text), draws: $0.count, probability: $0.probability)
    }
    reweighting = analysis.reweighting.map {
      ReweightingEntry(
        khat: $0.smoothing.shape, ess: $0.effectiveSize,
        relativeEfficiency: $0.relativeEfficiency, largestShare: $0.smoothing.largestShare,
        tail: $0.smoothing.tailCount, valid: $0.isReliable)
    }
    regions = analysis.regions.isEmpty ? nil : analysis.regions
    predictive = analysis.predictive
    warnings = analysis.warnings
    notes = analysis.notes
  }

  /// A probability in per cent, as keys of the JSON have it.
  static func label(_ probability: Double) -> String {
    String(format: "%.2f", 100 * probability)
  }
}
