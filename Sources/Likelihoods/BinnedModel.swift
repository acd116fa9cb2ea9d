public import NumericalCore

/// A likelihood of Poisson counts in bins, whose expectations are known at every point.
public protocol BinnedModel: DifferentiableLogDensity, LogPosterior, ExpectedCounts {
  /// Unique names of the bins, in the order of ``observedCounts``.
  var binNames: [String] { get }

  /// Random points whose nuisance parameters follow what is known of them apart from the bins: the
  /// prior, or the auxiliary measurements under a flat prior.
  ///
  /// Parameters of interest and fixed parameters keep their value in `point`. Row `i` depends on
  /// the stream and `i` alone.
  ///
  /// - Parameters:
  ///   - count: number of rows of the result.
  ///   - point: one value a parameter.
  /// - Throws: ``UnconstrainedNuisances`` if that distribution does not exist.
  func drawNuisances(
    _ count: Int, holding point: [Double], stream: RandomStream
  ) throws(UnconstrainedNuisances) -> Matrix<Double>
}

/// Nuisance parameters on which nothing but the bins themselves gives information, so that they
/// have no distribution before the fit.
public struct UnconstrainedNuisances: Error, Equatable, CustomStringConvertible {
  /// Their names.
  public let names: [String]

  /// The error for the given parameters.
  public init(_ names: [String]) { self.names = names }

  public var description: String {
    "the nuisance parameters \(names.prefix(8).joined(separator: ", "))"
      + (names.count > 8 ? ", … (\(names.count))" : "")
      + " have neither a prior nor an auxiliary measurement, so that they cannot be drawn before a "
      + "fit; use the moments of the posterior, or fix them"
  }
}
