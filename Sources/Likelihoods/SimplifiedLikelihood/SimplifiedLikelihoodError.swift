internal import Foundation

/// What is wrong with the numbers, or the file, of a simplified likelihood.
public enum SimplifiedLikelihoodError: Error, Equatable, CustomStringConvertible {
  /// A list of the wrong length.
  case length(field: String, expected: Int, found: Int)
  /// A value that is not allowed at its place; `bin` is the name of the bin, where there is one.
  case value(field: String, bin: String?, expected: String, found: String)
  /// A skewness beyond what a quadratic form of a normal variable can have: 8 m2³ < m3².
  case thirdMoment(bin: String, variance: Double, thirdMoment: Double)
  /// The matrix of covariances has a negative eigenvalue, given in units of the variances.
  case notACovariance(smallestEigenvalue: Double)
  /// No parameter is left: no signal, and no bin with a variance.
  case noParameters
  /// The file cannot be read.
  case unreadable(file: String, reason: String)
  /// A place in a file.
  case malformed(file: String, place: String, expected: String, found: String)
  /// An error of the numbers that a file holds.
  indirect case inFile(String, SimplifiedLikelihoodError)

  public var description: String {
    switch self {
    case .length(let field, let expected, let found):
      return "\(field): expected \(expected) numbers (one a bin), found \(found)"
    case .value(let field, let bin, let expected, let found):
      let place = bin.map { ", bin '\($0)'" } ?? ""
      return "\(field)\(place): expected \(expected), found \(found)"
    case .thirdMoment(let bin, let variance, let thirdMoment):
      return "bin '\(bin)': the third moment \(thirdMoment) is too large for the variance "
        + "\(variance); 8 variance³ >= (third moment)² is needed, that is at most "
        + "\(ThirdMoment.limit(variance: variance)) in size"
    case .notACovariance(let smallest):
      return "covariance: expected a positive semi-definite matrix, found the eigenvalue "
        + "\(smallest) of the matrix of correlations"
    case .noParameters:
      return
        "the simplified likelihood has no parameter: it has no signal and no bin has a variance"
    case .unreadable(let file, let reason): return "\(file) cannot be read: \(reason)"
    case .malformed(let file, let place, let expected, let found):
      return "\(file), \(place): expected \(expected), found \(found)"
    case .inFile(let file, let error): return "\(file), \(error)"
    }
  }
}
