public import Foundation
public import Likelihoods
internal import Yams

/// What a file of `kind: external` says about a likelihood that another program computes: where
/// the program is, how it is asked, and the names, bounds and priors of its parameters.
///
/// ```yaml
/// kind: external
/// address: umbridge+http://localhost:4242/posterior   # or  library: libmine.so
/// returns: log-likelihood                             # or  log-posterior
/// parameters:
///   - {name: mu, initial: 1, lower: 0, upper: 5, role: parameterOfInterest}
///   - {name: alpha, prior: {normal: {mean: 0, standardDeviation: 1}}}
/// ```
public struct ExternalConfiguration: Sendable {
  /// The program.
  public enum Program: Sendable, Equatable {
    /// A model of a UM-Bridge server.
    case server(UMBridgeAddress, UMBridgeModel.Options)
    /// A shared library and its configuration as JSON.
    case library(URL, configuration: String)
  }

  /// What is said about a parameter; what is absent is what the program says, or the default of
  /// ``Likelihoods/Parameter``.
  public struct Entry: Sendable, Equatable {
    /// The name.
    public var name: String
    /// Starting value.
    public var initial: Double?
    /// Lower bound, which belongs to the range.
    public var lower: Double?
    /// Upper bound, which belongs to the range.
    public var upper: Double?
    /// Typical width.
    public var scale: Double?
    /// Parameter of interest or nuisance parameter.
    public var role: ParameterRole?
    /// Label for figures and tables.
    public var label: String?
    /// Whether fits keep it at its initial value.
    public var fixed: Bool?
    /// The prior; without it the prior is the constant 1 inside the bounds.
    public var prior: ParameterPrior?
  }

  /// The file.
  public let file: URL
  /// The program.
  public let program: Program
  /// What its numbers are.
  public let returned: ExternalLikelihood.Returned
  /// The parameters; for a server in the order of its inputs, for a library by name.
  public let entries: [Entry]

  /// Whether a file says that it is of this kind.
  ///
  /// - Throws: ``InputError`` if it is not YAML.
  public static func isExternal(_ file: URL) throws -> Bool {
    try YAMLReader(reading: file).optional("kind")?.text() == "external"
  }

  /// Reads a file.
  ///
  /// - Throws: ``InputError`` naming the line and the key, errors of the address.
  public init(reading file: URL) throws {
    let root = try YAMLReader(reading: file)
    try root.allow([
      "kind", "address", "library", "model", "config", "parameters", "returns", "timeout",
      "retries", "concurrency",
    ])
    self.file = file
    returned =
      try root.optional("returns")?.choice(ExternalLikelihood.Returned.self) ?? .logLikelihood
    entries = try root.optional("parameters")?.items().map { try Self.entry($0) } ?? []
    program = try Self.program(root, file)
    let priors = entries.filter { $0.prior != nil }.count
    guard returned == .logLikelihood || priors == 0 || priors == entries.count else {
      throw InputError.malformed(
        file, place: "parameters",
        expected: "the prior of every parameter or of none, as the program returns a log-posterior",
        found: "priors of \(priors) of \(entries.count)")
    }
  }

  private static func program(_ root: YAMLReader, _ file: URL) throws -> Program {
    let config = try root.optional("config")?.members() ?? [:]
    if let library = try root.optional("library")?.text() {
      for key in ["address", "model", "timeout", "retries", "concurrency"] {
        guard let other = try root.optional(key) else { continue }
        throw other.problem("no such key beside 'library'")
      }
      let url = URL(filePath: library, relativeTo: file.deletingLastPathComponent())
      return .library(url.absoluteURL, configuration: UMBridgeValue.object(config).text)
    }
    let place = try root.required("address")
    guard var address = try? UMBridgeAddress(place.text()) else {
      throw place.problem("umbridge+http://host:port/model or umbridge+https://host:port/model")
    }
    if let model = try root.optional("model")?.text() { address.model = model }
    address.configuration.merge(config) { $1 }
    var options = UMBridgeModel.Options()
    if let value = try root.optional("timeout") { options.timeout = try value.positive() }
    if let value = try root.optional("retries") {
      options.retryPolicy.retries = try value.integer(atLeast: 0)
    }
    if let value = try root.optional("concurrency") {
      options.concurrency = try value.integer(atLeast: 1)
    }
    return .server(address, options)
  }

  private static func entry(_ node: YAMLReader) throws -> Entry {
    try node.allow([
      "name", "initial", "lower", "upper", "scale", "role", "label", "fixed", "prior",
    ])
    return Entry(
      name: try node.required("name").text(), initial: try node.optional("initial")?.number(),
      lower: try node.optional("lower")?.number(), upper: try node.optional("upper")?.number(),
      scale: try node.optional("scale")?.positive(),
      role: try node.optional("role")?.choice(ParameterRole.self),
      label: try node.optional("label")?.text(), fixed: try node.optional("fixed")?.flag(),
      prior: try node.optional("prior").map { try prior($0) })
  }

  private static func prior(_ node: YAMLReader) throws -> ParameterPrior {
    try node.allow(["normal", "uniform"])
    if let normal = try node.optional("normal") {
      try normal.allow(["mean", "standardDeviation"])
      return .normal(
        mean: try normal.required("mean").number(),
        standardDeviation: try normal.required("standardDeviation").positive())
    }
    let uniform = try node.required("uniform")
    try uniform.allow(["lower", "upper"])
    let lower = try uniform.required("lower").number()
    let upper = try uniform.required("upper").number()
    guard lower < upper else { throw uniform.problem("lower below upper") }
    return .uniform(lower: lower, upper: upper, logDensity: -log(upper - lower))
  }
}
