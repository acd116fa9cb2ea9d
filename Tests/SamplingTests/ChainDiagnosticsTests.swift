import Foundation
import NumericalCore
import Sampling
import Statistics
import Testing

/// A relative difference, for messages and bounds.
func relativeDifference(_ found: Double, _ expected: Double) -> Double {
  found == expected ? 0 : abs(found - expected) / max(abs(expected), 1e-300)
}

enum DiagnosticsFiles {
  static let tests = URL(filePath: #filePath).deletingLastPathComponent()
  static let own = tests.appending(path: "Reference/chain_diagnostics.json")
  static let shared = tests.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "shared/data/samplers/diagnostics_reference.json")
  static var hasShared: Bool { FileManager.default.fileExists(atPath: shared.path) }

  struct Reference: Decodable {
    struct Case: Decodable {
      let name: String
      let draws: [[Double]]
      let reference: [String: Entry]
    }
    let cases: [Case]
  }

  enum Entry: Decodable {
    case number(Double)
    case list([Double])
    case table([String: Double])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let list = try? container.decode([Double].self) {
        self = .list(list)
      } else {
        self = .table(try container.decode([String: Double].self))
      }
    }
  }

  static func read(_ url: URL) throws -> [Reference.Case] {
    try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url)).cases
  }

  /// Our value for a key of the reference files; numbers only.
  static func evaluate(_ key: String, _ x: ChainDraws) throws -> Double? {
    switch key {
    case "rhat_rank": return RHat.quoted(x)
    case "rhat_split": return RHat.split(x)
    case "rhat_folded": return RHat.folded(x)
    case "rhat_z_scale": return RHat.rank(x)
    case "rhat_identity": return RHat.identity(x)
    case "ess_bulk": return EffectiveSampleSize.bulk(x)
    case "ess_tail": return EffectiveSampleSize.tail(x)
    case "ess_mean": return EffectiveSampleSize.mean(x)
    case "ess_sd": return EffectiveSampleSize.standardDeviation(x)
    case "ess_median": return EffectiveSampleSize.median(x)
    case "ess_mad": return EffectiveSampleSize.medianAbsoluteDeviation(x)
    case "ess_identity": return EffectiveSampleSize.identity(x)
    case "ess_quantile_0.1": return try EffectiveSampleSize.quantile(x, 0.1)
    case "mcse_mean": return MonteCarloStandardError.mean(x)
    case "mcse_sd": return MonteCarloStandardError.standardDeviation(x)
    case "mcse_median": return MonteCarloStandardError.median(x)
    case "mcse_quantile_0.1": return try MonteCarloStandardError.quantile(x, 0.1)
    case "emcee_integrated_time_c5", "foreman_mackey":
      return IntegratedAutocorrelationTime(x)?.windowedSum
    case "gw2010_time_c5", "goodman_weare":
      return IntegratedAutocorrelationTime(x, method: .goodmanWeare)?.windowedSum
    case "nested_two_groups":
      let half = x.chains / 2
      let all = (0..<x.chains).map { Array(x.values[$0 * x.draws..<($0 + 1) * x.draws]) }
      return try RHat.nested([
        ChainDraws(Array(all[..<half])), ChainDraws(Array(all[half...])),
      ])
    default: return nil
    }
  }
}

/// Own reference set: ArviZ 0.23.4 and emcee 3.1.6 (Reference/chain_diagnostics.py).
@Suite struct ChainDiagnosticsTests {
  @Test func agreesWithArviZAndEmcee() throws {
    let cases = try DiagnosticsFiles.read(DiagnosticsFiles.own)
    #expect(cases.count == 6)
    for item in cases {
      let x = try ChainDraws(item.draws)
      // Numbers near 1e6 with a spread of 1e-3: numpy's means are good to 1e-7 of the spread.
      let tolerance = item.name == "offset_1e6" ? 1e-5 : 1e-10
      for (key, entry) in item.reference {
        switch (key, entry) {
        case ("geweke", .list(let expected)):
          let found = try Geweke.scores(x)
          #expect(found.count == expected.count)
          for (a, b) in zip(found, expected) {
            #expect(relativeDifference(try #require(a), b) < tolerance, "\(item.name) \(key)")
          }
        case ("quantiles_05_50_95", .list(let expected)):
          let found = ParameterConvergence("x", x).quantiles
          for (a, b) in zip(found, expected) { #expect(relativeDifference(a, b) < 1e-14) }
        case (_, .number(let expected)):
          let found = try #require(try DiagnosticsFiles.evaluate(key, x), "\(item.name) \(key)")
          #expect(
            relativeDifference(found, expected) < tolerance,
            "\(item.name) \(key): \(found), expected \(expected)")
        default: Issue.record("no comparison for \(key)")
        }
      }
    }
  }

  /// The larger set of the project, where it is at hand.
  @Test(.enabled(if: DiagnosticsFiles.hasShared, "needs ../shared/data/samplers"))
  func agreesWithTheSharedReference() throws {
    var compared = 0
    for item in try DiagnosticsFiles.read(DiagnosticsFiles.shared) {
      let x = try ChainDraws(item.draws)
      for (key, entry) in item.reference {
        switch (key, entry) {
        case ("hdi_0.6827", .list(let ends)), ("hdi_0.9545", .list(let ends)):
          let p = key == "hdi_0.6827" ? 0.6827 : 0.9545
          let found = try HighestDensityInterval.shortest(
            of: WeightedSample(x.values), probability: p)
          #expect([found.hull.lower, found.hull.upper] == ends, "\(item.name) \(key)")
        case ("brooks_gelman", .table(let expected)):
          let found = try #require(try BrooksGelman(x))
          let ours = [
            "W": found.withinVariance, "B": found.betweenVariance, "V": found.pooledVariance,
            "df": found.degreesOfFreedom, "Rc": found.corrected,
            "R_uncorrected": found.uncorrected,
          ]
          #expect(ours.count == expected.count)
          for (name, value) in expected {
            let mine = try #require(ours[name])
            #expect(relativeDifference(mine, value) < 1e-10, "\(item.name) \(name)")
          }
        case (_, .number(let expected)):
          let found = try #require(try DiagnosticsFiles.evaluate(key, x), "\(item.name) \(key)")
          #expect(
            relativeDifference(found, expected) < 1e-10,
            "\(item.name) \(key): \(found), expected \(expected)")
        default: Issue.record("no comparison for \(key)")
        }
        compared += 1
      }
    }
    #expect(compared == 8 * 22)
  }

  /// AR(1) with coefficient a has τ = (1 + a) / (1 - a).
  @Test(arguments: [0.0, 0.5, 0.9])
  func autoregressiveChainHasItsExactTime(a: Double) throws {
    var random = RandomStream(seed: 3, purpose: "ar1").sequence()
    var x = random.normal()
    let chain = (0..<150_000).map { _ in
      x = a * x + (1 - a * a).squareRoot() * random.normal()
      return x
    }
    let chains = try ChainDraws([chain])
    let exact = (1 + a) / (1 - a)
    let found = try #require(IntegratedAutocorrelationTime(chains))
    #expect(abs(found.time / exact - 1) < 0.1)
    #expect(found.isReliable)
    #expect(abs(EffectiveSampleSize.mean(chains) / (150_000 / exact) - 1) < 0.1)
    let short = try #require(
      IntegratedAutocorrelationTime.history(
        chains, lengths: [40, 150_000], method: .goodmanWeare
      ).first)
    #expect(short.isReliable == (50 * short.time < 40))
  }
}
