internal import NumericalCore

/// A confidence (or credibility) level, convertible between a probability, a number of Gaussian
/// standard deviations and a distance in χ².
///
/// Conventions of arXiv:1911.03305: CI(k) = 2 Φ(k) - 1, two-sided. The probability outside is
/// kept beside the one inside, so that nothing is lost at eight standard deviations.
public struct ConfidenceLevel: Hashable, Codable, Sendable {
  /// The probability inside.
  public let probability: Double
  /// The probability outside, 1 - `probability`, with its own precision.
  public let outside: Double

  /// A level from the probability inside, in (0, 1).
  public init(probability: Double) throws {
    guard probability > 0, probability < 1 else {
      throw StatisticsError.invalidProbability(probability, expected: "a number in (0, 1)")
    }
    self.probability = probability
    outside = 1 - probability
  }

  /// The level within `sigmas` > 0 Gaussian standard deviations: 2 Φ(k) - 1.
  public init(sigmas: Double) throws {
    guard sigmas > 0, sigmas < 38 else {
      throw StatisticsError.invalidArgument(
        name: "number of standard deviations", value: "\(sigmas)", expected: "a number in (0, 38)")
    }
    self.init(inside: SpecialFunctions.erf(sigmas / 2.0.squareRoot()), sigmas: sigmas)
  }

  /// The level that a χ² distance `deltaChiSquared` > 0 encloses for a number of parameters.
  public init(deltaChiSquared: Double, degreesOfFreedom: Int) throws {
    guard deltaChiSquared > 0, deltaChiSquared.isFinite else {
      throw StatisticsError.invalidArgument(
        name: "Δχ²", value: "\(deltaChiSquared)", expected: "a finite number > 0")
    }
    try Self.check(degreesOfFreedom)
    let dof = Double(degreesOfFreedom)
    probability = SpecialFunctions.chiSquaredCDF(deltaChiSquared, degreesOfFreedom: dof)
    outside = SpecialFunctions.chiSquaredSurvival(deltaChiSquared, degreesOfFreedom: dof)
  }

  private init(inside: Double, sigmas: Double) {
    probability = inside
    outside = 2 * SpecialFunctions.normalSurvival(sigmas)
  }

  /// The number of standard deviations k = Φ⁻¹((1 + CI) / 2).
  public var sigmas: Double { SpecialFunctions.normalUpperQuantile(outside / 2) }

  /// The distance in χ² (twice the difference in ln L) that encloses this level for a number of
  /// parameters fitted together.
  public func deltaChiSquared(degreesOfFreedom: Int) throws -> Double {
    try Self.check(degreesOfFreedom)
    return SpecialFunctions.chiSquaredUpperQuantile(
      outside, degreesOfFreedom: Double(degreesOfFreedom))
  }

  private static func check(_ degreesOfFreedom: Int) throws {
    guard degreesOfFreedom >= 1 else {
      throw StatisticsError.invalidArgument(
        name: "degrees of freedom", value: "\(degreesOfFreedom)", expected: "an integer >= 1")
    }
  }

  /// 68.27 %, one standard deviation.
  public static let oneSigma = ConfidenceLevel(
    inside: SpecialFunctions.erf(0.5.squareRoot()), sigmas: 1)
  /// 95.45 %, two standard deviations.
  public static let twoSigma = ConfidenceLevel(
    inside: SpecialFunctions.erf(2.0.squareRoot()), sigmas: 2)
  /// 99.73 %, three standard deviations.
  public static let threeSigma = ConfidenceLevel(
    inside: SpecialFunctions.erf(3 / 2.0.squareRoot()), sigmas: 3)
}
