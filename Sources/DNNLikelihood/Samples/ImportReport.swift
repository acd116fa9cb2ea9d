internal import Foundation

/// What was read, left out and kept by an import.
public struct ImportReport: Sendable, Codable {
  /// One file that was read.
  public struct File: Sendable, Codable {
    /// The file as it was named.
    public let file: String
    /// Its format.
    public let format: SampleFormat
    /// Its rows.
    public let rows: Int
    /// The columns of the densities and weights, with their factor.
    public let columns: [String: String]
    /// Columns that were left out.
    public let ignored: [String]
  }

  /// Rows that were left out for one reason.
  public struct Dropped: Sendable, Codable {
    /// Why a row is left out.
    public enum Reason: String, Sendable, Codable {
      case notANumber, infinite, outsideSupport, outsideBounds

      var text: String {
        switch self {
        case .notANumber: "missing or not a number"
        case .infinite: "infinite"
        case .outsideSupport: "-inf: outside the support"
        case .outsideBounds: "outside its bounds"
        }
      }
    }

    struct Key: Hashable {
      let column: String
      let reason: Reason
    }

    /// The column: a parameter, or `log-likelihood`, `log-prior`, `log-posterior`.
    public let column: String
    /// The reason.
    public let reason: Reason
    /// How many; a row counts once, for the first fault in it.
    public let rows: Int
  }

  /// The weights of the rows, which are not part of the density and are not stored.
  public struct Weights: Sendable, Codable {
    /// The sum: the number of draws if weights are multiplicities.
    public var sum = 0.0
    /// The sum of the squares.
    public var sumOfSquares = 0.0
    /// The smallest.
    public var minimum = Double.infinity
    /// The largest.
    public var maximum = 0.0

    /// Kish's effective number of rows, (Σw)²/Σw².
    public var effectiveRows = 0.0
  }

  /// The files.
  public internal(set) var files: [File] = []
  /// The parameters, in order.
  public internal(set) var parameters: [String] = []
  /// The columns that are parameters only because they have no other usual name; none if the
  /// parameters were stated.
  public internal(set) var columnsTakenAsParameters: [String] = []
  /// Where log-likelihood, log-prior and log-posterior are from, in words.
  public internal(set) var densities = ""
  /// Rows of all files.
  public internal(set) var rowsRead = 0
  /// Rows that were left out for any reason.
  public internal(set) var rowsDropped = 0
  /// Rows in the data set.
  public internal(set) var rowsKept = 0
  /// Different points among the usable rows.
  public internal(set) var distinctPoints = 0
  /// Usable rows that repeat the point of one above.
  public internal(set) var repeatedRows = 0
  /// Usable rows that repeat a point with another density.
  public internal(set) var conflictingRows = 0
  /// Rows that were left out, by column and reason.
  public internal(set) var dropped: [Dropped] = []
  /// The weights, if a file has them.
  public internal(set) var weights: Weights?
  /// What else should be known.
  public internal(set) var notes: [String] = []
  /// Points by role.
  public internal(set) var split: [String: Int] = [:]

  init() {}

  var droppedText: [String] {
    dropped.map { "\($0.rows) with '\($0.column)' \($0.reason.text)" }
  }

  /// The report as text.
  public var table: String {
    var lines = files.flatMap { file in
      let columns = file.columns.sorted { $0.key < $1.key }.map { ", \($0.key) = \($0.value)" }
      return ["\(file.file): \(file.rows) rows (\(file.format.rawValue))\(columns.joined())"]
        + (file.ignored.isEmpty
          ? [] : ["  columns left out: \(file.ignored.joined(separator: ", "))"])
    }
    lines.append(
      "\(parameters.count) parameters: \(parameters.prefix(12).joined(separator: ", "))"
        + (parameters.count > 12 ? ", …" : ""))
    if !columnsTakenAsParameters.isEmpty {
      lines.append(
        "  columns taken as parameters, as none are stated (--parameters, --ignore): "
          + columnsTakenAsParameters.joined(separator: ", "))
    }
    lines.append("density: \(densities)")
    lines.append("rows read: \(rowsRead), left out: \(rowsDropped), kept: \(rowsKept)")
    lines += droppedText.map { "  left out: \($0)" }
    lines.append("distinct points: \(distinctPoints), repeated rows: \(repeatedRows)")
    if conflictingRows > 0 {
      lines.append(
        "WARNING: \(conflictingRows) rows repeat a point with a different log density")
    }
    if let weights {
      lines.append(
        "weights (not stored): sum \(weights.sum), from \(weights.minimum) to \(weights.maximum), "
          + "effective rows \(weights.effectiveRows.rounded())")
    }
    lines += notes.map { "note: \($0)" }
    return lines.joined(separator: "\n")
  }
}

extension ImportReport {
  /// Counts a file.
  ///
  /// - Throws: ``InputError`` for weights that are negative or no numbers.
  mutating func add(_ table: SampleTable, _ sources: [SampleRole: String]) throws {
    files.append(
      File(
        file: table.source.relativePath, format: table.format, rows: table.points.rows,
        columns: Dictionary(uniqueKeysWithValues: sources.map { ($0.key.rawValue, $0.value) }),
        ignored: table.ignored))
    rowsRead += table.points.rows
    notes += table.notes.filter { !notes.contains($0) }
    guard let values = table.weights else { return }
    var sum = weights ?? Weights()
    for (row, weight) in values.enumerated() {
      guard weight >= 0, weight.isFinite else {
        throw InputError.malformed(
          table.source, place: "\(table.place(row)), weight", expected: "a number not below zero",
          found: "\(weight)")
      }
      sum.sum += weight
      sum.sumOfSquares += weight * weight
      sum.minimum = min(sum.minimum, weight)
      sum.maximum = max(sum.maximum, weight)
    }
    sum.effectiveRows = sum.sumOfSquares > 0 ? sum.sum * sum.sum / sum.sumOfSquares : 0
    weights = sum
  }

  /// Notes that a file's log-posterior has another normalisation than the sum of its parts.
  mutating func add(offset: Double, of table: SampleTable) {
    guard offset != 0 else { return }
    notes.append(
      "the log-posterior of \(table.source.lastPathComponent) exceeds the sum of its parts by the "
        + "constant \(offset), which is left out")
  }

  /// Counts rows that are left out.
  mutating func addDropped(_ faults: [Dropped.Key: Int]) {
    var counts = faults
    rowsDropped += faults.values.reduce(0, +)
    for old in dropped {
      counts[Dropped.Key(column: old.column, reason: old.reason), default: 0] += old.rows
    }
    dropped = counts.map { Dropped(column: $0.key.column, reason: $0.key.reason, rows: $0.value) }
      .sorted {
        ($1.rows, $0.column, $0.reason.rawValue) < ($0.rows, $1.column, $1.reason.rawValue)
      }
  }
}
