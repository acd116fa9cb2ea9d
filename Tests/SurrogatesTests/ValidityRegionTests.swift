import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Surrogates
import Testing

@Suite struct ValidityRegionTests {
  /// A point of the data, scaled about the centre of the region so that it lies `factor` times as
  /// far as the boundary.
  private func point(_ surrogate: SurrogateLikelihood, _ i: Int, factor: Double) throws -> [Double]
  {
    let region = try #require(surrogate.region)
    let point = try Skewed().points(60, seed: 21).row(i)
    let start = zip(point, region.center).map { $0 - $1 }
    let distance = region.distances(of: Matrix(rows: [point], columns: 5))[0]
    return zip(region.center, start).map { $0 + $1 * factor / distance }
  }

  @Test func trainingPointsAreInside() throws {
    let density = try Skewed()
    for recipe in [
      TrainingRecipe.enhanced(widths: [8], epochs: 2),
      .paper(trainingSize: 300, width: 8, seed: 1),
    ] {
      var recipe = recipe
      recipe.training.maximumEpochs = 2
      let data = try density.dataset(500)
      let surrogate = try SurrogateTraining(data, recipe: recipe).run().surrogate
      let region = try #require(surrogate.region)
      let training = data.points.selectingRows(data.indices(.training))
      #expect(region.distances(of: training).allSatisfy { $0 < 1 })
      // Of all others, nearly all.
      #expect(region.distances(of: data.points).count { $0 <= 1 } >= data.count - 2)
      // By hand: farthest point and one standard deviation; ranges end where the bounds are.
      #expect(region.lower[0] == -.infinity || region.lower[0] > -3)
      #expect(region.upper[0] == .infinity || region.upper[0] < 3)
      let column = training.column(2)
      let n = Double(column.count)
      let mean = column.reduce(0, +) / n
      let deviation = (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
      #expect(abs(region.upper[2] - (try #require(column.max()) + deviation)) < 1e-12)
      #expect(abs(region.lower[2] - (try #require(column.min()) - deviation)) < 1e-12)
      #expect(!surrogate.isInside(Matrix(rows: [[0.0, 0, 9, 0, 0]], columns: 5))[0])
    }
  }

  /// Draws in sixty dimensions stay 30 nats below the maximum that lies in their middle: its log
  /// density is one of the region, a far higher one is not.
  @Test func maximumInTheMiddleOfDraws() throws {
    let d = 60
    var random = RandomStream(seed: 4, purpose: "draws").sequence()
    let points = Matrix<Double>(
      rows: 4000, columns: d, elements: (0..<4000 * d).map { _ in 3 * random.normal() })
    let values = (0..<points.rows).map { i in
      -100 - points.row(i).reduce(0) { $0 + $1 * $1 } / 18
    }
    #expect(try #require(values.max()) < -110)
    let space = try ParameterSpace((0..<d).map { Parameter(name: "p\($0)") })
    let gaussian = try #require(Preconditioner.gaussian(points: points, logDensities: values))
    for preconditioner in [.identity(dimension: d), gaussian] {
      let region = ValidityRegion(
        of: points, logDensities: values, parameters: space, preconditioner: preconditioner)
      #expect(region.logDensities.contains(-100) && !region.logDensities.contains(-85))
      #expect(region.distances(of: Matrix(rows: 1, columns: d, repeating: 0))[0] < 0.1)
    }
    // A maximum that is known needs no estimate.
    let known = try #require(
      Preconditioner.quadratic(
        maximum: Array(repeating: 0, count: d), logDensity: -100, covariance: .identity(d)))
    let region = ValidityRegion(
      of: points, logDensities: values, parameters: space, preconditioner: known)
    #expect(region.peak == -100 && region.logDensities.upperBound < -90)
  }

  /// The parabola along the ray, through the peak at the centre and the value at the boundary.
  @Test(arguments: [true, false])
  func continuationByHand(quadratic: Bool) throws {
    let surrogate = try randomSurrogate(quadratic: quadratic, kinks: true, region: true)
    let region = try #require(surrogate.region)
    for i in 0..<20 {
      let edge = surrogate.logDensity(at: try point(surrogate, i, factor: 1 - 1e-13))
      let far = try point(surrogate, i, factor: 2.5)
      guard surrogate.parameters.parameters[0].allows(far[0]) else { continue }
      let drop = max(region.peak - edge, 0.1 * (region.peak - region.logDensities.lowerBound))
      let expected = edge - 5.25 * drop
      let found = surrogate.logDensity(at: far)
      #expect(abs(found - expected) < 1e-9 * abs(expected))
      #expect(found < edge)
    }
  }

  /// Each limit alone: of either side of a parameter, and of the distance.
  @Test func everyLimitCounts() throws {
    let base = try randomSurrogate(kinks: true, region: true)
    let old = try #require(base.region)
    for k in 1..<5 {
      for side in [-1.0, 1] {
        for isLimited in [true, false] {
          var lower = Array(repeating: -Double.infinity, count: 5)
          var upper = Array(repeating: Double.infinity, count: 5)
          if isLimited, side < 0 { lower[k] = old.center[k] - 1e-3 }
          if isLimited, side > 0 { upper[k] = old.center[k] + 1e-3 }
          let surrogate = SurrogateLikelihood(
            parameters: base.parameters, preconditioner: base.preconditioner,
            network: base.network,
            region: ValidityRegion(
              center: old.center, whitening: old.whitening, radius: old.radius, lower: lower,
              upper: upper, peak: old.peak, logDensities: old.logDensities), prior: nil)
          // Twice as far as the limit, well within the radius.
          var point = old.center
          point[k] += side * 2e-3
          let value = surrogate.logDensity(at: point)
          let free = surrogate.withoutRegion.logDensity(at: point)
          #expect((value == free) != isLimited, "parameter \(k), side \(side)")
          // The other side is free.
          point[k] = old.center[k] - side * 2e-3
          #expect(
            surrogate.logDensity(at: point) == surrogate.withoutRegion.logDensity(at: point))
        }
      }
    }
  }

  /// A network that is far above the peak at the boundary must not lift what is beyond it.
  @Test func aWildNetworkFallsToo() throws {
    var wild = try randomSurrogate(kinks: true, region: true)
    var lifted = wild.preconditioner
    lifted.targetMean = 500
    wild = SurrogateLikelihood(
      parameters: wild.parameters, preconditioner: lifted, network: wild.network,
      region: wild.region, prior: nil)
    for i in 0..<20 {
      let values = try [0.99999, 1.2, 2, 5].map {
        wild.logDensity(at: try point(wild, i, factor: $0))
      }
      let inBounds = values.filter { $0 > -.infinity }
      #expect(zip(inBounds, inBounds.dropFirst()).allSatisfy { $0 > $1 }, "\(values)")
      let far = try point(wild, i, factor: 1.4)
      guard abs(far[0]) < 2.9 else { continue }
      #expect(!wild.isInside(Matrix(rows: [far], columns: 5))[0])
      let gradient = wild.logDensitiesAndGradients(at: Matrix(rows: [far], columns: 5)).gradients
      for k in 0..<5 {
        var (up, down) = (far, far)
        up[k] += 1e-6
        down[k] -= 1e-6
        let slope = (wild.logDensity(at: up) - wild.logDensity(at: down)) / 2e-6
        #expect(abs(gradient[0, k] - slope) < 1e-6 * max(10, abs(slope)))
      }
    }
  }

  /// No jump at the boundary, and none of the gradient along it that finite differences would see.
  @Test(arguments: [true, false], [true, false])
  func continuousWithGradients(quadratic: Bool, kinks: Bool) throws {
    let surrogate = try randomSurrogate(quadratic: quadratic, kinks: kinks, region: true)
    var checked = 0
    for i in 0..<60 {
      let (a, b) = (
        surrogate.logDensity(at: try point(surrogate, i, factor: 1 - 1e-9)),
        surrogate.logDensity(at: try point(surrogate, i, factor: 1 + 1e-9))
      )
      #expect(a == b || abs(a - b) < 1e-5)
      for factor in [0.7, 1.3, 3] {
        let x = try point(surrogate, i, factor: factor)
        guard abs(x[0]) < 2.9 else { continue }
        let gradient = surrogate.logDensitiesAndGradients(at: Matrix(rows: [x], columns: 5))
          .gradients
        for k in 0..<5 {
          var (up, down) = (x, x)
          up[k] += 1e-6
          down[k] -= 1e-6
          let slope = (surrogate.logDensity(at: up) - surrogate.logDensity(at: down)) / 2e-6
          #expect(abs(gradient[0, k] - slope) < 1e-6 * max(10, abs(slope)), "\(i) \(factor) \(k)")
          checked += 1
        }
      }
    }
    #expect(checked > 200)
  }

  /// Both kinds of limit decide somewhere: the gradients above are those of both.
  @Test func bothLimitsOccur() throws {
    let surrogate = try randomSurrogate(region: true)
    let region = try #require(surrogate.region)
    let far = Matrix(rows: [[0.0, 0, 0, 30, 0], [0, -2, 2.1, 2, 2.2]], columns: 5)
    let distances = region.distances(of: far)
    #expect(
      abs(distances[0] - (30 - region.center[3]) / (region.upper[3] - region.center[3]))
        < 1e-9)
    let u = try #require(region.whitening).times(
      zip(far.row(1), region.center).map { $0 - $1 })
    let norm = u.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(distances[1] - norm / region.radius) < 1e-9)
  }

  /// A network that is wrong by far in the middle of its points is flagged by the range of log
  /// densities alone.
  @Test func logDensitiesBeyondTheTrainingAreFlagged() throws {
    let surrogate = try randomSurrogate(region: true)
    let region = try #require(surrogate.region)
    let points = try Skewed().points(20, seed: 4)
    let inside = surrogate.isInside(points)
    #expect(inside.contains(true))
    let narrow = SurrogateLikelihood(
      parameters: surrogate.parameters, preconditioner: surrogate.preconditioner,
      network: surrogate.network,
      region: ValidityRegion(
        center: region.center, whitening: region.whitening, radius: region.radius,
        lower: region.lower, upper: region.upper, peak: region.peak,
        logDensities: -1e9...(-1e8)), prior: nil)
    #expect(narrow.isInside(points).allSatisfy { !$0 })
    let ball = region.distances(of: points)
    for (i, (a, b)) in zip(narrow.logDensities(at: points), surrogate.logDensities(at: points))
      .enumerated() where ball[i] <= 1
    {
      #expect(a == b)
    }
  }

  /// Outside the bounds and for what is no number: -∞, and not inside.
  @Test func boundsAndNoNumbers() throws {
    let surrogate = try randomSurrogate(region: true)
    for bad in [(-3.0).nextDown, 3.0.nextUp, 40, -.infinity, .infinity, .nan, 1e300] {
      // The second parameter has no bounds.
      for column in abs(bad) < 4 ? 0..<1 : 0..<2 {
        var x = [0.0, 0, 0, 0, 0]
        x[column] = bad
        let points = Matrix(rows: [x], columns: 5)
        let (values, gradients) = surrogate.logDensitiesAndGradients(at: points)
        #expect(!values[0].isNaN && values[0] < -500, "\(bad) \(column)")
        #expect(gradients.elements.allSatisfy { !$0.isNaN })
        #expect(surrogate.isInside(points) == [false])
      }
    }
  }

  /// Wrappers ask the network; other densities hold everywhere.
  @Test func validityOfWrappers() throws {
    let surrogate = try randomSurrogate(region: true)
    let far = Matrix(rows: [[0.0, 0, 0, 0, 0], [0, 30, 0, 0, 0]], columns: 5)
    let expected = surrogate.isInside(far)
    #expect(expected[1] == false)
    #expect(surrogate.validity(at: far) == expected)
    #expect(try TemperedDensity(surrogate, power: 0.5).validity(at: far) == expected)
    #expect(try LikelihoodWithPrior(surrogate).validity(at: far) == expected)
    #expect(try CombinedLikelihood([.init("a", surrogate)]).validity(at: far) == expected)
    let conditional = try ConditionalDensity(surrogate, holding: ["mu": 0])
    #expect(
      conditional.validity(at: Matrix(rows: [[0.0, 0, 0, 0], [30, 0, 0, 0]], columns: 4))
        == expected)
    #expect(try Skewed().validity(at: far) == nil)
    #expect(try randomSurrogate().validity(at: far) == nil)
  }

  /// Few points, a constant column: a region all the same.
  @Test func degeneratePoints() throws {
    let space = try ParameterSpace([Parameter(name: "a"), Parameter(name: "b")])
    let points = Matrix(rows: [[1.0, 5], [2, 5], [4, 5]], columns: 2)
    let region = ValidityRegion(
      of: points, logDensities: [-1, -2, -4], parameters: space,
      preconditioner: .identity(dimension: 2))
    #expect(region.distances(of: points).allSatisfy { $0 <= 1 })
    let others = Matrix(rows: [[2.0, 5.1], [20, 5]], columns: 2)
    #expect(region.distances(of: others).allSatisfy { $0 > 1 })
  }
}
