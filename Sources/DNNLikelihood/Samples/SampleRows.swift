internal import Foundation
internal import NumericalCore

/// The usable rows of all tables, in one matrix.
struct SampleRows {
  private(set) var names: [String] = []
  private(set) var labels: [String: String] = [:]
  private(set) var bounds: [String: ClosedRange<Double>] = [:]
  private(set) var points = Matrix<Double>(rows: 0, columns: 0, elements: [])
  private(set) var logLikelihoods: [Double]? = []
  private(set) var logPriors: [Double]? = []
  private(set) var logPosteriors: [Double] = []
  private(set) var sampleNames: [String] = []
  private(set) var sampleOfRow: [Int] = []
  private(set) var report = ImportReport()
  private var rowInFile: [Int] = []
  private let tables: [SampleTable]

  func file(_ row: Int) -> URL { tables[sampleOfRow[row]].source }
  func place(_ row: Int) -> String { tables[sampleOfRow[row]].place(rowInFile[row]) }

  /// Joins tables.
  ///
  /// - Throws: ``InputError``.
  init(_ tables: [SampleTable], _ settings: SampleImport) throws {
    self.tables = tables
    var elements: [Double] = []
    for (k, table) in tables.enumerated() {
      let (assigned, sources) = try settings.columns.assign(table)
      if k == 0 { names = assigned.names }
      let ordered = try inOrder(assigned)
      let densities = try SampleDensities(ordered, prior: settings.prior)
      if k == 0 { report.densities = densities.account }
      guard densities.account == report.densities else {
        throw InputError.malformed(
          table.source, place: "densities",
          expected: "what \(tables[0].source.lastPathComponent) has: \(report.densities)",
          found: densities.account)
      }
      report.add(offset: densities.offset, of: table)
      for name in names {
        bounds[name] = settings.bounds[name] ?? bounds[name] ?? table.bounds[name]
        labels[name] = labels[name] ?? table.labels[name]
      }
      try report.add(ordered, sources)
      append(ordered, densities, sample: k, to: &elements)
    }
    sampleNames = Self.sampleNames(tables)
    points = Matrix(rows: sampleOfRow.count, columns: names.count, elements: elements)
    guard points.rows > 0 else {
      throw InputError.malformed(
        tables.first?.source ?? URL(filePath: "."), place: "rows",
        expected: "at least one with finite numbers inside the bounds",
        found: "none of \(report.rowsRead); \(report.droppedText.joined(separator: "; "))")
    }
  }

  /// The table with its columns in the order of the first.
  private func inOrder(_ table: SampleTable) throws -> SampleTable {
    let columns = try names.map { name in
      guard let column = table.names.firstIndex(of: name) else {
        throw InputError.malformed(
          table.source, place: "columns", expected: "the parameter '\(name)' of the first file",
          found: listed(table.names))
      }
      return column
    }
    guard columns.count == table.names.count else {
      throw InputError.malformed(
        table.source, place: "columns",
        expected: "the parameters \(listed(names)) of the first file",
        found: listed(table.names))
    }
    var result = table
    result.names = names
    result.points = table.points.selectingColumns(columns)
    return result
  }

  /// Appends the rows that can be used and counts the others by their first fault.
  private mutating func append(
    _ table: SampleTable, _ densities: SampleDensities, sample: Int, to elements: inout [Double]
  ) {
    let d = names.count
    let limits = names.map { bounds[$0] }
    var faults: [ImportReport.Dropped.Key: Int] = [:]
    if densities.logLikelihoods == nil { logLikelihoods = nil }
    if densities.logPriors == nil { logPriors = nil }
    let parts = [
      ("log-likelihood", densities.logLikelihoods), ("log-prior", densities.logPriors),
      ("log-posterior", densities.logPosteriors),
    ]
    elements.reserveCapacity(elements.count + table.points.elements.count)
    for row in 0..<table.points.rows {
      let point = table.points.elements[row * d..<(row + 1) * d]
      if let fault = Self.fault(point, limits, names) ?? Self.fault(parts, row) {
        faults[fault, default: 0] += 1
        continue
      }
      elements += point
      logPosteriors.append(densities.logPosteriors[row])
      if let value = densities.logLikelihoods?[row] { logLikelihoods?.append(value) }
      if let value = densities.logPriors?[row] { logPriors?.append(value) }
      sampleOfRow.append(sample)
      rowInFile.append(row)
    }
    report.addDropped(faults)
  }

  private static func fault(
    _ point: ArraySlice<Double>, _ limits: [ClosedRange<Double>?], _ names: [String]
  ) -> ImportReport.Dropped.Key? {
    var k = 0
    for value in point {
      if !value.isFinite {
        return .init(column: names[k], reason: value.isNaN ? .notANumber : .infinite)
      }
      if let limits = limits[k], !limits.contains(value) {
        return .init(column: names[k], reason: .outsideBounds)
      }
      k += 1
    }
    return nil
  }

  private static func fault(
    _ parts: [(String, [Double]?)], _ row: Int
  ) -> ImportReport.Dropped.Key? {
    for (name, values) in parts {
      guard let value = values?[row], !value.isFinite else { continue }
      return .init(
        column: name,
        reason: value.isNaN ? .notANumber : value < 0 ? .outsideSupport : .infinite)
    }
    return nil
  }

  /// The names of the files, with their folders where they would be the same.
  private static func sampleNames(_ tables: [SampleTable]) -> [String] {
    let short = tables.map { $0.source.deletingPathExtension().lastPathComponent }
    return Set(short).count == short.count ? short : tables.map { $0.source.relativePath }
  }
}
