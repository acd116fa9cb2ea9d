import DNNLikelihood
import Foundation
import Likelihoods
import NumericalCore
import Sampling
import Surrogates
import TestSupport
import Testing

/// Draws of the prior stand for chains: the builder only chooses among them.
private func chains(_ search: ToyLHCSearch, _ count: Int) -> Chains {
  var points = search.prior.draw(count, stream: RandomStream(seed: 1, purpose: "draws"))
  for i in 0..<count { points[i, 0] = 0.1 * points[i, 0] }
  return Chains(
    names: search.parameters.names, walkers: 1, ensembles: nil, positions: points,
    logDensities: search.logDensities(at: points), acceptance: [1])
}

@Suite(.serialized) struct DatasetBuilderTests {
  private let search = ToyLHCSearch()

  private func builder(_ design: DatasetBuilder.Design, points: Int) -> DatasetBuilder {
    var builder = DatasetBuilder(
      design: design, points: points, walkSteps: 3000, validation: 0.2, test: 0.2, seed: 3)
    builder.ridgeMaxima = 4
    return builder
  }

  @Test func unbiased() throws {
    let source = chains(search, 300)
    var builder = builder(.unbiased, points: 100)
    #expect(try builder.build(search, chains: source).gradients != nil)
    builder.withGradients = false
    let data = try builder.build(search, chains: source)
    #expect(data.sampleNames == ["S1"] && data.provenance["design"] == "unbiased")
    let outside = Int(data.provenance["outside_support"] ?? "") ?? -1
    #expect(data.count + outside == 100)
    let known = Set(source.positions.column(5))
    #expect(data.points.column(5).allSatisfy(known.contains))
    #expect(Set(data.points.column(5)).count == data.count)
    #expect(try builder.build(search, chains: source).points == data.points)
    #expect(data.gradients == nil)
  }

  @Test func ridgeWalk() throws {
    let data = try builder(.ridgeWalk, points: 60).build(search, chains: nil)
    #expect(data.sampleNames == ["S2"] && data.count == 60)
    // Near the ridge: above what a posterior sample has, about 47 below the maximum at -285.8.
    #expect(data.logPosteriors.allSatisfy { $0 > -330 && $0 <= -285.778 })
    let mus = data.points.column(0)
    #expect(Set(mus).count > 3 && mus.allSatisfy { (-1...5).contains($0) })
  }

  @Test func spaceFilling() throws {
    let data = try builder(.spaceFilling, points: 256).build(search, chains: nil)
    let outside = Int(data.provenance["outside_support"] ?? "") ?? -1
    #expect(data.sampleNames == ["sobol"] && data.count + outside == 256)
    // Each of the 256 slices of the prior of mu between -1 and 5 holds one point.
    let slices = Set(data.points.column(0).map { Int(($0 + 1) / 6 * 256) })
    #expect(slices.count == data.count)
    #expect(data.points.column(7).contains { $0 > 2 } && data.points.column(7).contains { $0 < -2 })
  }

  /// Draws of a power of the density are named so, and get the values of the density itself.
  @Test func chainsOfAPower() throws {
    var source = chains(search, 300)
    source.logDensities = source.logDensities.map { 0.5 * $0 }
    source.provenance[Chains.powerKey] = "0.5"
    let data = try builder(.unbiased, points: 50).build(search, chains: source)
    #expect(data.sampleNames == ["S1^0.5"])
    let exact = search.logDensities(at: data.points)
    #expect(zip(exact, data.logPosteriors).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test func unbiasedFraction() throws {
    var builder = builder(.mixed(threshold: -290), points: 60)
    builder.unbiasedFraction = 0.25
    let data = try builder.build(search, chains: chains(search, 100))
    #expect(data.sampleOfPoint.count { $0 == 1 } == 45)
    builder.unbiasedFraction = 1.5
    #expect(throws: InputError.self) { try builder.build(search, chains: chains(search, 100)) }
  }

  @Test func mixedWithRidgePoints() throws {
    var builder = builder(.mixed(threshold: -290), points: 60)
    builder.ridgePoints = 20
    builder.withGradients = true
    let data = try builder.build(search, chains: chains(search, 100))
    #expect(data.sampleNames == ["S1", "S2", "ridge"])
    let outside = Int(data.provenance["outside_support"] ?? "") ?? -1
    #expect(data.count + outside == 80)
    #expect(data.sampleOfPoint.filter { $0 == 1 }.count == 18)
    #expect(data.sampleOfPoint.filter { $0 == 0 }.count + outside >= 42)
    #expect(data.gradients?.rows == data.count)
  }

  @Test func badInput() throws {
    func message(
      _ design: DatasetBuilder.Design, _ points: Int, _ source: Chains?,
      _ change: (inout DatasetBuilder) -> Void = { _ in }
    ) -> String {
      var builder = builder(design, points: points)
      change(&builder)
      do {
        _ = try builder.build(search, chains: source)
        return ""
      } catch let error as InputError {
        return error.description
      } catch {
        return "another error: \(error)"
      }
    }
    #expect(message(.unbiased, 10, nil).contains("found none"))
    #expect(message(.unbiased, 11, chains(search, 10)).contains("at most the 10 draws"))
    let others = Chains(
      names: ["a"], walkers: 1, ensembles: nil,
      positions: Matrix(rows: 1, columns: 1, repeating: 0), logDensities: [0], acceptance: [1])
    #expect(message(.mixed(threshold: 0), 10, others).contains("other parameters"))
    #expect(message(.unbiased, 0, nil).contains("points: expected at least 1, found 0"))
    #expect(message(.ridgeWalk, -5, nil).contains("at least 1"))
    #expect(message(.ridgeWalk, 5, nil) { $0.ridgeMaxima = 0 }.contains("profiled maxima"))
    #expect(message(.ridgeWalk, 5, nil) { $0.walkSteps = 0 }.contains("steps of the walk"))
    #expect(message(.unbiased, 5, nil) { $0.ridgePoints = -1 }.contains("ridge points"))
  }

  @Test func interruption() throws {
    #expect(throws: SamplingCancelled.self) {
      try builder(.ridgeWalk, points: 10).build(search, chains: nil) { _ in false }
    }
  }
}
