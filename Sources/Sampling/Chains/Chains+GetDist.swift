public import Foundation
internal import NumericalCore

/// The text files of GetDist (and CosmoMC): rows of weight, -ln of the density, parameters.
extension Chains {
  /// Writes `root_1.txt`, `root_2.txt`, … (one for each independent chain or ensemble),
  /// `root.paramnames`, `root.ranges` and `root.properties.ini`, which tells GetDist that the
  /// burn-in has been removed already. Numbers have all their digits. Chain files of an earlier
  /// set with the same root that are not replaced are removed.
  ///
  /// - Parameter url: the root, with or without `.txt`.
  /// - Throws: what `Data.write` throws; ``SamplingError/field(_:expected:found:)`` for names that
  ///   become equal without blanks.
  public func writeGetDist(to url: URL) throws {
    let root = GetDistRoot(url)
    let plain = try Self.plainNames(names, replacing: [" ", "\t", "*"], url)
    let groups = ensembles ?? walkers
    let size = walkers / groups
    let d = names.count
    let old = try root.chains()
    var written: Set<String> = []
    for group in 0..<groups {
      var text = ""
      for step in 0..<steps {
        for walker in 0..<size {
          let row = step * walkers + group * size + walker
          text += "1 \(-logDensities[row])"
          for k in row * d..<(row + 1) * d { text += " \(positions.elements[k])" }
          text += "\n"
        }
      }
      let file = root.file("_\(group + 1).txt")
      try Data(text.utf8).write(to: file, options: .atomic)
      written.insert(file.lastPathComponent)
    }
    for file in old where !written.contains(file.lastPathComponent) {
      try FileManager.default.removeItem(at: file)
    }
    let labels = plain.map { "\($0) \($0.replacing("_", with: "\\_"))\n" }
    let ranges = zip(plain, names).map { plain, name in
      let range = bounds[name] ?? -.infinity ... .infinity
      let sides = [range.lowerBound, range.upperBound].map { $0.isFinite ? "\($0)" : "N" }
      return "\(plain) \(sides[0]) \(sides[1])\n"
    }
    for (ending, text) in [
      (".ranges", ranges.joined()), (".properties.ini", "burn_removed=T\n"),
      (".paramnames", labels.joined()),
    ] {
      try Data(text.utf8).write(to: root.file(ending), options: .atomic)
    }
  }

  /// Reads the chains of a root; a row of weight n is n draws. Longer chains lose their first
  /// draws.
  ///
  /// - Throws: ``SamplingError/field(_:expected:found:)``, naming file and line; what
  ///   `String(contentsOf:)` throws.
  public init(readingGetDist url: URL) throws {
    let root = GetDistRoot(url)
    let names = try String(contentsOf: root.file(".paramnames"), encoding: .utf8)
      .split(whereSeparator: \.isNewline).compactMap {
        $0.split(whereSeparator: \.isWhitespace).first.map { name in
          String(name.hasSuffix("*") ? name.dropLast() : name)
        }
      }
    let files = try root.chains()
    guard !files.isEmpty, !names.isEmpty else {
      throw SamplingError.field(
        root.root.path, expected: "chain files (root_1.txt, …) and names of parameters",
        found: "\(files.count) files and \(names.count) names")
    }
    let d = names.count
    var chains: [[Double]] = []
    for file in files { chains.append(try Self.rows(file, columns: d)) }
    let steps = (chains.map(\.count).min() ?? 0) / (d + 1)
    var elements: [Double] = []
    var values: [Double] = []
    for step in 0..<steps {
      for chain in chains {
        let row = (chain.count / (d + 1) - steps + step) * (d + 1)
        values.append(-chain[row])
        elements += chain[row + 1..<row + 1 + d]
      }
    }
    self.init(
      names: names, walkers: files.count, ensembles: nil,
      positions: Matrix(rows: steps * files.count, columns: d, elements: elements),
      logDensities: values, acceptance: Array(repeating: .nan, count: files.count))
  }

  /// The draws of a chain file without weights: -ln of the density, then parameters.
  private static func rows(_ file: URL, columns: Int) throws -> [Double] {
    let text = try String(contentsOf: file, encoding: .utf8)
    var result: [Double] = []
    for (line, row) in text.split(whereSeparator: \.isNewline).enumerated() {
      guard !row.hasPrefix("#") else { continue }
      let fields = row.split(whereSeparator: \.isWhitespace)
      let numbers = fields.compactMap { Double($0) }
      guard numbers.count == fields.count, numbers.count == columns + 2 else {
        throw SamplingError.field(
          "\(file.path), line \(line + 1)",
          expected: "a weight, -ln of the density and \(columns) parameters",
          found: "\(fields.count) fields, \(numbers.count) of them numbers")
      }
      guard let weight = Int(exactly: numbers[0]), weight >= 0 else {
        throw SamplingError.field(
          "\(file.path), line \(line + 1): weight", expected: "a whole number of draws",
          found: "\(numbers[0])")
      }
      for _ in 0..<weight { result += numbers.dropFirst() }
    }
    return result
  }
}
