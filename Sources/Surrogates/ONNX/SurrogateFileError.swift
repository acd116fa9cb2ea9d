public import Foundation

/// A file that is no surrogate.
public struct SurrogateFileError: Error, CustomStringConvertible {
  /// The file.
  public let file: URL
  /// What is wrong with it.
  public let problem: String

  public var description: String { "\(file.path) is not a surrogate: \(problem)" }
}
