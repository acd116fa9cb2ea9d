import Likelihoods
import NumericalCore
import Testing

@Suite("Powers of a density") struct TemperedDensityTests {
  let search = ToyLHCSearch()

  private var points: Matrix<Double> {
    var points = search.prior.draw(6, stream: RandomStream(seed: 3, purpose: "test"))
    for i in 0..<6 { points[i, 0] = 0.2 * Double(i) }
    points[5, 0] = -1.5  // outside the support
    return points
  }

  @Test(arguments: TemperedPart.allCases)
  func valuesAndGradients(_ part: TemperedPart) throws {
    let tempered = try TemperedDensity(search, power: 0.3, of: part)
    let points = points
    let values = tempered.logDensities(at: points)
    let (same, gradients) = tempered.logDensitiesAndGradients(at: points)
    #expect(values == same)
    let (likelihoods, priors) = (search.logLikelihoods(at: points), search.logPriors(at: points))
    for i in 0..<5 {
      let expected = 0.3 * likelihoods[i] + (part == .likelihood ? 1 : 0.3) * priors[i]
      #expect(abs(values[i] - expected) < 1e-10)
      for k in [0, 1, 50, 92] {
        func value(_ shift: Double) -> Double {
          var x = points.row(i)
          x[k] += shift
          return tempered.logDensity(at: x)
        }
        #expect(abs((value(1e-5) - value(-1e-5)) / 2e-5 - gradients[i, k]) < 1e-5)
      }
    }
    #expect(values[5] == -.infinity && gradients.row(5).allSatisfy { $0 == 0 })
    let sums = zip(tempered.logLikelihoods(at: points), tempered.logPriors(at: points)).map(+)
    for i in 0..<5 { #expect(abs(sums[i] - values[i]) < 1e-10) }
  }

  @Test func powersMustBePositive() {
    for power in [0, -1, Double.infinity, .nan] {
      #expect(throws: PriorError.self) { try TemperedDensity(search, power: power) }
    }
  }
}
