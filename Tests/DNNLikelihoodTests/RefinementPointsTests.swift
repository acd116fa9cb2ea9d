import Inference
import Likelihoods
import NumericalCore
import Testing

@testable import DNNLikelihood

/// A normal density with unit covariance around a place.
private struct Bell: DifferentiableLogDensity {
  let parameters: ParameterSpace
  let place: [Double]

  init(at place: [Double]) throws {
    self.place = place
    parameters = try ParameterSpace(place.indices.map { Parameter(name: "x\($0)") })
  }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    var gradients = points
    evaluate(points, values: &values, gradients: &gradients)
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    for i in 0..<points.rows {
      let away = zip(points.row(i), place).map { $0 - $1 }
      values[i] = -0.5 * away.reduce(0) { $0 + $1 * $1 }
      gradients.setRow(i, to: away.map { -$0 })
    }
  }
}

/// Where a refinement asks the likelihood.
@Suite("Points of a refinement") struct RefinementPointsTests {
  @Test("half of the ridge lies on the way to the maxima of the network") func ridge() throws {
    let truth = try MaximumLikelihood().fit(Bell(at: [0, 0, 0]))
    let found = try MaximumLikelihood().fit(Bell(at: [6, 0, 0]))
    let points = RefinementPoints(seed: 5)
    let count = 4000
    func ridge(_ found: [FitResult]?) throws -> [Double] {
      let result = try #require(points.ridge(count, [truth], found: found))
      #expect(result.rows == count)
      // Across the way they lie around it.
      let across = result.column(1)
      #expect(abs(across.reduce(0, +) / Double(count)) < 0.05)
      return result.column(0)
    }
    func fraction(_ values: [Double], above limit: Double) -> Double {
      Double(values.filter { $0 > limit }.count) / Double(count)
    }
    let along = try ridge([found])
    // A half of the half, and nothing beyond.
    #expect(abs(fraction(along, above: 3) - 0.25) < 0.03)
    #expect(abs(fraction(along, above: 5) - 0.5 / 6) < 0.02)
    #expect(fraction(along, above: 7.5) < 0.001)
    // Without maxima of a network, or with the same ones, all points lie around the likelihood's.
    #expect(fraction(try ridge(nil), above: 3) < 0.003)
    #expect(fraction(try ridge([truth]), above: 3) < 0.003)
    #expect(points.ridge(count, [], found: nil) == nil)
  }

  @Test("wide networks are trained at lower rates") func rates() throws {
    func rate(_ width: Int, counts: Bool = false) throws -> Double {
      var settings = RefinementSettings(seed: 1)
      settings.width = width
      settings.largestWidth = 2048
      settings.learnsCounts = counts
      let recipe = RefinementRecipes(
        settings: settings, round: 5, points: 50_000, withGradients: true, hasCounts: counts,
        earlier: []
      ).recipes[0]
      #expect(recipe.hiddenWidths == [counts ? 2 * width : width, counts ? 2 * width : width])
      return recipe.training.optimizer.learningRate
    }
    #expect(try rate(128) == 6e-3 && rate(256) == 6e-3)
    #expect(try rate(512) == 3e-3)
    #expect(try rate(512, counts: true) == 3e-3)
  }

  @Test("a maximum of the network where the likelihood is low is said") func maximum() {
    typealias Maximum = SurrogateMeasurement.MaximumComparison
    #expect(Maximum(truth: -10, surrogate: -9, truthThere: -10.4).defect == nil)
    let low = Maximum(truth: -10, surrogate: -9, truthThere: -10.6)
    #expect(low.difference == 1 && low.defect?.contains("0.6 nats below") == true)
    let outside = Maximum(truth: -10, surrogate: -9, truthThere: -.infinity)
    #expect(outside.truthLost == nil && outside.defect?.contains("is zero") == true)
  }
}
