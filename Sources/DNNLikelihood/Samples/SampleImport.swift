internal import Foundation
internal import Likelihoods
internal import NumericalCore
public import Surrogates

/// Makes a data set of tables of points with their log densities.
public struct SampleImport: Sendable {
  /// What is known of the prior.
  public enum Prior: Sendable, Equatable {
    /// In a column, or none in the density: the log-likelihood is known by itself.
    case separate
    /// Flat: the log-posterior is the log-likelihood up to a constant.
    case flat
    /// Unknown: only the log-posterior is kept.
    case unknown
  }

  /// Which column is what.
  public var columns = SampleColumns()
  /// What is known of the prior.
  public var prior = Prior.separate
  /// Names of the parameters of interest.
  public var interest: [String] = []
  /// Bounds by parameter; they replace those of the files.
  public var bounds: [String: ClosedRange<Double>] = [:]
  /// Whether repeated points are reduced to one. Otherwise they stay, as draws of a chain do, and
  /// share a role in the split.
  public var mergesRepeats = false
  /// Whether points with contradicting densities are kept.
  public var allowsConflicts = false
  /// Fraction of the points for validation.
  public var validation = 0.1
  /// Fraction of the points for the final test.
  public var test = 0.1
  /// Seed of the order and of the split.
  public var seed: UInt64 = 1

  /// An import with nothing stated.
  public init() {}

  /// Makes a data set.
  ///
  /// - Parameter tables: the tables, each becoming a sample of the data set; parameters are
  ///   matched by name, in the order of the first.
  /// - Throws: ``InputError`` naming file, row, column, what was expected and found.
  public func run(_ tables: [SampleTable]) throws -> (dataset: Dataset, report: ImportReport) {
    let rows = try SampleRows(tables, self)
    var report = rows.report
    let space = try parameterSpace(rows)
    let groups = PointGroups(of: rows.points)
    report.distinctPoints = groups.representatives.count
    report.repeatedRows = rows.points.rows - groups.representatives.count
    report.conflictingRows = try conflicts(rows, groups)
    var order = Array(0..<rows.points.rows)
    if mergesRepeats { order = groups.representatives }
    var random = RandomStream(seed: seed, purpose: "order of points").sequence()
    order = random.permutation(order.count).map { order[$0] }
    report.rowsKept = order.count
    let points = rows.points.selectingRows(order)
    let dataset = try Dataset(
      parameters: space, points: points, logPosteriors: order.map { rows.logPosteriors[$0] },
      logLikelihoods: rows.logLikelihoods.map { values in order.map { values[$0] } },
      logPriors: rows.logPriors.map { values in order.map { values[$0] } },
      sampleNames: rows.sampleNames, sampleOfPoint: order.map { rows.sampleOfRow[$0] },
      split: Split(
        groups: PointGroups(of: points).groups, validation: validation, test: test, seed: seed),
      prior: flatPrior(space), provenance: provenance(report))
    report.parameters = space.names
    report.columnsTakenAsParameters = columns.parameters == nil ? space.names : []
    report.split = Dictionary(
      uniqueKeysWithValues: Split.Role.allCases.map { ("\($0)", dataset.indices($0).count) })
    return (dataset, report)
  }

  private func provenance(_ report: ImportReport) -> [String: String] {
    var result = [
      "version": frameworkVersion, "source": report.files.map(\.file).joined(separator: ", "),
      "seed": "\(seed)",
      "density": report.densities, "rows_read": "\(report.rowsRead)",
      "rows_dropped": "\(report.rowsDropped)",
    ]
    if let weights = report.weights { result["sum_of_weights"] = "\(weights.sum)" }
    return result
  }

  /// A flat prior within bounds, where every parameter has both; its height is part of the
  /// unknown constant of the density.
  private func flatPrior(_ space: ParameterSpace) -> ProductPrior? {
    guard prior == .flat,
      space.parameters.allSatisfy({ $0.lower.isFinite && $0.upper.isFinite })
    else { return nil }
    return ProductPrior(
      space.parameters.map { .uniform(lower: $0.lower, upper: $0.upper, logDensity: 0) })
  }

  /// The parameters: initial values at the point of the highest density, scales from the spread.
  private func parameterSpace(_ rows: SampleRows) throws -> ParameterSpace {
    for (option, names) in [("--poi", interest), ("--bounds", Array(bounds.keys).sorted())] {
      for name in names where !rows.names.contains(name) {
        throw InputError.value(
          option, expected: "one of the parameters \(listed(rows.names))", found: "'\(name)'")
      }
    }
    let best = rows.logPosteriors.indices.max { rows.logPosteriors[$0] < rows.logPosteriors[$1] }
    return try ParameterSpace(
      rows.names.enumerated().map { k, name in
        let values = rows.points.column(k)
        let mean = values.reduce(0, +) / Double(values.count)
        let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        guard values.contains(where: { $0 != values[0] }), spread > 0, spread.isFinite else {
          throw InputError.malformed(
            rows.file(0), place: "column '\(name)'",
            expected: "different values, or --ignore \(name) if the parameter is fixed",
            found: "\(values[0]) in all rows"
              + (rows.report.files.count > 1 ? " of all \(rows.report.files.count) files" : ""))
        }
        let bounds = rows.bounds[name]
        return Parameter(
          name: name, role: interest.contains(name) ? .parameterOfInterest : .nuisance,
          initial: values[best ?? 0], lower: bounds?.lowerBound ?? -.infinity,
          upper: bounds?.upperBound ?? .infinity, scale: spread.squareRoot(),
          label: rows.labels[name])
      })
  }

  /// The number of rows whose density is not that of an equal row above.
  private func conflicts(_ rows: SampleRows, _ groups: PointGroups) throws -> Int {
    var count = 0
    var first: (row: Int, twin: Int)?
    for row in groups.groups.indices {
      let twin = groups.representatives[groups.groups[row]]
      let (a, b) = (rows.logPosteriors[row], rows.logPosteriors[twin])
      // Single precision, in which some backends store densities, has seven digits.
      if abs(a - b) > 1e-6 * max(1, abs(a), abs(b)) {
        count += 1
        first = first ?? (row, twin)
      }
    }
    guard let first, !allowsConflicts else { return count }
    throw InputError.malformed(
      rows.file(first.row), place: rows.place(first.row),
      expected: "the log density \(rows.logPosteriors[first.twin]) that the same point has in "
        + "\(rows.place(first.twin)) of \(rows.file(first.twin).lastPathComponent)",
      found: "\(rows.logPosteriors[first.row]) (such rows: \(count)); --allow-conflicts keeps them")
  }
}
