/// The ordered, named parameters of a density.
public struct ParameterSpace: Codable, Sendable, Equatable {
  /// The parameters, in the order of the columns of a batch of points.
  public let parameters: [Parameter]

  /// A space of parameters.
  ///
  /// - Throws: ``ParameterError`` if a name is empty or appears twice, if bounds are empty, or if
  ///   an initial value lies outside its bounds.
  public init(_ parameters: [Parameter]) throws {
    var seen: Set<String> = []
    for parameter in parameters {
      guard !parameter.name.isEmpty else { throw ParameterError.emptyName }
      guard seen.insert(parameter.name).inserted else {
        throw ParameterError.duplicateName(parameter.name)
      }
      guard parameter.lower < parameter.upper else {
        throw ParameterError.emptyRange(parameter.name, parameter.lower, parameter.upper)
      }
      guard parameter.allows(parameter.initial) else {
        throw ParameterError.outsideBounds(
          parameter.name, parameter.initial, parameter.lower, parameter.upper)
      }
      guard parameter.scale > 0, parameter.scale.isFinite else {
        throw ParameterError.invalidScale(parameter.name, parameter.scale)
      }
    }
    self.parameters = parameters
  }

  /// Number of parameters.
  public var count: Int { parameters.count }
  /// Names, in order.
  public var names: [String] { parameters.map(\.name) }
  /// Initial values, in order.
  public var initialValues: [Double] { parameters.map(\.initial) }

  /// Position of the first parameter of interest, if there is one.
  public var parameterOfInterest: Int? {
    parameters.firstIndex { $0.role == .parameterOfInterest }
  }

  /// Position of the parameter with a name.
  ///
  /// - Throws: ``ParameterError/unknownName(_:_:)``.
  public func index(of name: String) throws -> Int {
    guard let index = parameters.firstIndex(where: { $0.name == name }) else {
      throw ParameterError.unknownName(name, names)
    }
    return index
  }

  /// Whether every coordinate of a point lies inside its bounds.
  public func contains(_ point: some Sequence<Double>) -> Bool {
    zip(parameters, point).allSatisfy { $0.allows($1) }
  }
}

extension ParameterSpace {
  public init(from decoder: any Decoder) throws {
    try self.init([Parameter](from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    try parameters.encode(to: encoder)
  }
}

/// What can be wrong with a parameter or a reference to one.
public enum ParameterError: Error, Equatable, CustomStringConvertible {
  case emptyName
  case duplicateName(String)
  case emptyRange(String, Double, Double)
  case outsideBounds(String, Double, Double, Double)
  case invalidScale(String, Double)
  case unknownName(String, [String])
  case nothingFree(Int)

  public var description: String {
    switch self {
    case .emptyName: return "a parameter has an empty name"
    case .duplicateName(let name): return "two parameters are named '\(name)'"
    case .emptyRange(let name, let lower, let upper):
      return "parameter '\(name)': the lower bound \(lower) is not below the upper bound \(upper)"
    case .outsideBounds(let name, let value, let lower, let upper):
      return "parameter '\(name)': the value \(value) is outside its bounds [\(lower), \(upper)]"
    case .invalidScale(let name, let scale):
      return "parameter '\(name)': the scale \(scale) is not a positive number"
    case .nothingFree(let count):
      return "all \(count) parameters are held: none is left to vary"
    case .unknownName(let name, let known):
      let list = known.prefix(12).joined(separator: ", ") + (known.count > 12 ? ", …" : "")
      return "there is no parameter '\(name)'; the \(known.count) parameters are \(list)"
    }
  }
}
