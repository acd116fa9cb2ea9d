import Foundation
import Likelihoods
import NumericalCore
import Testing

@Suite("Simplified likelihood") struct SimplifiedLikelihoodTests {
  @Test("agrees with 60 digits", arguments: SimplifiedReference.values.cases)
  func reference(_ expected: SimplifiedReference.Case) throws {
    let likelihood = try SimplifiedLikelihood(expected.input)
    #expect(
      likelihood.parameters.names == ["mu"] + (1...expected.mean.count).map { "theta_\($0)" })
    let points = expected.matrix
    let (values, poisson) = (
      likelihood.logDensities(at: points), likelihood.logLikelihoods(at: points)
    )
    let priors = likelihood.logPriors(at: points)
    // At 3·10⁷ counts the rounding of a rate is 4·10⁻⁹ counts, and the slope a few σ/n.
    let tolerance = expected.name == "large counts" ? 1e-10 : 1e-12
    for i in expected.points.indices {
      #expect(close(poisson[i], expected.logLikelihood[i], tolerance))
      #expect(close(priors[i], expected.logNormal[i] - log(10)))
      #expect(close(values[i], poisson[i] + priors[i]))
    }
  }

  @Test("the gradient is that of the value", arguments: SimplifiedReference.values.cases)
  func gradient(_ expected: SimplifiedReference.Case) throws {
    let likelihood = try SimplifiedLikelihood(expected.input)
    for point in expected.points {
      let found = likelihood.logDensitiesAndGradients(
        at: Matrix(rows: 1, columns: point.count, elements: point)
      ).gradients.row(0)
      for k in point.indices {
        let step = k == 0 ? 1e-3 * likelihood.parameters.parameters[0].scale : 1e-3
        let values = [-2.0, -1, 1, 2].map { shift in
          var moved = point
          moved[k] += shift * step
          return likelihood.logDensity(at: moved)
        }
        let slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * step)
        let size = max(1, abs(slope), abs(values[0]) * 1e-3)
        #expect(abs(slope - found[k]) < 1e-7 * size, "\(expected.name), parameter \(k)")
      }
    }
  }

  /// Three bins: one with skewness, one linear, one without variance.
  static let small = SimplifiedLikelihoodInput(
    observed: [4, 0, 2], background: [5, 0.5, 3],
    covariance: Matrix(rows: 3, columns: 3, elements: [2, 0.1, 0, 0.1, 0.3, 0, 0, 0, 0]),
    thirdMoments: [1.5, 0, 0], signal: [1, 0.5, 0.2], binNames: ["SRA", "SRB", "SRC"])

  @Test("bins without variance have no nuisance parameter") func zeroVariance() throws {
    let likelihood = try SimplifiedLikelihood(Self.small)
    #expect(likelihood.parameters.names == ["mu", "theta_1", "theta_2"])
    #expect(likelihood.nuisanceBins == [0, 1])
    #expect(likelihood.parameters.parameters[1].label == "θ(SRA)")
    let counts = likelihood.expectedCounts(
      at: Matrix(rows: 1, columns: 3, elements: [2.0, 0.5, -0.3]))
    let c = likelihood.quadraticCoefficients
    #expect(close(counts[0, 0], 2 + c.expectation(0, 0.5)))
    #expect(close(counts[0, 1], 1 + 0.5 - 0.3 * 0.3.squareRoot()))
    #expect(close(counts[0, 2], 3.4))
  }

  @Test("-infinity outside the support, never NaN") func support() throws {
    let likelihood = try SimplifiedLikelihood(Self.small)
    let points: [[Double]] = [
      [-0.1, 0, 0],  // below the range of mu
      [10.1, 0, 0],  // above
      [0, 0, -2],  // a negative rate where nothing was observed
      [1, .nan, 0], [1, .infinity, 0], [.nan, 0, 0],
    ]
    let (values, gradients) = likelihood.logDensitiesAndGradients(
      at: Matrix(rows: points, columns: 3))
    #expect(values == Array(repeating: -Double.infinity, count: points.count))
    #expect(gradients.elements.allSatisfy { $0 == 0 })
    // The bounds belong to the range.
    #expect(likelihood.logDensity(at: [0, 0, 0]).isFinite)
    #expect(likelihood.logDensity(at: [10, 0, 0]).isFinite)
    // A rate of exactly 0 is a matter of the count.
    var zero = Self.small
    zero.background = [5, 0.5, 0]
    zero.signal = [1, 0.5, 0]
    zero.observed[2] = 0
    #expect(try SimplifiedLikelihood(zero).logDensity(at: [1, 0, 0]).isFinite)
    zero.observed[2] = 1
    #expect(try SimplifiedLikelihood(zero).logDensity(at: [1, 0, 0]) == -.infinity)
  }

  @Test("without a signal there is no parameter of interest") func noSignal() throws {
    var input = Self.small
    input.signal = nil
    let likelihood = try SimplifiedLikelihood(input)
    #expect(likelihood.parameters.names == ["theta_1", "theta_2"])
    #expect(likelihood.parameters.parameterOfInterest == nil)
    let withSignal = try SimplifiedLikelihood(Self.small)
    let (a, b) = (
      likelihood.logDensity(at: [0.3, -0.2]), withSignal.logDensity(at: [0, 0.3, -0.2])
    )
    #expect(close(a, b + log(10)))
  }

  @Test("without variance only the signal strength is left") func noVariance() throws {
    let input = SimplifiedLikelihoodInput(
      observed: [3], background: [2], covariance: Matrix(rows: 1, columns: 1, repeating: 0),
      signal: [1])
    let likelihood = try SimplifiedLikelihood(input)
    #expect(likelihood.parameters.names == ["mu"])
    // Poisson(3 | 3) = 27 e⁻³ / 6.
    #expect(close(likelihood.logDensity(at: [1]), log(27.0 / 6) - 3 - log(10)))
    var none = input
    none.signal = nil
    #expect(throws: SimplifiedLikelihoodError.noParameters) { try SimplifiedLikelihood(none) }
  }

  @Test("initial values lie inside the support") func start() throws {
    // A is negative: b = 0.2 and C near √(V/2) = 0.7.
    let input = SimplifiedLikelihoodInput(
      observed: [1], background: [0.2], covariance: Matrix(rows: 1, columns: 1, repeating: 1),
      thirdMoments: [2.8], signal: [0.1])
    let likelihood = try SimplifiedLikelihood(input)
    #expect(likelihood.quadraticCoefficients.constant[0] < -0.1)
    #expect(likelihood.parameters.initialValues[1] != 0)
    #expect(likelihood.logDensity(at: likelihood.parameters.initialValues).isFinite)
  }

  @Test("numbers do not depend on threads") func threads() throws {
    let expected = try #require(SimplifiedReference.values.cases.first)
    let likelihood = try SimplifiedLikelihood(expected.input)
    let points = likelihood.drawNuisances(
      5000, holding: likelihood.parameters.initialValues,
      stream: RandomStream(seed: 3, purpose: "test"))
    let before = Threads.count
    defer { Threads.setCount(before) }
    Threads.setCount(1)
    let one = likelihood.logDensitiesAndGradients(at: points)
    Threads.setCount(3)
    let three = likelihood.logDensitiesAndGradients(at: points)
    #expect(one.values == three.values)
    #expect(one.gradients == three.gradients)
  }

  /// Means, variances, covariances and third moments of drawn expectations against the given ones,
  /// in units of their statistical errors; and the check of the check: moments of other numbers.
  @Test("draws have the given moments") func draws() throws {
    let expected = SimplifiedReference.values.cases[1]
    let likelihood = try SimplifiedLikelihood(expected.input)
    let n = 200_000
    var point = likelihood.parameters.initialValues
    point[0] = 0
    let counts = likelihood.expectedCounts(
      at: likelihood.drawNuisances(
        n, holding: point, stream: RandomStream(seed: 11, purpose: "test")))
    let (means, covariance) = (counts.columnMeans(), counts.covariance())
    for i in expected.mean.indices {
      let variance = expected.covariance[i][i]
      let sigma = variance.squareRoot()
      var third = 0.0
      for row in 0..<n { third += pow(counts[row, i] - means[i], 3) / Double(n) }
      let unit = 1 / Double(n).squareRoot()
      #expect(abs(means[i] - expected.mean[i]) < 4 * sigma * unit)
      #expect(abs(covariance[i, i] / variance - 1) < 4 * 2.5 * unit)
      #expect(abs(third - expected.third[i]) / (sigma * variance) < 4 * 10 * unit)
      // A wrong sign of the skewness would be seen.
      #expect(abs(third + expected.third[i]) / (sigma * variance) > 4 * 10 * unit)
      for j in 0..<i {
        let other = expected.covariance[j][j].squareRoot()
        #expect(
          abs(covariance[i, j] - expected.covariance[i][j]) < 4 * 2.5 * sigma * other * unit)
      }
    }
  }

  static let wrong: [(change: @Sendable (inout SimplifiedLikelihoodInput) -> Void, part: String)] =
    [
      (
        {
          $0.observed = []; $0.binNames = []
        }, "at least one bin"
      ),
      ({ $0.observed[1] = -1 }, "observed, bin 'SRB': expected a finite count >= 0, found -1.0"),
      ({ $0.observed[1] = .nan }, "observed, bin 'SRB'"),
      ({ $0.background.removeLast() }, "background: expected 3 numbers (one a bin), found 2"),
      ({ $0.background[2] = -0.1 }, "background, bin 'SRC'"),
      ({ $0.signal = [1, 2] }, "signal: expected 3 numbers"),
      ({ $0.signal = [1, .infinity, 0] }, "signal, bin 'SRB'"),
      ({ $0.thirdMoments = [0, 0] }, "thirdMoments: expected 3"),
      ({ $0.thirdMoments = [0, .nan, 0] }, "thirdMoments, bin 'SRB'"),
      ({ $0.thirdMoments = [0, 0, 1e-3] }, "bin 'SRC': the third moment 0.001"),
      ({ $0.binNames = ["a", "b"] }, "bins: expected 3"),
      ({ $0.binNames = ["a", "b", "a"] }, "'a' twice"),
      ({ $0.binNames = ["a", "", "c"] }, "an empty name"),
      ({ $0.covariance = .identity(2) }, "covariance, rows: expected 3"),
      ({ $0.parameterOfInterest.lower = 12 }, "lower bound"),
      ({ $0.parameterOfInterest.initial = -1 }, "outside its bounds"),
      ({ $0.parameterOfInterest.name = "theta_1" }, "two parameters are named 'theta_1'"),
    ]

  @Test("wrong numbers are refused by name", arguments: wrong.indices)
  func refusal(_ index: Int) {
    var input = Self.small
    Self.wrong[index].change(&input)
    #expect {
      try SimplifiedLikelihood(input)
    } throws: { "\($0)".contains(Self.wrong[index].part) }
  }
}
