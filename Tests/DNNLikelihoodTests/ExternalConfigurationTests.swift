import DNNLikelihood
import Foundation
import Likelihoods
import TestSupport
import Testing

/// Files of `kind: external`.
@Suite struct ExternalConfigurationTests {
  private func read(_ text: String) throws -> ExternalConfiguration {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "external.yaml")
      try text.write(to: file, atomically: true, encoding: .utf8)
      return try ExternalConfiguration(reading: file)
    }
  }

  private func message(_ text: String) -> String {
    do {
      _ = try read("kind: external\n" + text)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func server() throws {
    let found = try read(
      """
      kind: external
      address: umbridge+http://localhost:4242/m?level=1&a=b
      config: {level: 2, list: [1, 2.5, x, true, null], inner: {k: "3"}}
      returns: log-posterior
      timeout: 2.5
      retries: 0
      concurrency: 3
      parameters:
        - {name: mu, initial: 1, lower: 0, upper: 5, scale: 0.5, role: parameterOfInterest,
           label: μ, prior: {uniform: [0, 5]}}
        - {name: t, fixed: true, lower: -.inf, prior: {normal: {mean: 0, sd: 1}}}
      """)
    guard case .server(let address, let options) = found.program else {
      Issue.record("no server")
      return
    }
    #expect(address.host == "localhost" && address.model == "m")
    #expect(
      UMBridgeValue.object(address.configuration).text
        == #"{"a": "b", "inner": {"k": "3"}, "level": 2, "list": [1, 2.5, "x", true, null]}"#)
    #expect(options.timeout == 2.5 && options.concurrency == 3 && options.retryPolicy.retries == 0)
    #expect(found.returned == .logPosterior && found.entries.map(\.name) == ["mu", "t"])
    #expect(found.entries[0].prior == .uniform(lower: 0, upper: 5, logDensity: -log(5)))
    #expect(
      found.entries[0].settings
        == ParameterOverride(
          initial: 1, lower: 0, upper: 5, role: .parameterOfInterest, scale: 0.5, label: "μ"))
    #expect(found.entries[1].prior == .normal(mean: 0, standardDeviation: 1))
    #expect(found.entries[1].settings == ParameterOverride(lower: -.infinity, fixed: true))
  }

  /// Every distribution that the files of the other kinds have.
  @Test func priors() throws {
    let found = try read(
      """
      kind: external
      address: umbridge+http://h:1/m
      parameters:
        - {name: a, prior: {uniform: [-1, 3]}}
        - {name: b, prior: {flat: true}}
        - {name: c, prior: {flat: [-2, .inf]}}
        - {name: d, prior: {normal: {mean: 1, sd: 0.5, lower: 0, upper: .inf}}}
        - {name: e, prior: {half-normal: {sd: 2}}}
        - {name: f, prior: {log-normal: {log-mean: -1, log-sd: 0.3}}}
        - {name: g, prior: {gamma: {shape: 3, rate: 2, upper: 4}}}
        - {name: h}
      """)
    #expect(
      try found.entries.map(\.prior) == [
        .normalizedUniform(lower: -1, upper: 3), .flat(), .flat(lower: -2),
        .normal(mean: 1, standardDeviation: 0.5).truncated(lower: 0),
        .halfNormal(standardDeviation: 2),
        .logNormal(logMean: -1, logStandardDeviation: 0.3),
        .gamma(shape: 3, rate: 2).truncated(upper: 4), nil,
      ])
    // Densities at 0.5 of scipy 1.17.1: truncnorm, halfnorm, lognorm, gamma / gamma.cdf(4).
    let densities = found.entries[3...6].compactMap { $0.prior?.logDensity(0.5) }
    let expected = [
      -0.7027784433157639, -0.9501885332046727, 0.4550778250239267, -0.9861505701087614,
    ]
    #expect(zip(densities, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(densities)")
  }

  /// Unquoted words that a program may mean as texts stay texts.
  @Test func configuration() throws {
    let found = try read(
      """
      kind: external
      address: umbridge+http://h:1/m?q=nan&w=NaN
      config: {a: nan, b: inf, c: no, d: on, e: 2024-01-01, f: 1:30, g: "1", h: 1e3, i: -.5,
        j: .inf, k: ~, l: 0.30000000000000004, m: 12345678901234567890, n: False, o: 1_000}
      """)
    guard case .server(let address, _) = found.program else {
      Issue.record("no server")
      return
    }
    #expect(
      address.configuration == [
        "q": "nan", "w": "NaN", "a": "nan", "b": "inf", "c": "no", "d": "on", "e": "2024-01-01",
        "f": "1:30", "g": "1", "h": .number(1000), "i": .number(-0.5), "j": .number(.infinity),
        "k": .null, "l": .number(0.1 + 0.2), "m": .number(12_345_678_901_234_567_168),
        "n": .bool(false), "o": "1_000",
      ])
  }

  static let address = "address: umbridge+http://h:1/m\n"
  @Test(
    "errors name the line, the key, what was expected and what was found",
    arguments: [
      (address + "colour: red", "line 3, colour: expected one of the keys of an external likeli"),
      (address + "colour: red", "(kind, library, config, "),
      (address + address, "expected every key once, found twice the key 'address'"),
      ("{}", "expected YAML, found"),
      ("parameters: []", "line 1: expected an external likelihood with the key 'address' or 'lib"),
      ("address: http://h/m", "line 2, address: expected umbridge+http://host:port/model"),
      (address + "timeout: 0", "line 3, timeout: expected a number above 0, found '0'"),
      (address + "timeout: 1e300", "line 3, timeout: expected a number of seconds, at most 86400"),
      (address + "timeout:", "line 3, timeout: expected a number above 0, found nothing"),
      (address + "retries: -1", "retries: expected a whole number of at least 0, found '-1'"),
      (address + "concurrency: 1.5", "concurrency: expected a whole number"),
      (
        address + "config: [1]", "line 3, config: expected a mapping of keys and values, found a li"
      ),
      (address + "config: {a: [1, 1e999]}", "config.a[1]: expected a number within the range of"),
      (address + "returns: likelihood", "expected 'log-likelihood' or 'log-posterior', found 'lik"),
      (address + "parameters: {name: x}", "line 3, parameters: expected a list of parameters"),
      (address + "parameters: [{initial: 1}]", "parameters[0]: expected a parameter with the key"),
      (
        address + "parameters:\n  - {name: x}\n  - {name: y, lower: low}",
        "line 5, parameters[1].lower: expected a number, found 'low'"
      ),
      (
        address + "parameters:\n  - {name: x}\n  - {name: x}",
        "line 5, parameters[1].name: expected a name of its own for every parameter, found 'x'"
      ),
      (address + "parameters: [{name: x, initial: .inf}]", "expected a finite number, found '.inf"),
      (address + "parameters: [{name: x, scale: 0}]", "scale: expected a number above 0, found '0"),
      (address + "parameters: [{name: x, fixed: 1}]", "fixed: expected true or false, found '1'"),
      (
        address + "parameters: [{name: x, prior: {cauchy: 1}}]",
        "line 3, parameters[0].prior.cauchy: expected a distribution (uniform, flat, normal, half-"
      ),
      (
        address + "parameters: [{name: x, prior: {normal: {mean: 0}}}]",
        "parameters[0].prior.normal: expected a normal prior with the key 'sd'"
      ),
      (
        address + "parameters: [{name: x, prior: {normal: {mean: 0, standardDeviation: 1}}}]",
        "prior.normal.standardDeviation: expected one of the keys of a normal prior (mean, sd, low"
      ),
      (
        address + "parameters: [{name: x, prior: {uniform: {lower: 0, upper: 1}}}]",
        "prior.uniform: expected a list of the two ends of an interval, found a mapping"
      ),
      (
        address + "parameters: [{name: x, prior: {uniform: [1, 1]}}]",
        "uniform prior: the lower bound 1.0 is not below"
      ),
      (
        address + "parameters: [{name: x, prior: {flat: [.inf, 1]}}]", "flat prior: the lower bound"
      ),
      (
        address + "parameters: [{name: x, role: poi}]",
        "role: expected 'parameterOfInterest' or 'nuisance', found 'poi'"
      ),
      (
        address + "returns: log-posterior\n"
          + "parameters: [{name: x, prior: {uniform: [0, 1]}}, {name: y}]",
        "line 4, parameters: expected the prior of every parameter or of none, as the program ret"
      ),
      ("library: a.so\ntimeout: 3", "line 3, timeout: expected no such key beside 'library'"),
    ])
  func errors(_ text: String, _ expected: String) {
    let found = message(text)
    #expect(found.contains(expected) && found.contains("external.yaml"), "\(found)")
  }

  @Test(.enabled(if: cCompiler != nil, "needs a C compiler"))
  func library() throws {
    try withTemporaryFolder { folder in
      _ = try compileLibrary(exampleLibrarySource, name: "libcounting.so", in: folder)
      func load(_ text: String) throws -> any Posterior {
        let file = folder.appending(path: "external.yaml")
        try ("kind: external\nlibrary: libcounting.so\n" + text)
          .write(to: file, atomically: true, encoding: .utf8)
        return try LikelihoodLocator.load(file.path)
      }
      let plain = try load("")
      #expect(plain.parameters.names == ["mu", "theta"] && !plain.gradientIsDifferenced)
      #expect(plain.factorizedPrior == nil)
      #expect(abs(try value(plain, [1, 0]) + 6.59375657982236) < 1e-12)
      let prior = try load(
        "parameters: [{name: theta, lower: -3}, "
          + "{name: mu, lower: 0, prior: {normal: {mean: 1, sd: 2}}}]")
      #expect(prior.parameters.parameters.map(\.lower) == [0, -3])
      #expect(prior.parameters.parameters.map(\.upper) == [5, 5])
      let normal = -0.5 * log(8 * Double.pi)
      #expect(abs(try value(prior, [1, 0]) - (-6.59375657982236 + normal)) < 1e-12)
      #expect(try value(prior, [-0.5, 0]) == -.infinity)
      // A prior narrows bounds and scale, and moves a starting value that it excludes.
      let narrow = try load(
        "parameters: [{name: theta, prior: {normal: {mean: 2, sd: 0.5, lower: 1.5}}}]")
      let theta = narrow.parameters.parameters[1]
      #expect(theta.lower == 1.5 && theta.upper == 5 && theta.scale == 0.5)
      #expect(theta.initial > 1.5 && theta.initial < 3)
      #expect(try value(narrow, [1, 1.4]) == -.infinity)
      func problem(_ text: String) -> String {
        do {
          _ = try load(text)
          return ""
        } catch { return "\(error)" }
      }
      #expect(
        problem("parameters: [{name: nu}]").contains("external.yaml, line 3, parameters[0]: "))
      #expect(problem("parameters: [{name: nu}]").contains("there is no parameter 'nu'"))
      #expect(problem("parameters: [{name: mu, lower: 9}]").contains("line 3, parameters[0]: "))
      #expect(problem("parameters: [{name: mu, initial: 9}]").contains("the value 9.0 is outside"))
    }
  }

  /// The parameters of the example in the repository.
  @Test func example() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Examples/flavour-umbridge/external.yaml")
    let found = try ExternalConfiguration(reading: file)
    #expect(found.entries.count == 8 && found.entries[3].name == "etabar")
    #expect(try found.entries[0].prior == .normalizedUniform(lower: 0.222, upper: 0.228))
    #expect(found.entries[7].prior == .normal(mean: 0.94, standardDeviation: 0.02))
  }

  private func value(_ density: some Posterior, _ point: [Double]) throws -> Double {
    try density.logDensity(at: point)
  }
}
