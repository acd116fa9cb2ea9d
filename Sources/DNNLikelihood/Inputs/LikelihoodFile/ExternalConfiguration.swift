public import Foundation
public import Likelihoods

/// What a file of `kind: external` says about a likelihood that another program computes: where
/// the program is, how it is asked, and the names, bounds and priors of its parameters.
///
/// ```yaml
/// kind: external
/// address: umbridge+http://localhost:4242/posterior   # or  library: libmine.so
/// returns: log-likelihood                             # or  log-posterior
/// parameters:
///   - {name: mu, initial: 1, lower: 0, upper: 5, role: parameterOfInterest}
///   - {name: alpha, prior: {normal: {mean: 0, sd: 1}}}
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
    /// Starting value, bounds, role and the like.
    public var settings: ParameterOverride
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
  /// Where the parameters stand in the file, and each of them.
  let place: String
  let places: [String]

  /// Reads a file.
  ///
  /// - Throws: ``InputError`` naming file, line, key, what was expected and what was found.
  public init(reading file: URL) throws {
    try self.init(YAMLValue.read(file))
  }

  /// What a file says that has been read.
  init(_ whole: YAMLValue) throws(InputError) {
    _ = try LikelihoodKind(of: whole, among: [.external])
    let fields = try whole.fields(
      "an external likelihood",
      known: ["kind", "library", "config", "parameters", "returns"]
        + Self.serverKeys)
    file = whole.file
    returned = try fields["returns"]?.choice(of: ExternalLikelihood.Returned.self) ?? .logLikelihood
    let items = try fields["parameters"]?.list(of: "parameters") ?? []
    entries = try Self.entries(items)
    place = (fields["parameters"] ?? whole).place
    places = items.map(\.place)
    program = try Self.program(fields, whole)
    let priors = entries.filter { $0.prior != nil }.count
    guard returned == .logLikelihood || priors == 0 || priors == entries.count else {
      throw (fields["parameters"] ?? whole).error(
        expected: "the prior of every parameter or of none, as the program returns a log-posterior",
        found: "priors of \(priors) of \(entries.count)")
    }
  }

  private static let serverKeys = ["address", "model", "timeout", "retries", "concurrency"]

  private static func program(
    _ fields: [String: YAMLValue], _ whole: YAMLValue
  ) throws(InputError) -> Program {
    let config = try fields["config"]?.members() ?? [:]
    if let library = fields["library"] {
      for key in serverKeys {
        guard let other = fields[key] else { continue }
        throw other.error(expected: "no such key beside 'library'")
      }
      let url = URL(
        filePath: try library.text(), relativeTo: whole.file.deletingLastPathComponent())
      return .library(url.absoluteURL, configuration: UMBridgeValue.object(config).text)
    }
    guard let place = fields["address"] else {
      throw whole.error(
        expected: "an external likelihood with the key 'address' or 'library'", found: "none")
    }
    guard var address = try? UMBridgeAddress(place.text()) else {
      throw place.error(
        expected: "umbridge+http://host:port/model or umbridge+https://host:port/model")
    }
    if let model = fields["model"] { address.model = try model.text() }
    address.configuration.merge(config) { $1 }
    var options = UMBridgeModel.Options()
    if let value = fields["timeout"] { options.timeout = try seconds(value) }
    if let value = fields["retries"] {
      options.retryPolicy.retries = try value.integer(atLeast: 0)
    }
    if let value = fields["concurrency"] {
      options.concurrency = try value.integer(atLeast: 1)
    }
    return .server(address, options)
  }

  private static func seconds(_ value: YAMLValue) throws(InputError) -> Double {
    let seconds = try value.positive()
    let longest = UMBridgeModel.Options.longestTimeout
    guard seconds <= longest else {
      throw value.error(expected: "a number of seconds, at most \(Int(longest)), which is a day")
    }
    return seconds
  }

  private static func entries(_ items: [YAMLValue]) throws(InputError) -> [Entry] {
    var entries: [Entry] = []
    for item in items {
      let fields = try item.fields(
        "a parameter", known: ["name"] + YAMLValue.settingKeys + ["prior"], required: ["name"])
      guard let name = fields["name"] else { throw item.error(expected: "a name") }
      let text = try name.text()
      guard !entries.contains(where: { $0.name == text }) else {
        throw name.error(expected: "a name of its own for every parameter")
      }
      var prior: ParameterPrior?
      if let value = fields["prior"] { prior = try ParameterPrior(value) }
      entries.append(Entry(name: text, settings: try ParameterOverride(fields), prior: prior))
    }
    return entries
  }
}
