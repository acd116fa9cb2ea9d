internal import Foundation
internal import NumericalCore

/// Which column of a table is what: as stated, or else by its name.
public struct SampleColumns: Sendable {
  /// Columns by role. A minus before the name says that the column holds the negative.
  public var roles: [SampleRole: String]
  /// A column with chi² = -2 log L.
  public var chi2: String?
  /// The parameters, in this order; all columns that are left if `nil`.
  public var parameters: [String]?

  /// Which column is what.
  public init(
    roles: [SampleRole: String] = [:], chi2: String? = nil, parameters: [String]? = nil
  ) {
    self.roles = roles
    self.chi2 = chi2
    self.parameters = parameters
  }

  /// A column and the factor that makes its role of it.
  struct Source: Sendable {
    let column: Int
    let factor: Double
  }

  /// The table with its densities in their places and the parameters alone in its points, and the
  /// names of the columns of the densities.
  ///
  /// - Throws: ``InputError`` naming unknown, ambiguous and missing columns.
  func assign(_ table: SampleTable) throws -> (table: SampleTable, sources: [SampleRole: String]) {
    var sources: [SampleRole: Source] = try stated(table)
    let asked = Set(parameters ?? [])
    var setAside: Set<Int> = []
    for role in SampleRole.allCases {
      let candidates = table.names.indices.filter { column in
        let name = table.names[column]
        return SampleMeaning(of: name)?.role == role && !asked.contains(name)
          && !sources.values.contains { $0.column == column }
      }
      if sources[role] != nil || table.has(role) {
        setAside.formUnion(candidates)
      } else if let first = candidates.first {
        guard candidates.count == 1 else {
          throw InputError.malformed(
            table.source, place: "columns",
            expected: "one \(role.rawValue); choose with \(role.option)"
              + (role == .logLikelihood ? " or --chi2" : ""),
            found: listed(candidates.map { table.names[$0] }))
        }
        sources[role] = Source(
          column: first, factor: SampleMeaning(of: table.names[first])?.factor ?? 1)
      }
    }
    let taken = Set(sources.values.map(\.column))
    let columns = try parameterColumns(table, taken: taken, setAside: setAside)
    var result = table
    for (role, source) in sources {
      result.set(role, table.points.column(source.column).map { source.factor * $0 })
    }
    result.points = table.points.selectingColumns(columns)
    result.names = columns.map { table.names[$0] }
    result.ignored += table.names.indices
      .filter { !columns.contains($0) && !taken.contains($0) }.map { table.names[$0] }
    return (result, sources.mapValues { Self.text($0, table) })
  }

  private static func text(_ source: Source, _ table: SampleTable) -> String {
    let name = table.names[source.column]
    return switch source.factor {
    case 1: name
    case -1: "-\(name)"
    default: "\(source.factor) \(name)"
    }
  }

  /// The columns of the options.
  private func stated(_ table: SampleTable) throws -> [SampleRole: Source] {
    var result: [SampleRole: Source] = [:]
    for role in SampleRole.allCases {
      guard let text = roles[role] else { continue }
      result[role] = try source(text, role, table)
    }
    if let chi2 {
      guard result[.logLikelihood] == nil else {
        throw InputError.value(
          "--chi2", expected: "either this or --log-likelihood", found: "both")
      }
      result[.logLikelihood] = Source(
        column: try column(chi2, "--chi2", table), factor: -0.5)
    }
    for (role, source) in result {
      for (other, twin) in result where role != other && twin.column == source.column {
        throw InputError.value(
          role.option, expected: "a column of its own",
          found: "'\(table.names[source.column])', which is \(other.option) too")
      }
    }
    return result
  }

  private func source(
    _ text: String, _ role: SampleRole, _ table: SampleTable
  ) throws -> Source {
    if !table.names.contains(text), text.hasPrefix("-") {
      return Source(column: try column(String(text.dropFirst()), role.option, table), factor: -1)
    }
    let meaning = SampleMeaning(of: text)
    return Source(
      column: try column(text, role.option, table),
      factor: meaning?.role == role ? meaning?.factor ?? 1 : 1)
  }

  private func column(_ name: String, _ option: String, _ table: SampleTable) throws -> Int {
    guard let column = table.names.firstIndex(of: name) else {
      throw InputError.malformed(
        table.source, place: "columns", expected: "'\(name)' of \(option)",
        found: listed(table.names))
    }
    return column
  }

  private func parameterColumns(
    _ table: SampleTable, taken: Set<Int>, setAside: Set<Int>
  ) throws -> [Int] {
    if let parameters {
      var columns: [Int] = []
      for name in parameters {
        let found = try column(name, "--parameters", table)
        guard !columns.contains(found), !taken.contains(found) else {
          throw InputError.value(
            "--parameters", expected: "columns once, none of them a density or a weight",
            found: "'\(name)'")
        }
        columns.append(found)
      }
      guard !columns.isEmpty else {
        throw InputError.value("--parameters", expected: "at least one name", found: "none")
      }
      return columns
    }
    let left = table.names.indices.filter {
      !taken.contains($0) && !setAside.contains($0) && !table.derived.contains(table.names[$0])
    }
    let unknown = left.map { table.names[$0] }.filter(SampleMeaning.isSuspicious)
    guard unknown.isEmpty else {
      throw InputError.malformed(
        table.source, place: "columns",
        expected: "parameters, densities and weights; --ignore leaves columns out, --parameters "
          + "chooses", found: "unknown ones: \(listed(unknown))")
    }
    guard !left.isEmpty else {
      throw InputError.malformed(
        table.source, place: "columns", expected: "at least one parameter",
        found: listed(table.names))
    }
    return left
  }
}

extension SampleTable {
  func has(_ role: SampleRole) -> Bool { values(of: role) != nil }

  /// What is known of every row in a role.
  func values(of role: SampleRole) -> [Double]? {
    switch role {
    case .logLikelihood: logLikelihoods
    case .logPrior: logPriors
    case .logPosterior: logPosteriors
    case .weight: weights
    }
  }

  mutating func set(_ role: SampleRole, _ values: [Double]) {
    switch role {
    case .logLikelihood: logLikelihoods = values
    case .logPrior: logPriors = values
    case .logPosterior: logPosteriors = values
    case .weight: weights = values
    }
  }
}
