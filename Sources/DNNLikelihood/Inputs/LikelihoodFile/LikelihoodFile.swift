public import Foundation
internal import Likelihoods

/// A YAML file that gives a likelihood other priors (`kind: posterior`), or combines several
/// (`kind: combination`).
///
/// ```yaml
/// kind: combination
/// likelihoods:
///   - name: a
///     likelihood: a.json            # relative to this file, a built-in name, or an address
///     rename: {mu_sig: mu}
///   - {name: b, likelihood: b.onnx}
/// shared: [mu]                      # or: all
/// distinct: all                     # the other common names become a.x and b.x
/// constraints:
///   - {parameters: [x, y], mean: [0, 0], covariance: [[1, 0.5], [0.5, 1]]}
/// priors: {mu: {uniform: [0, 10]}}
/// fix: {lumi: 1}
/// parameter-of-interest: mu
/// ```
public struct LikelihoodFile {
  /// Opens what a reference names; the folder is that of the file in which it stands.
  public typealias Loader = (
    _ reference: String, _ options: LikelihoodOptions, _ folder: URL
  ) throws -> any Posterior

  /// A likelihood that the file refers to.
  struct Reference {
    var name: String
    var reference: String
    var options: LikelihoodOptions
    var rename: [String: String]
    var place: YAMLValue
  }

  /// The file.
  public let file: URL
  let references: [Reference]
  let isCombination: Bool
  let sharing: ParameterSharing
  let keepingConstraints: NameSelection
  let prior: Prior
  let overrides: [String: ParameterOverride]
  let parameterOfInterest: String?
  /// Where parameters are named, to say where an unknown one stands.
  let places: [String: YAMLValue]
  private let whole: YAMLValue

  private static let commonKeys = [
    "priors", "constraints", "parameters", "fix", "parameter-of-interest",
  ]

  /// Reads a file; what it refers to is not opened yet.
  ///
  /// - Throws: ``InputError`` naming file, line, key, what was expected and what was found.
  public init(reading file: URL) throws {
    try self.init(YAMLValue.read(file))
  }

  /// What a file says that has been read.
  init(_ whole: YAMLValue) throws {
    file = whole.file
    self.whole = whole
    isCombination =
      try LikelihoodKind(of: whole, among: [.combination, .posterior]) == .combination
    let fields: [String: YAMLValue]
    if isCombination {
      fields = try whole.fields(
        "a combination",
        known: ["kind", "likelihoods", "shared", "distinct", "keep-constraints"]
          + Self.commonKeys, required: ["likelihoods"])
      references = try Self.references(fields["likelihoods"])
    } else {
      fields = try whole.fields(
        "a posterior",
        known: ["kind", "likelihood", "measurement", "patch", "interpolation"] + Self.commonKeys,
        required: ["likelihood"])
      references = [try Self.reference(fields, name: "likelihood", at: whole)]
    }
    var places: [String: YAMLValue] = [:]
    sharing = ParameterSharing(
      shared: try fields["shared"].map { try Self.selection($0, &places) } ?? .none,
      distinct: try fields["distinct"].map { try Self.selection($0, &places) } ?? .none)
    keepingConstraints =
      try fields["keep-constraints"].map { try Self.selection($0, &places) } ?? .none
    prior = try Self.prior(fields["priors"], fields["constraints"], &places)
    parameterOfInterest = try fields["parameter-of-interest"].map { value in
      places[try value.text()] = value
      return try value.text()
    }
    overrides = try Self.overrides(
      fields["parameters"], fields["fix"], interest: parameterOfInterest, &places)
    self.places = places
  }

  /// Opens the likelihoods and puts them together.
  ///
  /// - Throws: errors of `loader` and of the combination, with file and line.
  public func load(with loader: Loader) throws -> any Posterior {
    let folder = file.deletingLastPathComponent()
    let densities = try references.map { reference in
      do {
        return try loader(reference.reference, reference.options, folder)
      } catch {
        throw InputError.inside(file, place: reference.place.place, error)
      }
    }
    do {
      let density = try combined(densities)
      guard let parameterOfInterest else { return density }
      return try Self.interested(density, in: parameterOfInterest)
    } catch {
      throw InputError.inside(file, place: place(of: error).place, error)
    }
  }

  private func combined(_ densities: [any Posterior]) throws -> any Posterior {
    if isCombination {
      return try CombinedLikelihood(
        zip(references, densities).map { .init($0.name, $1, renaming: $0.rename) },
        sharing: sharing, prior: prior, keepingConstraints: keepingConstraints,
        overriding: overrides)
    }
    func changed(_ density: some Posterior) throws -> any Posterior {
      try LikelihoodWithPrior(density, prior: prior, overriding: overrides)
    }
    return try changed(densities[0])
  }

  /// The density with one parameter of interest.
  static func interested(
    _ density: some Posterior, in name: String
  ) throws -> any Posterior {
    _ = try density.parameters.index(of: name)
    var roles: [String: ParameterOverride] = [:]
    for parameter in density.parameters.parameters where parameter.role == .parameterOfInterest {
      roles[parameter.name] = ParameterOverride(role: .nuisance)
    }
    roles[name] = ParameterOverride(role: .parameterOfInterest)
    return try LikelihoodWithPrior(density, overriding: roles)
  }

  /// Where in the file the cause of an error stands, as far as it names a parameter.
  private func place(of error: any Error) -> YAMLValue {
    let name: String?
    switch error {
    case ParameterError.unknownName(let parameter, _),
      ParameterError.emptyRange(let parameter, _, _),
      ParameterError.outsideBounds(let parameter, _, _, _),
      ParameterError.invalidScale(let parameter, _), PriorError.widerBounds(let parameter, _, _, _),
      CombinationError.notCommon(let parameter, _), CombinationError.contradictory(let parameter):
      name = parameter
    case CombinationError.unknownRenamed(let likelihood, _, _),
      CombinationError.equalNames(let likelihood, _):
      return references.first { $0.name == likelihood }?.place ?? whole
    default: name = nil
    }
    return name.flatMap { places[$0] } ?? references.first?.place ?? whole
  }
}
