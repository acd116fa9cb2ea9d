internal import Foundation
internal import HDF5
internal import NumericalCore
internal import Sampling

extension SampleReading {
  /// A backend of emcee or chains of this framework: `log_prob` is the log-posterior, blobs are
  /// columns that depend on the parameters (a field `log_prior` among them is the prior).
  func emcee(_ url: URL) throws -> SampleTable {
    let name = try group ?? Self.chainGroup(url)
    let chains = try Chains(reading: url, group: name)
    let source = try HDF5File(reading: url).group(name)
    let hasNames = try source.hasAttribute("parameter_names")
    var collector = ColumnCollector(url)
    var names = chains.names
    if hasNames || columns != nil {
      names = try self.names(hasNames ? chains.names : nil, count: chains.names.count, url)
    }
    try collector.add(names, block: chains.positions.elements, rows: chains.positions.rows)
    let blobs = try addBlobs(source, chains, to: &collector)
    var table = try collector.table(.emcee)
    table.derived = Set(collector.names.dropFirst(chains.names.count))
    table.logPosteriors = chains.logDensities
    table.ignored = blobs
    return dropping(table)
  }

  private static func chainGroup(_ url: URL) throws -> String {
    let file = try HDF5File(reading: url)
    let groups = try file.groupNames().filter { name in
      let group = try file.group(name)
      return try group.exists("chain") && group.exists("log_prob")
    }
    guard groups.count > 1 else { return groups.first ?? Chains.emceeGroup }
    throw InputError.malformed(
      url, place: "groups", expected: "one chain, or its name with --group", found: listed(groups))
  }

  /// Adds the blobs of the finished steps; returns the names of those that hold no numbers.
  private func addBlobs(
    _ group: HDF5Group, _ chains: Chains, to collector: inout ColumnCollector
  ) throws -> [String] {
    guard try group.exists("blobs") else { return [] }
    let blobs = try group.dataset("blobs")
    let (lengths, rows) = (try blobs.shape, chains.positions.rows)
    guard lengths.count >= 2, lengths[1] == chains.walkers else {
      throw InputError.malformed(
        group.fileURL, place: "'\(blobs.path)'",
        expected: "the axes steps and \(chains.walkers) walkers", found: "the shape \(lengths)")
    }
    var ignored: [String] = []
    // Steps that emcee made room for but did not fill stand at the end.
    func add(
      _ name: String, _ type: HDF5ElementType, _ extra: [Int], _ values: () throws -> [Double]
    )
      throws
    {
      guard type.isNumeric else { return ignored.append(name) }
      let shape = extra + type.axes
      let width = shape.reduce(1, *)
      let all = try values()
      guard all.count >= rows * width else {
        throw InputError.malformed(
          group.fileURL, place: "'\(blobs.path)'", expected: "\(rows) rows",
          found: "\(width > 0 ? all.count / width : 0)")
      }
      try collector.add(name, block: all, rows: rows, shape: shape)
    }
    let type = try blobs.elementType
    if case .compound(let fields) = type {
      for field in fields {
        try add(field.name, field.type, []) { try blobs.readField(field.name, as: Double.self) }
      }
    } else {
      let extra = Array(lengths.dropFirst(2)).dropLast(type.axes.count)
      try add("blob", type, Array(extra)) { try blobs.read(as: Double.self) }
    }
    return ignored
  }
}

extension HDF5ElementType {
  /// Whether it is numbers, or arrays of numbers.
  var isNumeric: Bool {
    switch self {
    case .integer, .float, .boolean: true
    case .array(let element, _): element.isNumeric
    default: false
    }
  }

  /// The axes that one element has.
  var axes: [Int] {
    if case .array(let element, let shape) = self { return shape + element.axes }
    return []
  }
}
