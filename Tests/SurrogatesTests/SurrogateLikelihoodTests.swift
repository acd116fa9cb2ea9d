import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Surrogates
import Testing

@Suite struct SurrogateLikelihoodTests {
  @Test(arguments: [true, false])
  func gradientsAreDerivatives(quadratic: Bool) throws {
    for activation in Activation.allCases where activation != .relu && activation != .leakyRelu {
      let surrogate = try randomSurrogate(activation, quadratic: quadratic)
      let points = try Skewed().points(7, seed: 3)
      let (values, gradients) = surrogate.logDensitiesAndGradients(at: points)
      #expect(values == surrogate.logDensities(at: points))
      for i in 0..<points.rows {
        for k in 0..<5 {
          var (up, down) = (points.row(i), points.row(i))
          up[k] += 1e-5
          down[k] -= 1e-5
          let slope = (surrogate.logDensity(at: up) - surrogate.logDensity(at: down)) / 2e-5
          #expect(
            abs(gradients[i, k] - slope) < 1e-6 * max(1, abs(slope)), "\(activation) \(i) \(k)")
        }
      }
    }
  }

  /// On either side of a kink the gradient is that side's derivative; on it, the right-hand one.
  @Test(arguments: [true, false])
  func gradientsBesideKinks(quadratic: Bool) throws {
    let surrogate = try randomSurrogate(quadratic: quadratic, kinks: true)
    var points = try Skewed().points(8, seed: 3)
    points[0, 1] = 0.1
    points[1, 3] = -0.2
    let gradients = surrogate.logDensitiesAndGradients(at: points).gradients
    for i in 0..<points.rows {
      for k in 0..<5 {
        func value(_ steps: Double) -> Double {
          var point = points.row(i)
          point[k] += 1e-5 * steps
          return surrogate.logDensity(at: point)
        }
        let isOnKink = i == 0 && k == 1 || i == 1 && k == 3
        let right = (4 * value(1) - value(2) - 3 * value(0)) / 2e-5
        let slope = isOnKink ? right : (value(1) - value(-1)) / 2e-5
        #expect(abs(gradients[i, k] - slope) < 1e-5 * max(1, abs(slope)), "\(i) \(k)")
        if isOnKink {
          let left = (3 * value(0) - 4 * value(-1) + value(-2)) / 2e-5
          #expect(abs(right - left) > 1e-3)
        }
      }
    }
  }

  /// By hand for a linear model: peak - ½ |z|² + mean + scale (w·z + b).
  @Test func linearModelByHand() throws {
    let space = try ParameterSpace([Parameter(name: "a"), Parameter(name: "b")])
    let network = try MultilayerPerceptron<Double>(
      NetworkArchitecture(inputs: 2, hiddenWidths: []), parameters: [0.5, -2, 0.25])
    let surrogate = SurrogateLikelihood(
      parameters: space,
      preconditioner: Preconditioner(
        center: [1, 0], whitening: Matrix(rows: [[2, 0], [1, 1]], columns: 2), peak: -3,
        targetMean: 10, targetScale: 4),
      network: .double(network), prior: nil)
    // x = (2, 3): z = (2, 4), |z|² = 20, network = 1 - 8 + 0.25.
    let (values, gradients) = surrogate.logDensitiesAndGradients(
      at: Matrix(rows: [[2, 3]], columns: 2))
    #expect(abs(values[0] - (-3 - 10 + 10 + 4 * -6.75)) < 1e-12)
    // dz = 4 (0.5, -2) - (2, 4) = (0, -12); Wᵀ dz = (-12, -12).
    #expect(abs(gradients[0, 0] + 12) < 1e-12 && abs(gradients[0, 1] + 12) < 1e-12)
  }

  @Test func outsideTheBoundsAndNeverNaN() throws {
    let surrogate = try randomSurrogate()
    for bad in [(-3.0).nextDown, 3.0.nextUp, 3.5, -.infinity, .infinity, .nan] {
      let (values, gradients) = surrogate.logDensitiesAndGradients(
        at: Matrix(rows: [[bad, 0, 0, 0, 0], [0, 0, 0, 0, 0]], columns: 5))
      #expect(values[0] == -.infinity && values[1].isFinite, "mu = \(bad)")
      #expect(gradients.row(0) == [0, 0, 0, 0, 0])
      #expect(gradients.row(1).allSatisfy { $0.isFinite && $0 != 0 })
    }
    // Parameters without bounds.
    for bad in [Double.infinity, -.infinity, .nan, 1e200] {
      for double in [true, false] {
        let (values, gradients) = try randomSurrogate(double: double).logDensitiesAndGradients(
          at: Matrix(rows: [[0, bad, 0, 0, 0]], columns: 5))
        #expect(values[0] == -.infinity && gradients.elements.allSatisfy { $0 == 0 })
      }
    }
  }

  @Test func likelihoodAndPriorAddUp() throws {
    let surrogate = try randomSurrogate()
    var points = try Skewed().points(50)
    points[4, 0] = 5
    let posterior = surrogate.logDensities(at: points)
    let likelihood = surrogate.logLikelihoods(at: points)
    let prior = surrogate.logPriors(at: points)
    #expect(prior == (try Skewed()).prior.logDensities(at: points))
    for i in 0..<50 where i != 4 {
      #expect(abs(likelihood[i] + prior[i] - posterior[i]) < 1e-12 * abs(posterior[i]))
    }
    #expect(posterior[4] == -.infinity && likelihood[4] == -.infinity && prior[4] == -.infinity)
    let bare = SurrogateLikelihood(
      parameters: surrogate.parameters, preconditioner: surrogate.preconditioner,
      network: surrogate.network, prior: nil)
    #expect(bare.logLikelihoods(at: points) == posterior)
    #expect(bare.logPriors(at: points).allSatisfy { $0 == 0 })
  }

  /// Blocks of 4096 rows: the rows around a boundary are those of single calls.
  @Test func blocks() throws {
    let surrogate = try randomSurrogate()
    let points = try Skewed().points(2 * 4096 + 3)
    let (values, gradients) = surrogate.logDensitiesAndGradients(at: points)
    #expect(values.count == 8195)
    for i in [0, 4095, 4096, 4097, 8191, 8192, 8194] {
      let alone = surrogate.logDensitiesAndGradients(at: points.rows(in: i..<i + 1))
      if alone.values[0] == -.infinity {
        #expect(values[i] == -.infinity)
      } else {
        #expect(abs(alone.values[0] - values[i]) < 1e-11)
      }
      for k in 0..<5 { #expect(abs(alone.gradients[0, k] - gradients[i, k]) < 1e-10) }
    }
    #expect(
      surrogate.logDensities(at: points.rows(in: 0..<4096)) == Array(values.prefix(4096)))
    #expect(surrogate.logDensities(at: Matrix(rows: 0, columns: 5, elements: [])).isEmpty)
  }

  @Test func singleAndDoublePrecisionAgree() throws {
    for quadratic in [true, false] {
      let single = try randomSurrogate(quadratic: quadratic, double: false)
      let double = single.inDoublePrecision
      guard case .double = double.network else {
        Issue.record("still in single precision")
        return
      }
      let points = try Skewed().points(200)
      let (a, ga) = single.logDensitiesAndGradients(at: points)
      let (b, gb) = double.logDensitiesAndGradients(at: points)
      var largest = 0.0
      for i in a.indices where b[i] > -.infinity {
        largest = max(largest, abs(a[i] - b[i]))
        for k in 0..<5 { #expect(abs(ga[i, k] - gb[i, k]) < 1e-4) }
      }
      #expect(largest < 2e-5 && largest > 0)
      #expect(double.inDoublePrecision.network == double.network)
    }
  }
}
