import ArgumentParser
import DNNLikelihood
import Foundation

/// Options of a test by pseudo-experiments.
struct ToyTestOptions: ParsableArguments {
  @Option(help: "Pseudo-experiments under each hypothesis (default: none, asymptotic formulas).")
  var toys: Int?
  @Option(
    help: "Nuisance parameters of the toys: profile (fitted to the data) or hybrid (drawn).")
  var construction = PseudoExperiments.Construction.profile
  @Flag(help: "Keep the auxiliary measurements of the data in the toys.")
  var fixedAuxiliary = false
  @Option(parsing: .unconditional, help: "Seed of the toys.") var seed: UInt64 = 1

  func validate() throws {
    guard toys ?? 10 >= 10 else { throw ValidationError("--toys must be at least 10") }
  }

  /// The test that corresponds to an asymptotic one.
  func test(
    _ density: any Posterior, _ name: String, as test: HypothesisTest
  ) throws -> ToyHypothesisTest {
    guard let model = density as? any GenerativeModel else {
      throw InputError.notGenerative(name)
    }
    return try run(model, test)
  }

  private func run(
    _ model: some GenerativeModel, _ test: HypothesisTest
  ) throws -> ToyHypothesisTest {
    let study = PseudoExperiments(
      parameter: test.parameter, testing: test.mu, with: test.statistic, toys: toys ?? 0,
      construction: construction, fluctuatesAuxiliary: fixedAuxiliary ? false : nil, seed: seed)
    let bar = ProgressBar()
    defer { bar.finish() }
    let results = try study.run(model, onBatch: ToyProgress(bar).show)
    guard results.isComplete else { throw SamplingCancelled() }
    return try ToyHypothesisTest(results, at: test.mu, statistic: test.statistic)
  }
}

/// What `hypotest --toys` prints: the keys of `hypotest` from the toys, with their Monte Carlo
/// errors, and the asymptotic test beside them.
struct ToyTestReport: Encodable {
  let calculator = "toys"
  let parameter, statistic, construction: String
  let mu, q, CLsb, CLb: Double
  let CLs: Double?
  let expectedCLs: [Double?]
  let expectedPValues: [Double]
  let errors: [String: Double]
  let expectedCLsErrors: [Double?]
  let toys, uncertified, retried: Int
  let valid: Bool
  let asymptotic: HypoTestReport
  let seconds: Double

  init(
    _ test: ToyHypothesisTest, _ options: ToyTestOptions, asymptotic: HypoTestReport,
    seconds: Double
  ) {
    parameter = test.parameter
    statistic = test.statistic.rawValue
    construction = options.construction.rawValue
    mu = test.mu
    q = test.q
    CLsb = test.testedPValue.value
    CLb = test.alternativePValue.value
    CLs = test.confidenceRatio?.value
    expectedCLs = test.expectedConfidenceRatios.map { $0?.value }
    expectedCLsErrors = test.expectedConfidenceRatios.map { $0?.error }
    expectedPValues = test.expectedPValues.map(\.value)
    var errors = ["CLsb": test.testedPValue.error, "CLb": test.alternativePValue.error]
    errors["CLs"] = test.confidenceRatio?.error
    self.errors = errors
    toys = options.toys ?? 0
    uncertified = test.uncertified
    retried = test.retried
    valid = test.isValid
    self.asymptotic = asymptotic
    self.seconds = seconds
  }

  var table: String {
    func number(_ value: Double?, _ error: Double?) -> String {
      guard let value else { return "-" }
      return String(format: "%.4g", value) + (error.map { String(format: " ± %.2g", $0) } ?? "")
    }
    var lines = [
      asymptotic.table, "",
      "with \(toys) toys under each hypothesis (\(construction) construction):",
    ]
    if asymptotic.CLs != nil {
      lines.append(
        "CLs \(number(CLs, errors["CLs"]))  (CLs+b \(number(CLsb, errors["CLsb"])), "
          + "CLb \(number(CLb, errors["CLb"])))")
      let band = zip(["+2", "+1", "0", "-1", "-2"], zip(expectedCLs, expectedCLsErrors)).map {
        "\($0)σ \(number($1.0, $1.1))"
      }
      lines.append("expected CLs " + band.joined(separator: ", "))
    } else {
      lines.append("p value \(number(CLsb, errors["CLsb"]))")
    }
    lines.append("\(retried) toys needed thorough fits, \(uncertified) have no valid certificate")
    return lines.joined(separator: "\n")
  }
}

extension InputError {
  /// A likelihood that was asked for pseudo-experiments and cannot make them.
  static func notGenerative(_ name: String) -> InputError {
    .value(
      "the likelihood",
      expected: "one that generates data: toy-lhc, a HistFactory workspace or a simplified "
        + "likelihood", found: "'\(name)'")
  }
}
