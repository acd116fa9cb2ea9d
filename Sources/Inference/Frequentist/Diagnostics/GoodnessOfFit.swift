public import Likelihoods
internal import NumericalCore
internal import Optimization

/// The saturated-model test: how far the data are from the best fit, against a model in which every
/// count and every auxiliary measurement has its own mean.
///
/// q = 2 (ln L_saturated - ln L_max), the generalised χ² of S. Baker and R. D. Cousins, Nucl.
/// Instrum. Meth. 221 (1984) 437, with auxiliary measurements counted as data. For large counts it
/// follows the χ² distribution with ``degreesOfFreedom``.
public struct GoodnessOfFit: Codable, Sendable, Equatable {
  /// The part of the counts in ``statistic``.
  public let mainDeviance: Double
  /// The part of the auxiliary measurements.
  public let auxiliaryDeviance: Double
  /// Number of bins in which something was counted or is expected.
  public let bins: Int
  /// Parameters that only the bins determine, which the fit varied.
  public let freeParameters: Int

  /// The test statistic, dimensionless; 0 for a perfect fit.
  public var statistic: Double { mainDeviance + auxiliaryDeviance }

  /// Bins less free parameters: every constrained parameter comes with a measurement of its own.
  public var degreesOfFreedom: Int { bins - freeParameters }

  /// The probability of a statistic at least as large, by the χ² distribution; `nil` without
  /// degrees of freedom.
  public var pValue: Double? {
    guard degreesOfFreedom > 0 else { return nil }
    return SpecialFunctions.chiSquaredSurvival(
      max(0, statistic), degreesOfFreedom: Double(degreesOfFreedom))
  }

  /// The test of a model at its best fit.
  public init(of model: some GenerativeModel, at fit: FitResult) {
    let observed = model.data.main
    let expected = model.expectedData(at: fit.values).main
    let knowledge = PreFitKnowledge(of: model).values
    let held = Set(fit.heldIndices)
    let withoutEffect = Set(fit.certificate.parametersWithoutEffect)
    mainDeviance = Self.mainDeviance(observed, expected)
    auxiliaryDeviance = model.auxiliaryDeviance(at: fit.values)
    bins = zip(observed, expected).count { $0 > 0 || $1 > 0 }
    freeParameters = fit.values.indices.count { k in
      knowledge[k] == nil && !held.contains(k)
        && !withoutEffect.contains(fit.parameters.names[k])
    }
  }

  /// The statistic alone.
  static func statistic(of model: some GenerativeModel, at point: [Double]) -> Double {
    mainDeviance(model.data.main, model.expectedData(at: point).main)
      + model.auxiliaryDeviance(at: point)
  }

  private static func mainDeviance(_ observed: [Double], _ expected: [Double]) -> Double {
    2
      * zip(observed, expected).reduce(0) {
        $0 + SpecialFunctions.poissonDeviance($1.0, mean: $1.1)
      }
  }
}
