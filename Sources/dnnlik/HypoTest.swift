import ArgumentParser
import DNNLikelihood
import Foundation

struct HypoTest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hypotest",
    abstract: "Test a value of a parameter: p values, CLs, discovery significance.",
    discussion: """
      Asymptotic formulas of arXiv:1007.1727, or pseudo-experiments with --toys (both are printed \
      then). Expected values are those of the alternative (0, or 1 for q0) at +2, +1, 0, -1 and -2 \
      standard deviations, smallest first.
      """)

  @Argument(help: "The likelihood.") var likelihood: String
  @OptionGroup var tested: TestOptions
  @Option(
    parsing: .unconditional,
    help: "The tested value of the parameter (default: 1; 0 for q0, which has no other).")
  var mu: Double?
  @OptionGroup var toys: ToyTestOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard tested.statistic != .q0 || mu ?? 0 == 0 else {
      throw ValidationError("--statistic q0 tests the value 0; leave --mu out")
    }
  }

  func run() throws {
    try common.apply()
    let density = try model.load(likelihood)
    let clock = Date()
    let value = mu ?? (tested.statistic == .q0 ? 0 : 1)
    let test = try tested.test(density, at: value)
    let report = HypoTestReport(test, seconds: Date().timeIntervalSince(clock))
    var isValid = test.isValid
    if toys.toys == nil {
      if common.json { try printJSON(report) } else { print(report.table) }
    } else {
      let found = try toys.test(density, likelihood, as: test)
      let whole = ToyTestReport(
        found, toys, asymptotic: report, seconds: Date().timeIntervalSince(clock))
      if common.json { try printJSON(whole) } else { print(whole.table) }
      isValid = isValid && found.isValid
    }
    if !isValid && !tested.allowUnconverged { throw Failure.notValid }
  }
}

/// Options of tests and limits.
struct TestOptions: ParsableArguments {
  @Option(help: "The tested parameter (default: the parameter of interest).")
  var parameter: String?
  @Option(
    help: ArgumentHelp(
      "Test statistic: qtilde or q for upper limits (q where the parameter may be negative), q0 "
        + "for discovery, t two-sided.", valueName: "qtilde|q|q0|t"))
  var statistic = TestStatistic.qtilde
  @Flag(help: "Exit with 0 also if a fit has no valid certificate.")
  var allowUnconverged = false

  /// Tests one value.
  func test(_ density: some Posterior, at mu: Double) throws -> HypothesisTest {
    var tester = try AsymptoticTester(density, parameter: parameter, statistic: statistic)
    return try tester.test(at: mu)
  }
}
