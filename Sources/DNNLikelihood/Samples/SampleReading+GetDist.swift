internal import Foundation
internal import NumericalCore

extension SampleReading {
  /// Chains of GetDist: weight, -log(posterior), then the columns of `.paramnames`.
  func getdist(_ url: URL) throws -> SampleTable {
    guard let files = try GetDistFiles(url) else {
      throw InputError.unreadable(
        url, reason: "there is no .paramnames file with the names of the columns beside it")
    }
    let columns = try files.names()
    guard self.columns == nil else {
      throw InputError.malformed(
        GetDistFiles.file(files.root, "paramnames"), place: "names",
        expected: "none, as --columns names them", found: listed(columns.map(\.name)))
    }
    let width = columns.count + 2
    var elements: [Double] = []
    var (weights, posteriors): ([Double], [Double]) = ([], [])
    var lines: [Int] = []
    for chain in files.chains {
      let text = try DelimitedText(reading: chain, separator: .blanks)
      let values = text.values
      guard values.columns == width || values.rows == 0 else {
        throw InputError.malformed(
          chain, place: "columns",
          expected: "\(width): weight, -log(posterior), and \(columns.count) of .paramnames",
          found: "\(values.columns)")
      }
      for i in 0..<values.rows {
        weights.append(values[i, 0])
        posteriors.append(-values[i, 1])
        elements += values.elements[(i * width + 2)..<((i + 1) * width)]
      }
      lines += text.lines
    }
    var table = SampleTable(
      source: url, format: .getdist, names: columns.map(\.name),
      points: Matrix(rows: weights.count, columns: columns.count, elements: elements),
      logPosteriors: posteriors, weights: weights)
    for column in columns {
      table.labels[column.name] = column.label
      if column.isDerived { table.derived.insert(column.name) }
    }
    table.bounds = try files.bounds()
    if files.chains.count == 1 { table.lines = lines }
    if files.chains.count > 1 { table.notes.append("\(files.chains.count) chain files") }
    return dropping(table)
  }
}
