internal import Likelihoods

/// What is said about a likelihood beside where it is; `nil` or empty leaves it to the file.
public struct LikelihoodOptions: Sendable, Equatable {
  /// The measurement of a HistFactory workspace.
  public var measurement: String?
  /// The parameter of interest, instead of the measurement's.
  public var parameterOfInterest: String?
  /// Patches of a workspace, in order: files, with `:name` for one of a patch set.
  public var patches: [String]
  /// Interpolation codes by modifier type, e.g. `histosys: 4p`.
  public var interpolation: [String: String]

  /// The given options.
  public init(
    measurement: String? = nil, parameterOfInterest: String? = nil, patches: [String] = [],
    interpolation: [String: String] = [:]
  ) {
    self.measurement = measurement
    self.parameterOfInterest = parameterOfInterest
    self.patches = patches
    self.interpolation = interpolation
  }

  /// Whether nothing is said.
  public var isEmpty: Bool { self == LikelihoodOptions() }

  /// The codes of interpolation for a workspace; those of pyhf where nothing is said.
  ///
  /// - Throws: ``InputError`` for a type or a code that does not exist.
  func histFactoryInterpolation() throws(InputError) -> HistFactoryInterpolation {
    var result = HistFactoryInterpolation()
    for (type, code) in interpolation {
      switch type {
      case "normsys": result.normsys = try Self.code(code, for: type)
      case "histosys": result.histosys = try Self.code(code, for: type)
      default:
        throw .value("interpolation", expected: "normsys or histosys", found: "'\(type)'")
      }
    }
    return result
  }

  private static func code<Code: CaseIterable & RawRepresentable<String>>(
    _ text: String, for type: String
  ) throws(InputError) -> Code {
    guard let code = Code(rawValue: "code\(text)") else {
      throw .value(
        "interpolation of \(type)",
        expected: Code.allCases.map { String($0.rawValue.dropFirst(4)) }.joined(separator: ", "),
        found: "'\(text)'")
    }
    return code
  }

  /// The options that are given, by their names in files.
  var names: [String] {
    var result: [String] = []
    if measurement != nil { result.append("measurement") }
    if parameterOfInterest != nil { result.append("poi") }
    if !patches.isEmpty { result.append("patch") }
    if !interpolation.isEmpty { result.append("interpolation") }
    return result
  }
}
