import TestSupport
import Testing

/// Numbers of the toy from paper.md 5.1: 48 starts per value, quasi-Newton and Newton steps.
@Suite("models, inspect, fit, scan") struct FitTests {
  static let maximum = (logPosterior: -285.7783299368338, mu: -0.013174361740632945)
  static let t = [
    0.001231, 0.091892, 0.296092, 0.640910, 1.133108, 1.776516, 2.574746, 3.531125, 4.648649,
    5.929277, 7.374103,
  ]

  @Test("models lists the toy") func models() throws {
    let models = try Program.json(["models"]).elements
    #expect(try models.map { try $0.at("name").text } == ["toy-lhc"])
    #expect(try Program.run(["models"], status: 0).standardOutput.hasPrefix("toy-lhc  "))
  }

  @Test("inspect gives every documented key, absent bounds as null") func inspect() throws {
    let result = try Program.json(["inspect", "toy-lhc"])
    #expect(try result.at("parameterOfInterest").text == "mu")
    let parameters = try result.at("parameters").elements
    #expect(try parameters.map { try $0.at("name").text } == Points.names)
    for parameter in parameters {
      #expect(
        parameter.keys.isSuperset(of: ["name", "role", "initial", "lower", "upper", "fixed"]))
    }
    #expect(try parameters[0].at("lower").number == -1)
    #expect(try parameters[0].at("upper").number == 5)
    #expect(try parameters[0].at("role").text == "parameterOfInterest")
    #expect(try parameters[1].at("lower").isNull)
    #expect(try parameters[1].at("role").text == "nuisance")
    let lines = try Program.run(["inspect", "toy-lhc"], status: 0).standardOutput
      .split(separator: "\n")
    // Two lines of head and the parameters; a head of two lines and the 90 bins.
    #expect(lines.count == 97 + 92 && lines.contains("90 bins, expected at the initial values"))
  }

  @Test("fit finds the maximum with error and certificate") func fit() throws {
    let result = try Program.json(["fit", "toy-lhc"])
    #expect(abs(try result.at("logpdf").number - Self.maximum.logPosterior) < 1e-8)
    let mu = try result.at("parameters", "mu")
    let error = try mu.at("error").number
    #expect(abs(try mu.at("value").number - Self.maximum.mu) < 1e-5)
    #expect(abs(error - 0.375694) < 1e-5)
    #expect(abs(try mu.at("upper").number - (Self.maximum.mu + error)) < 1e-5)
    #expect(abs(try mu.at("lower").number - (Self.maximum.mu - error)) < 1e-5)
    // 2 x 194.59805302593497, the log-likelihood at the maximum in the reference.
    let twice = try result.at("twiceNegativeLogLikelihood").number
    #expect(abs(twice - 389.19610605186994) < 1e-3)
    #expect(try result.at("certificate", "valid").flag)
    #expect(try result.at("certificate", "edm").number < 1e-6)
    #expect(try result.at("certificate", "projectedGradient").number < 1e-4)
    #expect(try result.at("certificate", "startsAgreeing").number >= 1)
    #expect(try result.at("parameters").keys == Set(Points.names))
  }

  @Test("a fixed parameter stays and has no error") func fix() throws {
    let result = try Program.json(["fit", "toy-lhc", "--fix", "mu=1"])
    #expect(abs(try result.at("logpdf").number - -289.465381) < 2e-6)
    let mu = try result.at("parameters", "mu")
    #expect(try mu.at("value").number == 1)
    #expect(!mu.keys.contains("error"))
    let table = try Program.run(["fit", "toy-lhc", "--fix", "mu=1"], status: 0).standardOutput
    #expect(table.contains(/\nmu +1\.000000 +\(fixed\)\n/))
    #expect(table.contains("certificate: valid"))
  }

  @Test("scan gives the converged t_mu") func scan() throws {
    let result = try Program.json(["scan", "toy-lhc", "--from", "0", "--to", "1"])
    let values = try result.at("values").numbers
    let t = try result.at("t").numbers
    #expect(values.count == 11)
    for (i, expected) in Self.t.enumerated() {
      #expect(abs(values[i] - Double(i) / 10) < 1e-12)
      #expect(abs(t[i] - expected) < 1e-3, "mu = \(values[i])")
    }
    #expect(try result.at("certificate", "valid").flag)
    #expect(try result.at("parameter").text == "mu")
  }

  @Test("scan takes negative ends; the interval of t <= 1 is that of the reference")
  func negativeEnds() throws {
    let result = try Program.json(
      ["scan", "toy-lhc", "--parameter", "mu", "--from", "-0.9", "--to", "0.6", "--points", "6"])
    let t = try result.at("t").numbers
    for (i, expected) in [(0, 5.026307), (1, 2.278639), (2, 0.563599), (4, 0.640910)] {
      #expect(abs(t[i] - expected) < 1e-3)
    }
    let interval = try result.at("wilksIntervals").elements[0]
    #expect(abs(try interval.at("lower").number - -0.397384) < 5e-3)
    #expect(abs(try interval.at("upper").number - 0.375749) < 5e-3)
  }
}
