import Likelihoods
import NumericalCore
import Surrogates
import Testing

@Suite("Mixtures of data sets") struct DatasetMixingTests {
  private let density: Skewed

  init() throws { density = try Skewed() }

  private func data(
    _ name: String, _ count: Int, from first: Int = 0, gradients: Bool = true
  ) throws -> Dataset {
    let points = density.points(first + count).rows(in: first..<first + count)
    return try Dataset(
      samples: [.init(name, points)], of: density, withGradients: gradients, validation: 0.2,
      test: 0.2, seed: 1)
  }

  @Test func fractionsAndValues() throws {
    let (a, b) = (try data("a", 200), try data("b", 100, from: 200))
    let mixed = try Dataset(
      mixing: [.init(a, fraction: 3), .init(b, fraction: 1)], points: 120, validation: 0.25,
      test: 0.25, seed: 2)
    #expect(mixed.count == 120 && mixed.sampleNames == ["a", "b"])
    #expect(mixed.sampleOfPoint.count { $0 == 1 } == 30)
    #expect(abs(mixed.indices(.test).count - 30) < 3)
    // Every row belongs together still.
    let (values, gradients) = density.logDensitiesAndGradients(at: mixed.points)
    #expect(zip(values, mixed.logPosteriors).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(mixed.gradients == gradients)
    let sources = [Set(a.points.column(0)), Set(b.points.column(0))]
    for i in 0..<120 {
      #expect(sources[mixed.sampleOfPoint[i]].contains(mixed.points[i, 0]))
    }
    // As many as possible: the 100 of b are a quarter at most, a's 200 three quarters.
    let most = try Dataset(
      mixing: [.init(a, fraction: 0.75), .init(b, fraction: 0.25)], validation: 0, test: 0, seed: 2)
    #expect(most.count == 266 || most.count == 267)
  }

  @Test func repeatsAreMerged() throws {
    let (a, b) = (try data("a", 60), try data("b", 60, from: 30))
    let all = try Dataset(
      mixing: [.init(a, fraction: 1), .init(b, fraction: 1)], validation: 0, test: 0, seed: 2)
    let once = try Dataset(
      mixing: [.init(a, fraction: 1), .init(b, fraction: 1)], mergingRepeats: true, validation: 0,
      test: 0, seed: 2)
    #expect(all.count == 120 && once.count == 90)
    #expect(PointGroups(of: once.points).representatives.count == 90)
  }

  @Test func columnsThatOneLacksAreLeftOut() throws {
    let mixed = try Dataset(
      mixing: [
        .init(data("a", 20), fraction: 1), .init(data("b", 20, gradients: false), fraction: 1),
      ], validation: 0, test: 0, seed: 1)
    #expect(mixed.gradients == nil && mixed.logPriors != nil)
  }

  @Test func impossibleMixtures() throws {
    let a = try data("a", 20)
    func message(_ parts: [Dataset.Component], _ points: Int?) -> String {
      let error = #expect(throws: DatasetError.self) {
        try Dataset(mixing: parts, points: points, validation: 0, test: 0, seed: 1)
      }
      return error?.description ?? ""
    }
    #expect(message([], nil).contains("no points"))
    #expect(message([.init(a, fraction: 0)], nil).contains("expected a positive number"))
    #expect(message([.init(a, fraction: 1)], 21).contains("at most 20 points"))
    let search = ToyLHCSearch()
    let points = search.prior.draw(20, stream: RandomStream(seed: 3, purpose: "test"))
    let other = try Dataset(
      samples: [.init("toy", points)], of: search, validation: 0, test: 0, seed: 1)
    #expect(message([.init(a, fraction: 1), .init(other, fraction: 1)], nil).contains("delta_1"))
  }
}
