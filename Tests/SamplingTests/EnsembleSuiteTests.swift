import Foundation
import Likelihoods
import NumericalCore
import TestSupport
import Testing

@testable import Sampling

/// A move whose log factor or proposal is changed afterwards.
private struct Broken<Base: EnsembleMove>: EnsembleMove {
  enum Fault: String, Codable {
    /// The factor has the exponent d instead of d - 1.
    case exponent
    /// There is no factor.
    case noFactor
    /// Proposals that lower the first coordinate are reflected.
    case asymmetric
    /// Proposals go up a little more often than down.
    case drift
  }

  let base: Base
  let fault: Fault

  func propose(
    for walker: Span<Double>, positions: Span<Double>, complement: Span<Int>,
    random: inout RandomSequence, into proposal: inout MutableSpan<Double>
  ) -> Double {
    let factor = base.propose(
      for: walker, positions: positions, complement: complement, random: &random,
      into: &proposal)
    let d = walker.count
    switch fault {
    case .exponent: return factor * Double(d) / Double(d - 1)
    case .noFactor: return 0
    case .asymmetric:
      guard proposal[0] < walker[0], random.uniform() < 0.1 else { return factor }
      for k in 0..<d { proposal[k] = 2 * walker[k] - proposal[k] }
      return factor
    case .drift:
      for k in 0..<d { proposal[k] += 0.05 }
      return factor
    }
  }

  func minimumWalkers(dimension: Int) -> Int { base.minimumWalkers(dimension: dimension) }
}

@Suite struct EnsembleSuiteTests {
  static let stretch = MethodUnderTest(description: "stretch") { _ in StretchMove() }
  static let recommended = MethodUnderTest(description: "recommended") {
    MoveMixture.recommended(dimension: $0)
  }
  static let perStep = MethodUnderTest(description: "mixture per step") { _ in
    var mixture = MoveMixture.differentialEvolutionSnooker
    mixture.choice = .perStep
    return mixture
  }
  static let slice = MethodUnderTest(description: "slice", tuningSteps: 30) { _ in
    EnsembleSlice(tuningSteps: 30)
  }
  static let moves = [
    stretch, MethodUnderTest(description: "walk") { _ in WalkMove() },
    MethodUnderTest(description: "walk of a subset") { _ in WalkMove(subset: 4, scale: 0.5) },
    MethodUnderTest(description: "differential evolution") { _ in DifferentialEvolutionMove() },
    MethodUnderTest(description: "snooker") { _ in SnookerMove() },
    MethodUnderTest(description: "Gaussian, all") {
      GaussianMove(standardDeviation: 1.8 / Double($0).squareRoot(), coordinates: .all)
    },
    MethodUnderTest(description: "Gaussian, one") { _ in
      GaussianMove(standardDeviation: 1.5, coordinates: .oneAtRandom)
    }, recommended, perStep, slice,
  ]

  @Test(
    arguments: moves,
    [KernelCase.independent5, .correlated20, .banana, .bounded, .overDispersed])
  func passes(_ move: MethodUnderTest, _ name: KernelCase) throws {
    let check = try KernelSuite.check(move, name)
    #expect(check.passes, "\(move), \(name.rawValue): \(check)")
  }

  @Test(arguments: [stretch, recommended, slice])
  func passesInManyDimensions(_ move: MethodUnderTest) throws {
    let check = try KernelSuite.check(move, .correlated100)
    #expect(check.passes, "\(move): \(check)")
  }

  @Test(arguments: [recommended, slice])
  func convergesInManyDimensions(_ move: MethodUnderTest) throws {
    let check = try KernelSuite.check(move, .overDispersed20)
    #expect(check.passes, "\(move): \(check)")
  }

  static let broken = [
    MethodUnderTest(description: "snooker, exponent d") { _ in
      Broken(base: SnookerMove(), fault: .exponent)
    },
    MethodUnderTest(description: "stretch, exponent d") { _ in
      Broken(base: StretchMove(), fault: .exponent)
    },
    MethodUnderTest(description: "stretch without factor") { _ in
      Broken(base: StretchMove(), fault: .noFactor)
    },
    MethodUnderTest(description: "asymmetric differential evolution") { _ in
      Broken(base: DifferentialEvolutionMove(), fault: .asymmetric)
    },
    MethodUnderTest(description: "Gaussian with a drift") { _ in
      Broken(
        base: GaussianMove(standardDeviation: 0.5, coordinates: .all), fault: .drift)
    },
  ]

  @Test(arguments: broken, [KernelCase.independent5, .correlated20])
  func brokenMovesFail(_ move: MethodUnderTest, _ name: KernelCase) throws {
    let check = try KernelSuite.check(move, name)
    #expect(!check.passes, "\(move), \(name.rawValue): \(check)")
  }

  /// Draws of a density that is wider by 3 %, from whatever kernel.
  @Test(arguments: [recommended, slice])
  func wrongWidthFails(_ move: MethodUnderTest) throws {
    let target = AutoregressiveGaussian(20, correlation: 0.7)
    let scaled = Altered(base: target) { value, _ in value /= 1.03 * 1.03 }
    let walkers = KernelSuite.blocks * move.walkers(dimension: 20)
    let kernel = move.method(20).kernel(for: scaled, ensembles: KernelSuite.blocks, seed: 5)
    let chains = try KernelSuite.run(
      kernel, target, from: target.exactDraws(walkers, seed: 1), burnIn: 100, steps: 100,
      thinning: 5)
    let check = try DistributionCheck(chains, target)
    #expect(!check.passes, "\(check)")
  }

  /// The moments of the suite's banana are those of an independent collection of targets.
  @Test(
    .enabled(
      if: sharedFile("data/samplers/analytic_targets.json") != nil, "needs the shared data"))
  func bananaMoments() throws {
    struct Target: Decodable {
      struct Exact: Decodable {
        var mean, sd: [Double]
      }
      let name: String
      let exact: Exact?

      enum CodingKeys: CodingKey { case name, exact }

      init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        // Other targets have numbers where this one has lists.
        exact = try? values.decode(Exact.self, forKey: .exact)
      }
    }
    let file = try #require(sharedFile("data/samplers/analytic_targets.json"))
    let targets = try JSONDecoder().decode([Target].self, from: Data(contentsOf: file))
    let exact = try #require(targets.first { $0.name == "banana" }?.exact)
    let banana = Banana(4)
    for j in 0..<2 {
      #expect(banana.exactMeans[j] == exact.mean[j])
      let variance = banana.exactSquares[j] - banana.exactMeans[j] * banana.exactMeans[j]
      #expect(abs(variance.squareRoot() - exact.sd[j]) < 1e-12)
    }
  }
}
