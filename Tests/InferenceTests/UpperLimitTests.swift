import Foundation
import Inference
import Likelihoods
import NumericalCore
import Optimization
import Testing

/// One bin with a known background, whose statistics are closed formulas.
@Suite("Tests and limits of a counting experiment") struct UpperLimitTests {
  private static let signal = 5.0
  private static let background = 10.0

  /// n ln(μ s + b) - μ s - b, which cannot generate data.
  private static func counting(
    _ n: Double, lower: Double = 0, upper: Double = 10
  ) throws -> Pointwise {
    try Pointwise([
      Parameter(
        name: "mu", role: .parameterOfInterest, initial: 1, lower: lower, upper: upper)
    ]) { x in
      let rate = x[0] * signal + background
      guard rate > 0 else { return (-.infinity, [0]) }
      return (n * log(rate) - rate, [n * signal / rate - signal])
    }
  }

  private static func workspace(
    _ n: Double, bounds: String = "[[0, 10]]", poi: String = "mu"
  ) throws -> HistFactoryDensity {
    let text = """
      {"channels": [{"name": "c", "samples": [
        {"name": "s", "data": [\(signal)], "modifiers": [
          {"name": "mu", "type": "normfactor", "data": null}]},
        {"name": "b", "data": [\(background)], "modifiers": []}]}],
       "observations": [{"name": "c", "data": [\(n)]}],
       "measurements": [{"name": "m", "config": {"poi": "\(poi)", "parameters": [
         {"name": "mu", "bounds": \(bounds)}]}}], "version": "1.0.0"}
      """
    return try HistFactoryDensity(HistFactoryWorkspace(document: JSONDocument(parsing: text)))
  }

  /// -2 ln L(μ), q̃ and CLs by hand.
  private static func twice(_ n: Double, _ mu: Double) -> Double {
    let rate = mu * signal + background
    return 2 * (rate - (n > 0 ? n * log(rate) : 0))
  }

  private static func qtilde(_ n: Double, _ mu: Double) -> Double {
    let best = (n - background) / signal
    return best > mu ? 0 : twice(n, mu) - twice(n, max(best, 0))
  }

  private static func tail(_ x: Double) -> Double { 0.5 * erfc(x / 2.0.squareRoot()) }

  private static func cls(_ n: Double, _ mu: Double) -> Double {
    let (q, asimov) = (qtilde(n, mu), qtilde(background, mu))
    let root = asimov.squareRoot()
    let deviation = q <= asimov ? q.squareRoot() - root : (q - asimov) / (2 * root)
    return tail(deviation + root) / tail(deviation)
  }

  private static func bisection(_ function: (Double) -> Double) -> Double {
    var (low, high) = (1e-6, 10.0)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if function(middle) > 0 { low = middle } else { high = middle }
    }
    return low
  }

  @Test(arguments: [0.0, 4, 10, 13, 17]) func closedFormulas(n: Double) throws {
    var generated = try AsymptoticTester(Self.workspace(n))
    for mu in [0.5, 1, 2.5] {
      let test = try generated.test(at: mu)
      #expect(abs(test.q - Self.qtilde(n, mu)) < 1e-9)
      #expect(abs(test.qAsimov - Self.qtilde(Self.background, mu)) < 1e-9)
      #expect(abs((test.confidenceRatio ?? 0) - Self.cls(n, mu)) < 1e-9)
    }
    let limit = try generated.upperLimit()
    #expect(limit.isValid)
    #expect(abs(limit.observed - Self.bisection { Self.cls(n, $0) - 0.05 }) < 1e-5)
    for (k, deviation) in [2.0, 1, 0, -1, -2].enumerated() {
      let expected = Self.bisection { mu in
        let root = Self.qtilde(Self.background, mu).squareRoot()
        return Self.tail(deviation + root) / Self.tail(deviation) - 0.05
      }
      #expect(abs((limit.expected[k] ?? 0) - expected) < 1e-5)
    }
  }

  /// For one bin with a known background the tilted profile is that of the Asimov data set.
  @Test(arguments: [11.0, 13, 17]) func tiltedProfileIsExactHere(n: Double) throws {
    var tester = try AsymptoticTester(Self.counting(n))
    let test = try tester.test(at: 1)
    #expect(test.asimovMethod == .wald)
    let exact = Self.qtilde(Self.background, 1)
    #expect(abs(test.qAsimov / exact - 1) < 0.01, "\(test.qAsimov), not \(exact)")
    // Without the ratio of informations it would be n/b times as much.
    #expect(abs(test.qAsimov / exact - n / Self.background) > 0.05)
  }

  /// Below the background: by extrapolation, to second order in the deficit.
  @Test func tiltedProfileOfADeficit() throws {
    for (n, tolerance) in [(9.0, 0.03), (7, 0.1)] {
      var tester = try AsymptoticTester(Self.counting(n))
      let ratio = try tester.test(at: 1).qAsimov / Self.qtilde(Self.background, 1)
      #expect(abs(ratio - 1) < tolerance, "\(n): \(ratio)")
    }
  }

  @Test func discovery() throws {
    var tester = try AsymptoticTester(Self.workspace(20), statistic: .q0)
    let test = try tester.test(at: 0)
    let q0 = 2 * (20 * log(20.0 / 10) - 10)
    let asimov = 2 * (15 * log(15.0 / 10) - 5)
    #expect(abs(test.q - q0) < 1e-9 && abs(test.qAsimov - asimov) < 1e-9)
    #expect(abs(test.pValue - Self.tail(q0.squareRoot())) < 1e-12)
    #expect(abs((test.significance ?? 0) - q0.squareRoot()) < 1e-9)
    #expect(abs((test.expectedSignificance ?? 0) - asimov.squareRoot()) < 1e-9)
    #expect(test.confidenceRatio == nil)
    var deficit = try AsymptoticTester(
      Self.workspace(4, bounds: "[[-1.9, 10]]"), statistic: .q0)
    #expect(try deficit.test(at: 0).q == 0)
    #expect(throws: HypothesisTestError.self) { try deficit.test(at: 1) }
  }

  /// A negative estimate: q uses it, q̃ uses zero in its place.
  @Test func negativeEstimates() throws {
    let density = try Self.workspace(4, bounds: "[[-1.9, 10]]")
    var bounded = try AsymptoticTester(density)
    #expect(abs(try bounded.test(at: 1).q - Self.qtilde(4, 1)) < 1e-9)
    var free = try AsymptoticTester(density, statistic: .q)
    let test = try free.test(at: 1)
    #expect(abs(test.best - -1.2) < 1e-6)
    #expect(abs(test.q - (Self.twice(4, 1) - Self.twice(4, -1.2))) < 1e-9)
    // CLs of the two differs little; that of q is the smaller.
    let limits = (try bounded.upperLimit(), try free.upperLimit())
    #expect(limits.0.observed > 0 && limits.1.observed > 0)
    // CL(s+b) alone excludes everything after such a deficit.
    #expect(throws: HypothesisTestError.self) { try free.upperLimit(criterion: .clsb) }
    #expect(throws: HypothesisTestError.self) { try free.test(at: -0.5) }
  }

  @Test func plainPValueLimit() throws {
    var tester = try AsymptoticTester(Self.workspace(13))
    let limit = try tester.upperLimit(criterion: .clsb)
    let expected = Self.bisection { Self.tail(Self.qtilde(13, $0).squareRoot()) - 0.05 }
    #expect(abs(limit.observed - expected) < 1e-5)
    // At two standard deviations below the median every value is excluded.
    #expect(limit.expected[0] == nil && limit.expected[1] != nil)
  }

  @Test func badInput() throws {
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    let density = try Self.workspace(13)
    let unknown = message { _ = try AsymptoticTester(density, parameter: "nu") }
    #expect(unknown.contains("'nu'") && unknown.contains("mu"))
    let poiless = message { _ = try AsymptoticTester(Self.workspace(13, poi: "")) }
    #expect(poiless.contains("no parameter of interest") && poiless.contains("mu"))
    let outside = message {
      var tester = try AsymptoticTester(density)
      _ = try tester.test(at: 11)
    }
    #expect(outside.contains("mu = 11") && outside.contains("[0.0, 10.0]"))
    let short = message {
      var tester = try AsymptoticTester(Self.workspace(13, bounds: "[[0, 1.5]]"))
      _ = try tester.upperLimit()
    }
    #expect(
      short.contains("'mu'") && short.contains("bound 1.5") && short.contains("CLs")
        && short.contains("\(Self.cls(13, 1.5))".prefix(6)), "\(short)")
    let atBound = message { _ = try AsymptoticTester(Self.workspace(4), statistic: .q) }
    #expect(atBound.contains("qtilde"))
    let noZero = message {
      _ = try AsymptoticTester(Self.workspace(13, bounds: "[[0.5, 10]]"))
    }
    #expect(noZero.contains("the alternative mu = 0.0"))
    let level = message {
      var tester = try AsymptoticTester(density)
      _ = try tester.upperLimit(confidenceLevel: 1)
    }
    #expect(level.contains("(0.5, 1)"))
  }

  @Test func undefinedStartNamesTheBin() throws {
    let text = """
      {"channels": [{"name": "SR", "samples": [
        {"name": "s", "data": [0, 5], "modifiers": [
          {"name": "mu", "type": "normfactor", "data": null}]}]}],
       "observations": [{"name": "SR", "data": [3, 4]}],
       "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}],
       "version": "1.0.0"}
      """
    let density = try HistFactoryDensity(
      HistFactoryWorkspace(document: JSONDocument(parsing: text)))
    let error = #expect(throws: FitError.self) { try MaximumLikelihood().fit(density) }
    #expect("\(try #require(error))".contains("channel 'SR', bin 0"))
  }

  @Test func bandIsMadeOfTests() throws {
    var tester = try AsymptoticTester(Self.workspace(13))
    let band = try tester.brazilBand(at: [2, 0, 1])
    #expect(band.values == [0, 1, 2] && band.isValid)
    for (k, mu) in band.values.enumerated() where mu > 0 {
      #expect(abs(band.observed[k] - Self.cls(13, mu)) < 1e-9)
    }
    #expect(band.observed[0] == 1)
  }
}
