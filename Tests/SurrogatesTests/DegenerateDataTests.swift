import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Testing

@testable import Surrogates

/// Data sets that leave a network nothing to learn, or no way to begin.
@Suite struct DegenerateDataTests {
  private let space: ParameterSpace

  init() throws { space = try ParameterSpace((0..<3).map { Parameter(name: "p\($0)") }) }

  private static func normal(_ count: Int) -> Matrix<Double> {
    var random = RandomStream(seed: 8, purpose: "normal").sequence()
    return Matrix(rows: count, columns: 3, elements: (0..<3 * count).map { _ in random.normal() })
  }

  /// −½ |x|² − 300.
  private func gaussian(_ points: Matrix<Double>, gradients: Bool = false) throws -> Dataset {
    try Dataset(
      parameters: space, points: points,
      logPosteriors: (0..<points.rows).map { i in
        -300 - 0.5 * points.row(i).reduce(0) { $0 + $1 * $1 }
      },
      gradients: gradients
        ? Matrix(rows: points.rows, columns: 3, elements: points.elements.map { -$0 }) : nil,
      split: Split(count: points.rows, validation: 0.2, test: 0.2, seed: 1))
  }

  /// The quadratic part is the whole density: the network learns zeros.
  @Test(arguments: [false, true]) func gaussianDensity(gradients: Bool) throws {
    let data = try gaussian(Self.normal(1000), gradients: gradients)
    let quadratic = try #require(
      Preconditioner.quadratic(maximum: [0, 0, 0], logDensity: -300, covariance: .identity(3)))
    for epochs in [1, 5] {
      let result = try SurrogateTraining(
        data, recipe: .enhanced(widths: [8, 8], epochs: epochs), quadratic: quadratic
      ).run()
      let metrics = try Evaluation(of: result.surrogate, on: data, comparesMarginals: false).metrics
      #expect(try #require(metrics[.test]).rmse < 1e-4)
      #expect(result.history.epochs.allSatisfy { $0.monitoredLoss.isFinite })
      let slopes = result.surrogate.logDensitiesAndGradients(at: data.points).gradients
      #expect(zip(slopes.elements, data.points.elements).allSatisfy { abs($0 + $1) < 1e-3 })
    }
    // A density that is constant has nothing to learn all the same.
    let flat = try Dataset(
      parameters: space, points: data.points,
      logPosteriors: Array(repeating: -300, count: data.count), split: data.split)
    #expect(throws: DatasetError.constantTarget(-300)) {
      try SurrogateTraining(flat, recipe: .paper(trainingSize: 600, width: 4)).run()
    }
  }

  /// The unit of residuals is theirs, unless they are rounding.
  @Test func leastScale() throws {
    let quadratic = Preconditioner(center: [0], whitening: nil, peak: 0)
    let targets = (0..<101).map { Double($0 - 50) / 50 }
    let spread = (targets.reduce(0) { $0 + $1 * $1 } / 101).squareRoot()
    #expect(try quadratic.scale(of: 0.01, targets) == 0.01)
    #expect(abs(try quadratic.scale(of: 1e-15, targets) - 1e-6 * spread) < 1e-18)
    let none = Preconditioner.identity(dimension: 1)
    #expect(try none.scale(of: 1e-15, targets) == 1e-15)
    #expect(throws: DatasetError.constantTarget(7)) { try quadratic.scale(of: 0, [7, 7]) }
  }

  /// Enough points, in a plane.
  @Test func singularCovariance() throws {
    var points = Self.normal(400)
    for i in 0..<400 { points[i, 1] = 0.3 }
    let constant = #expect(throws: DatasetError.self) {
      try SurrogateTraining(gaussian(points), recipe: .enhanced(widths: [4])).run()
    }
    #expect(constant == .singularCovariance(constant: ["p1"]))
    #expect(constant?.description.hasSuffix("parameter 'p1' has one value alone") == true)
    let counts = BinCounts(
      observed: [10], expected: Matrix(rows: 400, columns: 1, repeating: 9))
    #expect(throws: DatasetError.singularCovariance(constant: ["p1"])) {
      try SurrogateTraining(gaussian(points), recipe: .counts(widths: [4]), counts: counts)
        .run()
    }
    for i in 0..<400 { points[i, 1] = points[i, 0] }
    #expect(throws: DatasetError.singularCovariance(constant: [])) {
      try SurrogateTraining(gaussian(points), recipe: .enhanced(widths: [4])).run()
    }
    // All points equal.
    let equal = Matrix<Double>(rows: 400, columns: 3, repeating: 1)
    #expect(throws: DatasetError.singularCovariance(constant: ["p0", "p1", "p2"])) {
      try SurrogateTraining(gaussian(equal), recipe: .enhanced(widths: [4])).run()
    }
  }

  @Test func partsOfTheLogPosteriorAreFinite() throws {
    for (likelihoods, priors, what) in [
      ([1, .nan, 3], [0, 0, 0], "log-likelihood"), ([1, 2, 3], [0, -.infinity, 0], "log-prior"),
    ] as [([Double], [Double], String)] {
      let error = #expect(throws: DatasetError.self) {
        try Dataset(
          parameters: space, points: Self.normal(3), logPosteriors: [1, 2, 3],
          logLikelihoods: likelihoods, logPriors: priors)
      }
      #expect(error?.description.hasPrefix("the \(what) of point 1 is") == true)
    }
  }

  /// The first parameter that differs is named, not the first of all.
  @Test func parametersThatDiffer() {
    let names = (0..<95).map { "p\($0)" }
    var other = names
    other[70] = "q"
    #expect(
      DatasetError.differentParameters(expected: names, found: other).description
        == "the data set has 95 parameters, expected 95; the first that differs is number 71: 'q', "
        + "expected 'p70'")
    #expect(
      DatasetError.differentParameters(expected: Array(names.prefix(3)), found: names).description
        == "the data set has 95 parameters, expected 3; the first that differs is number 4: 'p3', "
        + "expected none")
  }
}
