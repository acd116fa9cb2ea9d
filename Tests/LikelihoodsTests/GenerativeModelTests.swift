import Likelihoods
import NumericalCore
import Testing

@Suite("Generated data of the toy search") struct GenerativeModelTests {
  let search = ToyLHCSearch()
  let point: [Double] = {
    var random = RandomStream(seed: 4, purpose: "test").sequence()
    return [0.7] + (0..<94).map { _ in 0.6 * random.normal() }
  }()

  @Test func theOriginalDataGiveTheOriginalDensity() {
    #expect(search.data.main == search.observed)
    #expect(search.data.auxiliary == Array(repeating: 0, count: 94))
    let same = search.replacingData(search.data)
    #expect(same.logDensity(at: point) == search.logDensity(at: point))
  }

  /// Poisson probabilities and normal densities written out.
  @Test func otherDataChangeCountsAndConstraints() throws {
    var random = RandomStream(seed: 5, purpose: "test").sequence()
    let data = try #require(
      search.drawData(at: point, fluctuatingAuxiliary: true, random: &random))
    let other = search.replacingData(data)
    #expect(other.data == data)
    var expected: Double = -1.6094379124341003  // -ln 5
    let counts = search.expectedCounts(at: point)
    for i in 0..<90 {
      let (n, nu): (Double, Double) = (data.main[i], counts[i])
      expected += n * Double.logarithm(nu)
      expected -= nu + SpecialFunctions.logGamma(n + 1)
    }
    for k in 0..<94 {
      let pull: Double = point[k + 1] - data.auxiliary[k]
      expected -= 0.5 * pull * pull
      expected -= 0.9189385332046727  // ½ ln 2π
    }
    #expect(abs(other.logDensity(at: point) - expected) < 1e-10)
    #expect(abs(search.logDensity(at: point) - expected) > 1)
    let one = Matrix(rows: 1, columns: 95, elements: point)
    let parts = other.logLikelihoods(at: one)[0] + other.logPriors(at: one)[0]
    #expect(abs(parts - expected) < 1e-10)
    let gradient = other.logDensitiesAndGradients(at: one).gradients.row(0)
    for k in [0, 1, 47, 91, 94] {
      let values = [-2.0, -1, 1, 2].map { shift in
        var moved = point
        moved[k] += shift * 1e-3
        return other.logDensity(at: moved)
      }
      let slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / 0.012
      #expect(abs(slope - gradient[k]) < 1e-7)
    }
  }

  /// The Asimov data set has its maximum at the point that it was made for.
  @Test func asimovDataArePeakedAtTheirPoint() {
    let asimov = search.replacingData(search.expectedData(at: point))
    let gradient = asimov.logDensitiesAndGradients(
      at: Matrix(rows: 1, columns: 95, elements: point)
    ).gradients.row(0)
    #expect(gradient.allSatisfy { abs($0) < 1e-11 })
    #expect(asimov.data.auxiliary == Array(point.dropFirst()))
  }

  @Test func drawnDataHaveTheirExpectation() throws {
    let stream = RandomStream(seed: 6, purpose: "test")
    let repetitions = 4000
    var (sums, squares) = ([Double](repeating: 0, count: 184), [Double](repeating: 0, count: 184))
    for k in 0..<repetitions {
      var random = stream.sequence(step: k)
      let data = try #require(
        search.drawData(at: point, fluctuatingAuxiliary: true, random: &random))
      for (i, x) in (data.main + data.auxiliary).enumerated() {
        sums[i] += x
        squares[i] += x * x
      }
    }
    let expected = search.expectedData(at: point)
    let n = Double(repetitions)
    /// χ² of the 184 means, with the variances of the model.
    func chiSquared(_ wanted: [Double]) -> Double {
      zip(sums.map { $0 / n }, wanted).enumerated().reduce(0) { total, element in
        let (i, (mean, nu)) = element
        return total + n * (mean - nu) * (mean - nu) / (i < 90 ? nu : 1)
      }
    }
    let truth = expected.main + expected.auxiliary
    let good = chiSquared(truth)
    #expect(SpecialFunctions.chiSquaredSurvival(good, degreesOfFreedom: 184) > 1e-3)
    #expect(SpecialFunctions.chiSquaredUpperQuantile(1e-3, degreesOfFreedom: 184) > good)
    // Negative control: the expectation elsewhere.
    var moved = point
    moved[0] += 0.1
    let wrong = search.expectedData(at: moved)
    #expect(
      SpecialFunctions.chiSquaredSurvival(
        chiSquared(wrong.main + wrong.auxiliary), degreesOfFreedom: 184) < 1e-3)
    // Variances: counts that of a Poisson number, auxiliary measurements 1.
    for (i, nu) in truth.enumerated() {
      let variance = squares[i] / n - sums[i] * sums[i] / (n * n)
      let model = i < 90 ? nu : 1
      let error = ((2 * model * model + (i < 90 ? nu : 0)) / n).squareRoot()
      #expect(abs(variance - model) < 5 * error)
    }
  }

  @Test func auxiliaryMeasurementsMayBeHeld() throws {
    var random = RandomStream(seed: 5, purpose: "test").sequence()
    let data = try #require(
      search.drawData(at: point, fluctuatingAuxiliary: false, random: &random))
    #expect(data.auxiliary == search.data.auxiliary)
    #expect(data.main != search.data.main)
  }
}
