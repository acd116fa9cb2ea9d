internal import Foundation

/// The results of a scan, sorted.
public struct ScanTable: Sendable, Encodable {
  /// The column it is sorted by.
  public let sortedBy: String
  /// Trainings asked for.
  public let count: Int
  /// Those that are done, in order; ones without a result last.
  public let rows: [ScanRow]
  /// The member with the smallest error, and with the largest: on the validation points, or on the
  /// test points where the table is sorted by their error.
  public let best, worst: String?

  /// A table of rows.
  ///
  /// - Throws: ``InputError`` for a column that does not exist.
  init(_ rows: [ScanRow], of count: Int, sortedBy column: String) throws(InputError) {
    guard ScanRow.columns.contains(column) else {
      throw .value(
        "--sort", expected: "one of \(ScanRow.columns.joined(separator: ", "))", found: column)
    }
    self.count = count
    sortedBy = column
    self.rows = rows.sorted { Self.isBefore($0[column], $1[column]) }
    let error = ["testRMSE", "testMSE"].contains(column) ? column : "validationRMSE"
    let ordered = rows.filter { $0[error] != .none }
      .sorted { Self.isBefore($0[error], $1[error]) }
    best = ordered.first?.member
    worst = ordered.count > 1 ? ordered.last?.member : nil
  }

  private static func isBefore(_ a: ScanRow.Cell, _ b: ScanRow.Cell) -> Bool {
    switch (a, b) {
    case (.number(let x), .number(let y)): x < y
    case (.text(let x), .text(let y)): x < y
    case (.none, .none), (.none, _): false
    case (_, .none): true
    case (.number, .text): true
    case (.text, .number): false
    }
  }

  /// `best`, `worst` or nothing.
  private func mark(_ row: ScanRow) -> String {
    row.member == best ? "best" : row.member == worst ? "worst" : ""
  }

  /// All columns as comma-separated values.
  public var csv: String {
    ([["mark"] + ScanRow.columns]
      + rows.map { row in [mark(row)] + ScanRow.columns.map { row[$0].text } })
      .map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// The columns in which members differ, and the results.
  public var text: String {
    let settings = ScanRow.settingColumns.filter { column in
      Set(rows.map { $0[column] }).count > 1
    }
    let results = ["testRMSE", "validationRMSE", "epochs", "seconds", "stopReason", "member"]
    let columns = settings + results
    let cells =
      [columns + [""]]
      + rows.map { row in columns.map { Self.short(row[$0]) } + [mark(row)] }
    let widths = columns.indices.map { i in cells.map { $0[i].count }.max() ?? 0 }
    var lines = cells.map { line in
      zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ") + (line.last.map { $0.isEmpty ? "" : "  \($0)" } ?? "")
    }
    for row in rows {
      if let reason = row.failure { lines.append("\(row.member): \(reason)") }
    }
    if rows.count < count { lines.append("\(rows.count) of \(count) trainings are done") }
    return lines.joined(separator: "\n")
  }

  private static func short(_ cell: ScanRow.Cell) -> String {
    guard case .number(let x) = cell, x != x.rounded() else { return cell.text }
    return String(format: "%.4g", x)
  }
}
