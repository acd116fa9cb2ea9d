internal import Foundation
internal import Likelihoods
internal import NumericalCore
internal import Surrogates

/// Points of a likelihood with what it says there, as a refinement collects them.
struct EvaluatedPoints {
  /// Where points come from.
  enum Origin: String, CaseIterable {
    /// The normal approximation at the maximum.
    case start
    /// Draws of a surrogate.
    case surrogate
    /// Draws of a surrogate raised to a power below one, or moved along the differences of others.
    case broad
    /// Around the maxima of the likelihood, and on the way to those of a surrogate.
    case ridge
    /// Around the points where a surrogate was worst.
    case worst
  }

  private(set) var points: Matrix<Double>
  private(set) var values: [Double] = []
  private(set) var gradients: [Double] = []
  private(set) var origins: [Origin] = []
  private var expectedCounts: [Double] = []
  /// Points that were evaluated and left out: outside the support, or too deep.
  private(set) var dropped = 0
  let withGradients: Bool
  /// Points with a lower log density are left out: they would be all that a network learns. Draws of
  /// surrogates and points on the way to their maxima are kept as deep as ten times that: they are
  /// where networks have to learn that there is nothing.
  let floor: Double
  /// The maximum.
  let peak: Double

  /// No points yet.
  ///
  /// - Parameters:
  ///   - dimension: number of parameters.
  ///   - peak: the maximum of the log density.
  ///   - depth: how far below other points may be.
  init(dimension: Int, peak: Double, depth: Double, withGradients: Bool) {
    points = Matrix(rows: 0, columns: dimension, elements: [])
    self.peak = peak
    floor = peak - depth
    self.withGradients = withGradients
  }

  var count: Int { values.count }

  /// Asks the likelihood, and keeps what is above the floor.
  mutating func append(
    _ new: Matrix<Double>, from origin: Origin, of truth: some Posterior
  ) throws {
    guard new.rows > 0 else { return }
    if withGradients {
      let result = try truth.logDensitiesAndGradients(at: new)
      append(new, result.values, result.gradients, from: origin)
    } else {
      append(new, try truth.logDensities(at: new), nil, from: origin)
    }
  }

  /// Keeps points whose values are known already.
  mutating func append(
    _ new: Matrix<Double>, _ newValues: [Double], _ newGradients: Matrix<Double>?,
    from origin: Origin
  ) {
    let isChosenBySurrogate = origin == .surrogate || origin == .ridge
    let lowest = isChosenBySurrogate ? peak - 10 * (peak - floor) : floor
    let rows = newValues.indices.filter { newValues[$0].isFinite && newValues[$0] >= lowest }
    dropped += newValues.count - rows.count
    points = points.appending(new.selectingRows(rows))
    values += rows.map { newValues[$0] }
    if let newGradients { gradients += newGradients.selectingRows(rows).elements }
    origins += rows.map { _ in origin }
  }

  /// Keeps draws of a surrogate that the likelihood was asked at.
  mutating func append(_ fresh: FreshPoints) {
    append(fresh.draws.positions, fresh.values, fresh.gradients, from: .surrogate)
  }

  /// The expected counts of a likelihood at all points; those of points that came since the last
  /// call are computed.
  ///
  /// They are part of the evaluation of a point that was counted when it was appended.
  mutating func counts(of model: any ExpectedCounts) -> BinCounts {
    let bins = model.observedCounts.count
    let known = expectedCounts.count / max(1, bins)
    if known < count {
      expectedCounts += model.expectedCounts(at: points.rows(in: known..<count)).elements
    }
    return BinCounts(
      observed: model.observedCounts,
      expected: Matrix(rows: count, columns: bins, elements: expectedCounts))
  }

  /// The points of one origin, by row.
  func rows(from origin: Origin) -> [Int] { origins.indices.filter { origins[$0] == origin } }

  /// The points as a data set for training, one in twenty (at least 32) for validation.
  func dataset(of truth: some Posterior, seed: UInt64) throws -> Dataset {
    let logPriors = truth.logPriors(at: points)
    let validation = max(0.05, min(0.25, 32 / Double(max(1, count))))
    return try Dataset(
      parameters: truth.parameters, points: points, logPosteriors: values,
      logLikelihoods: zip(values, logPriors).map { $0 - $1 }, logPriors: logPriors,
      gradients: withGradients
        ? Matrix(rows: count, columns: points.columns, elements: gradients) : nil,
      sampleNames: Origin.allCases.map(\.rawValue),
      sampleOfPoint: origins.map { Origin.allCases.firstIndex(of: $0) ?? 0 },
      split: Split(count: count, validation: validation, test: 0, seed: seed),
      prior: truth.factorizedPrior,
      provenance: [
        "version": frameworkVersion, "design": "refinement", "seed": "\(seed)",
        "outside_support": "\(dropped)",
      ])
  }

  /// Takes over the points of a data set that a refinement has written.
  mutating func append(_ stored: Dataset) {
    // In their order, so that the next training sees what an uninterrupted one would have seen.
    points = points.appending(stored.points)
    values += stored.logPosteriors
    gradients += stored.gradients?.elements ?? []
    origins += stored.sampleOfPoint.map { Origin(rawValue: stored.sampleNames[$0]) ?? .start }
    dropped = Int(stored.provenance["outside_support"] ?? "") ?? 0
  }
}
