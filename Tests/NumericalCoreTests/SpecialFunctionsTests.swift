import Foundation
import NumericalCore
import Testing

/// Values of mpmath with 60 digits (Reference/special_functions.py).
@Suite struct SpecialFunctionsTests {
  struct Reference: Decodable {
    struct Value: Decodable {
      let function: String
      let arguments: [Double]
      let value: Double
    }
    let values: [Value]
  }

  static func reference() throws -> Reference {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/special_functions.json")
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
  }

  /// The function and the relative accuracy it must have.
  ///
  /// Arguments are doubles: where the condition number is large (P of 1e5, quantiles of flat
  /// tails) the tolerance allows for it.
  static func evaluate(_ name: String, _ x: [Double]) -> (value: Double, tolerance: Double)? {
    typealias F = SpecialFunctions
    switch name {
    case "logGamma": return (F.logGamma(x[0]), 4e-15)
    case "regularizedGammaP": return (F.regularizedGammaP(x[0], x[1]), 2e-13)
    case "regularizedGammaQ": return (F.regularizedGammaQ(x[0], x[1]), 2e-13)
    case "regularizedBeta": return (F.regularizedBeta(x[0], x[1], x[2]), 2e-13)
    case "inverseRegularizedBeta":
      return (F.inverseRegularizedBeta(x[0], x[1], x[2]), 1e-13)
    case "normalCDF": return (F.normalCDF(x[0]), 2e-15)
    case "normalSurvival": return (F.normalSurvival(x[0]), 2e-15)
    case "normalQuantile": return (F.normalQuantile(x[0]), 4e-16)
    case "chiSquaredQuantile":
      return (F.chiSquaredQuantile(x[0], degreesOfFreedom: x[1]), 2e-14)
    case "kolmogorovSurvival": return (F.kolmogorovSurvival(x[0]), 1e-14)
    default: return nil
    }
  }

  @Test func agreesWithMultiplePrecision() throws {
    let reference = try Self.reference()
    #expect(reference.values.count > 300)
    var worst: [String: Double] = [:]
    for entry in reference.values {
      let found = try #require(Self.evaluate(entry.function, entry.arguments))
      let difference = abs(found.value - entry.value) / max(abs(entry.value), 1e-300)
      worst[entry.function] = max(worst[entry.function] ?? 0, difference)
      #expect(
        difference <= found.tolerance,
        "\(entry.function)\(entry.arguments) = \(found.value), expected \(entry.value)")
    }
  }

  @Test func limits() {
    #expect(SpecialFunctions.normalQuantile(0) == -.infinity)
    #expect(SpecialFunctions.normalQuantile(1) == .infinity)
    #expect(SpecialFunctions.normalQuantile(1.5).isNaN)
    #expect(SpecialFunctions.normalQuantile(0.5) == 0)
    #expect(SpecialFunctions.regularizedGammaP(2, 0) == 0)
    #expect(SpecialFunctions.regularizedGammaQ(2, .infinity) == 0)
    #expect(SpecialFunctions.regularizedGammaP(-1, 2).isNaN)
    #expect(SpecialFunctions.regularizedBeta(0, 2, 3) == 0)
    #expect(SpecialFunctions.regularizedBeta(1, 2, 3) == 1)
    #expect(SpecialFunctions.kolmogorovSurvival(0) == 1)
    #expect(SpecialFunctions.kolmogorovSurvival(40) == 0)
  }

  @Test(arguments: [1.0, 2.0, 5.0, 8.0, 20.0, 37.0])
  func upperQuantileInvertsTheSurvivalFunction(sigmas: Double) {
    let tail = SpecialFunctions.normalSurvival(sigmas)
    #expect(abs(SpecialFunctions.normalUpperQuantile(tail) - sigmas) < 2e-15 * sigmas)
  }

  @Test func smallChiSquaredTailsInvert() {
    for dof in [1.0, 2, 10, 95] {
      for q in [1e-200, 1e-30, 1e-9, 0.2, 0.9] {
        let x = SpecialFunctions.chiSquaredUpperQuantile(q, degreesOfFreedom: dof)
        let back = SpecialFunctions.chiSquaredSurvival(x, degreesOfFreedom: dof)
        #expect(abs(back / q - 1) < 1e-12, "\(q) at \(dof)")
      }
    }
  }
}
