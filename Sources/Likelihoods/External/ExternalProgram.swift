public import NumericalCore
internal import Synchronization

/// A program of another kind that computes log densities: a server, a library.
///
/// It knows points as rows of numbers; names, bounds and priors belong to
/// ``ExternalLikelihood``.
public protocol ExternalProgram: Sendable {
  /// Where it is: an address or a path, for messages.
  var location: String { get }
  /// What it says about its parameters, in the order of the columns of a batch.
  var parameters: [Parameter] { get }
  /// Whether it computes gradients.
  var hasGradient: Bool { get }

  /// The numbers it gives for the rows of `points`.
  ///
  /// - Throws: ``ExternalError`` if there is no answer, or one that is NaN or +∞.
  func values(at points: Matrix<Double>) throws(ExternalError) -> [Double]

  /// The numbers and their derivatives for the rows of `points`; zero where the number is -∞.
  ///
  /// - Throws: ``ExternalError``, also where there is no gradient.
  func valuesAndGradients(
    at points: Matrix<Double>
  ) throws(ExternalError) -> (values: [Double], gradients: Matrix<Double>)
}

/// How often other programs were asked in this process: their calls are what such a study costs.
public struct ExternalCalls: Sendable, Equatable {
  /// Points whose log density was asked.
  public var values = 0
  /// Points whose gradient was asked.
  public var gradients = 0
  /// Requests that were repeated after a failure.
  public var repetitions = 0

  private static let counted = Mutex(ExternalCalls())

  /// All calls of this process so far.
  public static var total: ExternalCalls { counted.withLock { $0 } }

  static func count(values: Int = 0, gradients: Int = 0, repetitions: Int = 0) {
    counted.withLock {
      $0.values += values
      $0.gradients += gradients
      $0.repetitions += repetitions
    }
  }
}

extension ExternalProgram {
  /// Checks that a number is a log density.
  func check(_ value: Double, at point: [Double], _ request: String) throws(ExternalError) {
    guard value.isNaN || value == .infinity else { return }
    throw .value(
      .init(program: location, request: request),
      point: zip(parameters, point).map { "\($0.name) = \($1)" }, found: value)
  }
}
