internal import Foundation
internal import HDF5
internal import NumericalCore

/// The layout of ArviZ' `InferenceData.to_netcdf` (netCDF-4, which is HDF5): groups with variables
/// over (chain, draw, …). `posterior` holds the parameters, `log_likelihood` and `log_prior` terms
/// that are summed, `sample_stats/lp` the density that was sampled.
extension SampleReading {
  /// The posterior draws of an ArviZ file.
  func arviz(_ url: URL) throws -> SampleTable {
    let file = try HDF5File(reading: url)
    let posterior = try file.group("posterior")
    var collector = ColumnCollector(url)
    var ignored: [String] = []
    var draws: [Int]?
    for name in try Self.variables(posterior) {
      if isIgnored(name) {
        ignored.append(name)
        continue
      }
      let variable = try posterior.dataset(name)
      let shape = try Self.shape(variable, draws: draws)
      draws = Array(shape.prefix(2))
      try collector.add(
        name, block: try variable.read(as: Double.self), rows: shape[0] * shape[1],
        shape: Array(shape.dropFirst(2)))
    }
    var table = try collector.table(.arviz)
    table.ignored = ignored
    let found = draws ?? []
    table.logLikelihoods = try Self.sum(file, "log_likelihood", draws: found)
    table.logPriors = try Self.sum(file, "log_prior", draws: found)
    if try file.exists("sample_stats/lp") {
      let lp = try file.dataset("sample_stats/lp")
      if table.logLikelihoods != nil, table.logPriors != nil {
        table.notes.append("'sample_stats/lp' is not used: likelihood and prior are there")
      } else {
        try lp.requireShape(found)
        table.logPosteriors = try lp.read(as: Double.self)
        table.notes.append(
          "'sample_stats/lp' is taken as the log-posterior of the parameters as they are; samplers "
            + "that transform bounded parameters (Stan, PyMC) add the Jacobian to it")
      }
    }
    return dropping(table)
  }

  /// The names of a group's variables: all data sets but the scales of the axes.
  private static func variables(_ group: HDF5Group) throws -> [String] {
    try group.datasetNames().filter { name in
      let dataset = try group.dataset(name)
      guard try dataset.hasAttribute("CLASS") else { return true }
      return try dataset.textAttribute("CLASS") != "DIMENSION_SCALE"
    }
  }

  private static func shape(_ variable: HDF5Dataset, draws: [Int]?) throws -> [Int] {
    let shape = try variable.shape
    guard shape.count >= 2, draws.map({ $0 == Array(shape.prefix(2)) }) ?? true else {
      throw InputError.malformed(
        variable.fileURL, place: "'\(variable.path)'",
        expected: draws.map { "the axes chain and draw of lengths \($0)" }
          ?? "the axes chain and draw first", found: "the shape \(shape)")
    }
    return shape
  }

  /// The sum of all terms of a group for every draw; `nil` without the group.
  private static func sum(_ file: HDF5File, _ name: String, draws: [Int]) throws -> [Double]? {
    guard try file.groupNames().contains(name) else { return nil }
    let group = try file.group(name)
    var total: [Double]?
    for name in try variables(group) {
      let variable = try group.dataset(name)
      let width = try shape(variable, draws: draws).dropFirst(2).reduce(1, *)
      let values = try variable.read(as: Double.self)
      var sums = total ?? Array(repeating: 0, count: draws.reduce(1, *))
      for i in sums.indices { for k in 0..<width { sums[i] += values[i * width + k] } }
      total = sums
    }
    return total
  }
}
