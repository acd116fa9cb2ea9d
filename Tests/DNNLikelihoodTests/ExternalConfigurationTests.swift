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
      #expect(try ExternalConfiguration.isExternal(file))
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
           label: μ, prior: {uniform: {lower: 0, upper: 5}}}
        - {name: t, fixed: true, lower: -.inf, prior: {normal: {mean: 0, standardDeviation: 1}}}
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
    #expect(found.entries[0].role == .parameterOfInterest && found.entries[0].label == "μ")
    #expect(found.entries[1].prior == .normal(mean: 0, standardDeviation: 1))
    #expect(found.entries[1].fixed == true && found.entries[1].lower == -.infinity)
  }

  static let address = "address: umbridge+http://h:1/m\n"
  @Test(
    "errors name the line, the key, what was expected and what was found",
    arguments: [
      (address + "colour: red", "line 3: expected one of the keys kind, address"),
      ("{}", "not YAML"), ("parameters: []", "expected the key 'address'"),
      ("address: http://h/m", "expected umbridge+http://host:port/model"),
      (address + "timeout: 0", "line 3, timeout: expected a number above 0, found '0'"),
      (address + "retries: -1", "retries: expected a whole number of at least 0, found '-1'"),
      (address + "concurrency: 1.5", "concurrency: expected a whole number"),
      (address + "returns: likelihood", "expected log-likelihood or log-posterior"),
      (address + "parameters: {name: x}", "parameters: expected a list, found keys name"),
      (address + "parameters: [{initial: 1}]", "parameters[0]: expected the key 'name'"),
      (
        address + "parameters:\n  - {name: x}\n  - {name: y, lower: low}",
        "line 5, parameters[1].lower: expected a number, found 'low'"
      ),
      (
        address + "parameters: [{name: x, prior: {cauchy: 1}}]",
        "parameters[0].prior: expected one of the keys normal, uniform, found 'cauchy'"
      ),
      (
        address + "parameters: [{name: x, prior: {normal: {mean: 0}}}]",
        "expected the key 'standardDeviation'"
      ),
      (
        address + "parameters: [{name: x, prior: {uniform: {lower: 1, upper: 1}}}]",
        "expected lower below upper"
      ),
      (address + "parameters: [{name: x, role: poi}]", "expected parameterOfInterest or nuisance"),
      (
        address + "returns: log-posterior\n"
          + "parameters: [{name: x, prior: {uniform: {lower: 0, upper: 1}}}, {name: y}]",
        "found priors of 1 of 2"
      ),
      ("library: a.so\ntimeout: 3", "timeout: expected no such key beside 'library'"),
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
          + "{name: mu, lower: 0, prior: {normal: {mean: 1, standardDeviation: 2}}}]")
      #expect(prior.parameters.parameters.map(\.lower) == [0, -3])
      #expect(prior.parameters.parameters.map(\.upper) == [5, 5])
      let normal = -0.5 * log(8 * Double.pi)
      #expect(abs(try value(prior, [1, 0]) - (-6.59375657982236 + normal)) < 1e-12)
      #expect(try value(prior, [-0.5, 0]) == -.infinity)
      #expect(throws: ParameterError.self) { _ = try load("parameters: [{name: nu}]") }
      #expect(throws: ParameterError.self) { _ = try load("parameters: [{name: mu, lower: 9}]") }
    }
  }

  private func value(_ density: some Posterior, _ point: [Double]) throws -> Double {
    try density.logDensity(at: point)
  }
}
