public import Foundation
internal import HDF5
internal import NumericalCore

/// ArviZ' `InferenceData` as netCDF-4, which is HDF5 with dimension scales: groups whose variables
/// have the axes chain and draw.
///
/// The axis `chain` has the independent chains; an ensemble is one of them, its walkers follow
/// each other along `draw`, since R-hat between walkers of one ensemble means nothing.
extension Chains {
  private static let walkersAttribute = "walkers_per_ensemble"
  private static let namesAttribute = "parameter_names"
  private static let provenancePrefix = "provenance_"

  /// Writes a file that `arviz.from_netcdf` opens: `posterior`, `sample_stats` (`lp` and what the
  /// kernel reported) and, where the prior of the draws is known, `log_likelihood` and `log_prior`.
  ///
  /// - Throws: `HDF5Error`; ``SamplingError/field(_:expected:found:)`` for names that become equal
  ///   without a slash. Nothing is left behind then.
  public func writeArviZ(to url: URL) throws {
    let variables = try Self.plainNames(names, replacing: ["/"], taken: ["chain", "draw"], url)
    let priors = statistics[SamplingRun.logPriorName]
    try HDF5File.writeAtomically(to: url) { file in
      let posterior = try axes(of: file.createGroup("posterior"))
      for (column, name) in variables.enumerated() {
        try write(name, positions.column(column), to: posterior)
      }
      if let ensembles {
        try posterior.group.setAttribute(Self.walkersAttribute, walkers / ensembles)
      }
      // Variables have no order, and no slashes.
      try posterior.group.setAttribute(Self.namesAttribute, names)
      try posterior.group.setAttribute("inference_library", "dnnlikelihood")
      for (key, value) in provenance {
        try posterior.group.setAttribute(Self.provenancePrefix + key, value)
      }
      let sampling = try axes(of: file.createGroup("sample_stats"))
      try write("lp", logDensities, to: sampling)
      for (name, values) in statistics.sorted(by: { $0.key < $1.key })
      where name != SamplingRun.logPriorName {
        try write(name, values, to: sampling)
      }
      try sampling.group.setAttribute("divergences", divergences)
      try sampling.group.writeDataset("acceptance_of_walkers", acceptance, shape: [walkers])
        .makeDimensionScale()
      guard let priors else { return }
      let likelihood = try axes(of: file.createGroup("log_likelihood"))
      // -∞ less -∞ does not occur: every draw has a finite density.
      try write("log_likelihood", zip(logDensities, priors).map { $0 - $1 }, to: likelihood)
      try write("log_prior", priors, to: try axes(of: file.createGroup("log_prior")))
    }
  }

  private struct Axes {
    let group: HDF5Group
    let chain, draw: HDF5Dataset
  }

  private var arvizShape: [Int] {
    let chains = ensembles ?? walkers
    return [chains, positions.rows / chains]
  }

  private func axes(of group: HDF5Group) throws -> Axes {
    let scales = try zip(["chain", "draw"], arvizShape).map { name, length in
      let scale = try group.writeDataset(name, Array(0..<length), shape: [length])
      try scale.makeDimensionScale()
      return scale
    }
    return Axes(group: group, chain: scales[0], draw: scales[1])
  }

  private func write(_ name: String, _ values: [Double], to axes: Axes) throws {
    let ordered = chainMajor(values)
    let dataset: HDF5Dataset
    switch name {
    case "diverging":
      dataset = try axes.group.writeDataset(
        name, ordered.map { Int8($0 == 0 ? 0 : 1) }, shape: arvizShape)
      try dataset.setAttribute("dtype", "bool")
    case "tree_depth", "n_steps":
      dataset = try axes.group.writeDataset(name, ordered.map { Int($0) }, shape: arvizShape)
    default: dataset = try axes.group.writeDataset(name, ordered, shape: arvizShape)
    }
    try dataset.attachScale(axes.chain, axis: 0)
    try dataset.attachScale(axes.draw, axis: 1)
  }

  /// One number a draw, all draws of the first chain (or ensemble) first.
  func chainMajor(_ values: [Double]) -> [Double] {
    let groups = ensembles ?? walkers
    let size = walkers / groups
    var result: [Double] = []
    result.reserveCapacity(values.count)
    for group in 0..<groups {
      for step in 0..<steps {
        let first = step * walkers + group * size
        result += values[first..<first + size]
      }
    }
    return result
  }

  /// Names without some characters, each still different from the others.
  static func plainNames(
    _ names: [String], replacing characters: Set<Character>, taken: Set<String> = [], _ url: URL
  ) throws -> [String] {
    var seen = taken
    return try names.map { name in
      let plain = String(name.map { characters.contains($0) ? "_" : $0 })
      guard seen.insert(plain).inserted else {
        throw SamplingError.field(
          "\(url.path): name of the parameter '\(name)'",
          expected: "one that no other has without the characters that the format forbids",
          found: "'\(plain)' twice")
      }
      return plain
    }
  }

  /// Reads an ArviZ file: all variables of `posterior`, `lp` as the log density, and what else
  /// `sample_stats` has of every draw. Elements of a variable with further axes are called
  /// `theta[0]`, `theta[0,1]`, ….
  ///
  /// - Throws: `HDF5Error`, ``SamplingError/field(_:expected:found:)``.
  public init(readingArviZ url: URL) throws {
    let file = try HDF5File(reading: url)
    let posterior = try file.group("posterior")
    var columns: [(name: String, values: [Double])] = []
    var shape: [Int] = []
    for name in try Self.variables(posterior) {
      let dataset = try posterior.dataset(name)
      let found = try dataset.shape
      if shape.isEmpty, found.count >= 2 { shape = Array(found.prefix(2)) }
      guard found.count >= 2, Array(found.prefix(2)) == shape, shape.reduce(1, *) > 0 else {
        throw SamplingError.field(
          "\(url.path): shape of '\(dataset.path)'",
          expected: "the axes chain and draw, of the same lengths everywhere", found: "\(found)")
      }
      let values = try dataset.read(as: Double.self)
      let extra = Array(found.dropFirst(2))
      let width = extra.reduce(1, *)
      for k in 0..<width {
        let series = stride(from: k, to: values.count, by: width).map { values[$0] }
        columns.append((name + Self.index(k, extra), series))
      }
    }
    guard !columns.isEmpty else {
      throw SamplingError.field(
        "\(url.path): group 'posterior'", expected: "at least one variable", found: "none")
    }
    if try posterior.hasAttribute(Self.namesAttribute) {
      let names = try posterior.textAttributes(Self.namesAttribute)
      let plain = try Self.plainNames(names, replacing: ["/"], url)
      let values = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.values) })
      // Another program may have added or removed variables.
      if Set(plain) == Set(values.keys) {
        columns = zip(plain, names).map { plain, name in (name, values[plain] ?? []) }
      }
    }
    let each =
      try posterior.hasAttribute(Self.walkersAttribute)
      ? posterior.attribute(Self.walkersAttribute, as: Int.self) : 1
    let (groups, draws) = (shape[0], shape[1])
    guard each > 0, draws % each == 0 else {
      throw SamplingError.field(
        "\(url.path): attribute '\(Self.walkersAttribute)'",
        expected: "a divisor of the \(draws) draws", found: "\(each)")
    }
    let isEnsemble = try posterior.hasAttribute(Self.walkersAttribute)
    let steps = draws / each
    func stepMajor(_ values: [Double]) -> [Double] {
      var result: [Double] = []
      result.reserveCapacity(values.count)
      for step in 0..<steps {
        for group in 0..<groups {
          let first = group * draws + step * each
          result += values[first..<first + each]
        }
      }
      return result
    }
    var series: [String: [Double]] = [:]
    var divergences = 0
    var acceptance: [Double]?
    if try file.exists("sample_stats") {
      let group = try file.group("sample_stats")
      for name in try Self.variables(group) {
        let dataset = try group.dataset(name)
        guard try dataset.shape == shape else { continue }
        series[name] = stepMajor(try dataset.read(as: Double.self))
      }
      divergences =
        try group.hasAttribute("divergences")
        ? group.attribute("divergences", as: Int.self)
        : series["diverging"].map { Int($0.reduce(0, +)) } ?? 0
      if try group.exists("acceptance_of_walkers") {
        acceptance = try group.dataset("acceptance_of_walkers").read(as: Double.self)
      }
    }
    let walkers = groups * each
    let ordered = columns.map { stepMajor($0.values) }
    var positions = Matrix<Double>(rows: walkers * steps, columns: columns.count, repeating: 0)
    for (k, column) in ordered.enumerated() {
      for row in 0..<positions.rows { positions[row, k] = column[row] }
    }
    let logDensities = series.removeValue(forKey: "lp")
    if let rates = series["acceptance_rate"], acceptance == nil {
      acceptance = (0..<walkers).map { walker in
        (0..<steps).reduce(0) { $0 + rates[$1 * walkers + walker] } / Double(steps)
      }
    }
    var provenance: [String: String] = [:]
    for name in try posterior.attributeNames() where name.hasPrefix(Self.provenancePrefix) {
      provenance[String(name.dropFirst(Self.provenancePrefix.count))] =
        try posterior.textAttribute(name)
    }
    self.init(
      names: columns.map(\.name), walkers: walkers, ensembles: isEnsemble ? groups : nil,
      positions: positions,
      logDensities: logDensities ?? Array(repeating: 0, count: positions.rows),
      acceptance: acceptance ?? Array(repeating: .nan, count: walkers),
      divergences: divergences, provenance: provenance)
    if try file.exists("log_prior/log_prior"),
      case let dataset = try file.dataset("log_prior/log_prior"), try dataset.shape == shape
    {
      series[SamplingRun.logPriorName] = stepMajor(try dataset.read(as: Double.self))
    }
    statistics = series
  }

  private static func index(_ k: Int, _ shape: [Int]) -> String {
    guard !shape.isEmpty else { return "" }
    var rest = k
    let places = shape.reversed().map { length in
      defer { rest /= length }
      return "\(rest % length)"
    }
    return "[" + places.reversed().joined(separator: ",") + "]"
  }

  /// All data sets but the scales of the axes.
  private static func variables(_ group: HDF5Group) throws -> [String] {
    try group.datasetNames().filter { name in
      let dataset = try group.dataset(name)
      guard try dataset.hasAttribute("CLASS") else { return true }
      return try dataset.textAttribute("CLASS") != "DIMENSION_SCALE"
    }
  }
}
