public import Inference
public import Likelihoods
internal import NumericalCore
internal import Surrogates

/// What a network says of its own part in a profile: where it holds, and how well an ensemble knows
/// the test statistic.
public struct SurrogateSupport: Sendable {
  /// Whether each profiled maximum lies in the region of validity; `nil` if the density holds
  /// everywhere.
  public let inside: [Bool]?
  /// The error of t at each value; `nil` if the density is no ensemble.
  public let testStatisticErrors: [Double]?

  /// Looks at the profile of a density.
  ///
  /// A change δf of the log density changes t by 2 (δf(best) - δf(profiled maximum)) to first
  /// order, because f is stationary at both. Its standard deviation over the members, times the
  /// scale of the ensemble's calibration, is the error.
  public init<Density: LogDensity>(
    of density: Density, _ scan: ProfileScan
  ) throws(Density.Failure) {
    let fits = scan.fits + [scan.best]
    let points = Matrix(rows: fits.map(\.values), columns: scan.best.values.count)
    inside = try density.validity(at: points).map { Array($0.dropLast()) }
    testStatisticErrors = (density as? SurrogateEnsemble).map { ensemble in
      let values = ensemble.memberLogDensities(at: points)
      var changes = values
      for i in 0..<values.rows {
        for k in 0..<values.columns { changes[i, k] -= values[values.rows - 1, k] }
      }
      return SurrogateEnsemble.spreads(changes).dropLast().map {
        2 * $0 * ensemble.calibration.scale
      }
    }
  }
}
