public import NumericalCore

/// A model that can generate data: Asimov data sets, pseudo-experiments, predictive checks.
///
/// Its log density is that of ``data``; ``replacingData(_:)`` gives the log density of others.
public protocol GenerativeModel: DifferentiableLogDensity, LogPosterior where Failure == Never {
  /// The data that the log density belongs to.
  var data: ModelData { get }

  /// The Asimov data set of a point: the expectation of every count and of every auxiliary
  /// measurement.
  func expectedData(at point: [Double]) -> ModelData

  /// A random data set at a point; `nil` where an expected count is negative, so that there is no
  /// such data set.
  ///
  /// - Parameters:
  ///   - point: one value a parameter.
  ///   - fluctuatingAuxiliary: whether the auxiliary measurements are drawn too; otherwise they
  ///     keep the values of ``data``.
  ///   - random: where the random numbers come from.
  func drawData(
    at point: [Double], fluctuatingAuxiliary: Bool, random: inout RandomSequence
  ) -> ModelData?

  /// -2 ln of the ratio of the auxiliary measurements' probability at a point to that with the mean
  /// of each at its own outcome: their part of the saturated-model test.
  ///
  /// The default is for normal auxiliary measurements whose widths do not depend on the point.
  func auxiliaryDeviance(at point: [Double]) -> Double

  /// The same model with other data.
  ///
  /// - Precondition: as many counts and auxiliary measurements as ``data`` has.
  func replacingData(_ data: ModelData) -> Self
}

extension GenerativeModel {
  public func auxiliaryDeviance(at point: [Double]) -> Double {
    // A normal density is highest at its mean, with the same height wherever that is.
    let expected = ModelData(main: data.main, auxiliary: expectedData(at: point).auxiliary)
    return 2 * (replacingData(expected).logDensity(at: point) - logDensity(at: point))
  }
}
