public import Foundation
internal import Likelihoods
public import Surrogates

/// A data set in a file that cannot be used.
public struct DatasetFileError: Error, CustomStringConvertible {
  /// The file.
  public let file: URL
  /// What is wrong.
  public let error: DatasetError
  /// What the data set does not fit to, as a file or an option; `nil` if it is wrong by itself.
  public let other: String?

  /// The file, what is wrong, and what it does not fit to.
  public var description: String {
    "\(file.relativePath): \(error)" + (other.map { " (parameters of \($0))" } ?? "")
  }

  /// Errors of a data set name its file.
  static func naming<Value>(_ file: URL, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatasetError {
      throw DatasetFileError(file: file, error: error, other: nil)
    }
  }

  /// Tests that a data set is over the parameters of a likelihood or a surrogate.
  ///
  /// - Throws: ``DatasetFileError`` naming both.
  static func requireParameters(
    _ expected: ParameterSpace, in data: Dataset, of file: URL, comparedWith other: String
  ) throws(DatasetFileError) {
    guard expected.names != data.parameters.names else { return }
    throw DatasetFileError(
      file: file,
      error: .differentParameters(expected: expected.names, found: data.parameters.names),
      other: other)
  }
}
