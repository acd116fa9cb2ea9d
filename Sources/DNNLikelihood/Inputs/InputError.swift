public import Foundation

/// What is wrong with an input; the command line ends with status 65.
public enum InputError: Error, CustomStringConvertible {
  case unknownLikelihood(String, known: [String])
  case unsupported(URL, expected: String)
  case unreadable(URL, reason: String)
  case malformed(URL, place: String, expected: String, found: String)
  case value(String, expected: String, found: String)
  /// An error of what a place in a file describes or refers to.
  case inside(URL, place: String, any Error)

  public var description: String {
    switch self {
    case .unknownLikelihood(let name, let known):
      return "there is no likelihood '\(name)': neither a file of that name nor one of the "
        + "built-in likelihoods (\(known.joined(separator: ", ")))"
    case .unsupported(let file, let expected):
      return "\(file.path): this kind of file is not supported here; expected \(expected)"
    case .unreadable(let file, let reason): return "\(file.path) cannot be read: \(reason)"
    case .malformed(let file, let place, let expected, let found):
      return "\(file.path), \(place): expected \(expected), found \(found)"
    case .value(let field, let expected, let found):
      return "\(field): expected \(expected), found \(found)"
    case .inside(let file, let place, let error): return "\(file.path), \(place): \(error)"
    }
  }
}
