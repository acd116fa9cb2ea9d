/// What can be wrong with the description, the parameters or the training data of a network.
public enum NetworkError: Error, Sendable, Equatable {
  /// A layer without units.
  case invalidArchitecture(inputs: Int, hiddenWidths: [Int], outputs: Int)
  /// A parameter array of the wrong length.
  case parameterCount(expected: Int, found: Int, architecture: String)
  /// A set of samples whose parts do not fit each other or the network.
  case shape(field: String, expected: String, found: String)
  /// A value of the configuration outside its range.
  case configuration(field: String, expected: String, found: String)
}

extension NetworkError: CustomStringConvertible {
  /// One sentence that names the field, what was expected and what was found.
  public var description: String {
    switch self {
    case .invalidArchitecture(let inputs, let hiddenWidths, let outputs):
      "network architecture: every layer needs at least one unit, found inputs \(inputs), "
        + "hiddenWidths \(hiddenWidths), outputs \(outputs)"
    case .parameterCount(let expected, let found, let architecture):
      "parameters: a network \(architecture) has \(expected) of them, found \(found)"
    case .shape(let field, let expected, let found):
      "\(field): expected \(expected), found \(found)"
    case .configuration(let field, let expected, let found):
      "training configuration, \(field): expected \(expected), found \(found)"
    }
  }
}
