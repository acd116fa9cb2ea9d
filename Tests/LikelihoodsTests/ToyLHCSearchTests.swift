import Foundation
import Likelihoods
import NumericalCore
import TestSupport
import Testing

/// Values computed independently in double precision (see the shared reference file).
private struct Reference: Decodable {
  struct Point: Decodable {
    let name: String
    let parameters: [Double]
    let logPosterior, logLikelihood, logPrior: Double
    let gradient: [Double]
    let expectedCounts: [Double]?
  }
  let points: [Point]
}

private let referenceFile = sharedFile("data/toy_lhc_search_reference.json")

@Suite struct ToyLHCSearchTests {
  let search = ToyLHCSearch()

  @Test(.enabled(if: referenceFile != nil, "../shared is absent"))
  func reference() throws {
    let file = try #require(referenceFile)
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    #expect(reference.points.count == 22)
    let points = Matrix(rows: reference.points.map(\.parameters), columns: 95)
    let (values, gradients) = search.logDensitiesAndGradients(at: points)
    let likelihoods = search.logLikelihoods(at: points)
    let priors = search.logPriors(at: points)
    for (i, expected) in reference.points.enumerated() {
      #expect(abs(values[i] / expected.logPosterior - 1) < 1e-12, "\(expected.name)")
      #expect(abs(likelihoods[i] / expected.logLikelihood - 1) < 1e-12, "\(expected.name)")
      #expect(abs(priors[i] / expected.logPrior - 1) < 1e-12, "\(expected.name)")
      let largest = expected.gradient.map(abs).max() ?? 1
      for (a, b) in zip(gradients.row(i), expected.gradient) {
        #expect(abs(a - b) <= 1e-9 * max(abs(b), 1e-3 * largest, 1e-3), "\(expected.name)")
      }
      for (a, b) in zip(
        search.expectedCounts(at: expected.parameters), expected.expectedCounts ?? [])
      {
        #expect(abs(a / b - 1) < 1e-12)
      }
    }
  }

  /// Check values of arXiv:1911.03305's model at the zero vector, stated here so that something
  /// independent is always tested.
  @Test func valueAtZero() {
    let zero = Matrix(rows: 1, columns: 95, repeating: 0.0)
    #expect(abs(search.logDensities(at: zero)[0] + 289.3199105001169) < 3e-11)
    #expect(abs(search.logLikelihoods(at: zero)[0] + 201.3302504664435) < 3e-11)
    let gradient = search.logDensitiesAndGradients(at: zero).gradients.row(0)
    let expected = [0: 1.191041, 91: -0.511972, 92: -0.274704, 93: 0.574753, 94: 0.954516]
    for (index, slope) in expected { #expect(abs(gradient[index] - slope) < 1e-6) }
  }

  @Test(arguments: [0.3, 1.7])
  func gradientMatchesFiniteDifferences(spread: Double) {
    var random = RandomStream(seed: 7, purpose: "test").sequence()
    var point = (0..<95).map { _ in spread * random.normal() }
    point[0] = 0.4
    let gradient = search.logDensitiesAndGradients(
      at: Matrix(rows: 1, columns: 95, elements: point)
    ).gradients.row(0)
    let step = 1e-3
    for k in 0..<95 {
      // Fourth-order central difference.
      let values = [-2.0, -1, 1, 2].map { shift in
        var moved = point
        moved[k] += shift * step
        return search.logDensity(at: moved)
      }
      let slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * step)
      #expect(abs(slope - gradient[k]) < 1e-8 * max(1, abs(slope)), "parameter \(k)")
    }
  }

  @Test func outsideTheSupport() {
    var points = Matrix(rows: 4, columns: 95, repeating: 0.0)
    points[0, 0] = -1  // the bounds are exclusive
    points[1, 0] = 5
    points[2, 0] = -0.95  // a negative rate in bin 77, where nothing was observed
    points[2, 77] = -8
    points[3, 94] = .nan
    let (values, gradients) = search.logDensitiesAndGradients(at: points)
    #expect(values == Array(repeating: -Double.infinity, count: 4))
    #expect(gradients.elements.allSatisfy { $0 == 0 })
  }

  @Test func numbersDoNotDependOnThreads() {
    let points = search.prior.draw(1000, stream: RandomStream(seed: 1, purpose: "test"))
    let before = Threads.count
    defer { Threads.setCount(before) }
    Threads.setCount(1)
    let one = search.logDensitiesAndGradients(at: points)
    Threads.setCount(3)
    let three = search.logDensitiesAndGradients(at: points)
    #expect(one.values == three.values)
    #expect(one.gradients == three.gradients)
  }
}
