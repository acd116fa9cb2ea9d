public import Likelihoods
public import NumericalCore
internal import Synchronization

/// A likelihood that counts how often it is asked, so that methods can be compared by what they
/// cost where a likelihood is slow.
///
/// One point counts once, with or without its gradient.
public struct CountedPosterior<Base: Posterior>: DifferentiableLogDensity, LogPosterior {
  public typealias Failure = Base.Failure

  /// The likelihood.
  public let base: Base
  private let counter = EvaluationCounter()

  /// Counts from zero.
  public init(_ base: Base) { self.base = base }

  /// Points evaluated so far, by all copies of this value.
  public var evaluations: Int { counter.count.load(ordering: .relaxed) }

  public var parameters: ParameterSpace { base.parameters }
  public var gradientIsDifferenced: Bool { base.gradientIsDifferenced }
  public var factorizedPrior: ProductPrior? { base.factorizedPrior }

  public func validity(at points: Matrix<Double>) throws(Failure) -> [Bool]? {
    try base.validity(at: points)
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure) {
    counter.count.add(points.rows, ordering: .relaxed)
    try base.evaluate(points, values: &values)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Failure) {
    counter.count.add(points.rows, ordering: .relaxed)
    try base.evaluate(points, values: &values, gradients: &gradients)
  }

  public func logLikelihoods(at points: Matrix<Double>) throws(Failure) -> [Double] {
    counter.count.add(points.rows, ordering: .relaxed)
    return try base.logLikelihoods(at: points)
  }

  public func logPriors(at points: Matrix<Double>) -> [Double] { base.logPriors(at: points) }
}

extension CountedPosterior {
  /// The counts of the likelihood, where it has any; they are not counted themselves.
  var counts: (any ExpectedCounts)? { base as? any ExpectedCounts }
}

private final class EvaluationCounter: Sendable {
  let count = Atomic<Int>(0)
}
