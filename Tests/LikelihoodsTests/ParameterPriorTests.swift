import Foundation
import Likelihoods
import NumericalCore
import Testing

/// Values of scipy and mpmath (Reference/priors.py).
private struct PriorReference: Decodable {
  struct Entry: Decodable {
    let family: String
    let numbers: [Double]
    let lower, upper: Double?
    let points, values: [Double]
  }
  struct Block: Decodable {
    let mean: [Double]
    let covariance, points: [[Double]]
    let values: [Double]
  }
  let priors: [Entry]
  let block: Block

  static func read() throws -> PriorReference {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/priors.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

extension PriorReference.Entry {
  func prior() throws -> ParameterPrior {
    let whole: ParameterPrior
    switch family {
    case "normal": whole = .normal(mean: numbers[0], standardDeviation: numbers[1])
    case "log-normal":
      whole = .logNormal(logMean: numbers[0], logStandardDeviation: numbers[1])
    case "gamma": whole = .gamma(shape: numbers[0], rate: numbers[1])
    case "half-normal": return try .halfNormal(standardDeviation: numbers[0])
    default: throw PriorError.malformedProduct("an unknown family \(family)")
    }
    return try whole.truncated(lower: lower ?? -.infinity, upper: upper ?? .infinity)
  }
}

/// Priors with what they are for, for tests of all families.
private func samples() throws -> [ParameterPrior] {
  let normal = ParameterPrior.normal(mean: 0.4, standardDeviation: 1.3)
  return [
    try .normalizedUniform(lower: -2, upper: 5), normal,
    .logNormal(logMean: 0.3, logStandardDeviation: 0.8), .gamma(shape: 0.4, rate: 2),
    .gamma(shape: 6.5, rate: 0.5), .gamma(shape: 1, rate: 3),
    try .halfNormal(standardDeviation: 2), try normal.truncated(lower: -1, upper: 0.2),
    try normal.truncated(lower: 9), try normal.truncated(upper: -8),
    try normal.truncated(lower: 8, upper: 8.1), try normal.truncated(lower: 1, upper: 4),
    try ParameterPrior.logNormal(logMean: 0, logStandardDeviation: 1).truncated(
      lower: 0.5, upper: 3),
    try ParameterPrior.gamma(shape: 3, rate: 2).truncated(lower: 4),
    try ParameterPrior.gamma(shape: 3, rate: 2).truncated(upper: 0.8),
    .flat(lower: 1, upper: 4),
  ]
}

@Suite struct ParameterPriorTests {
  @Test func agreesWithScipyAndMultiplePrecision() throws {
    let entries = try PriorReference.read().priors
    #expect(entries.count == 30)
    for entry in entries {
      let prior = try entry.prior()
      for (x, expected) in zip(entry.points, entry.values) {
        let found = prior.logDensity(x)
        #expect(
          abs(found - expected) <= 2e-13 * max(1, abs(expected)),
          "\(entry.family)\(entry.numbers) in \(entry.lower ?? -.infinity), \(x): \(found)")
      }
    }
  }

  @Test func derivativesMatchDifferences() throws {
    for prior in try samples() {
      var random = RandomStream(seed: 3, purpose: "derivatives").sequence()
      for _ in 0..<20 {
        let x = prior.draw(&random)
        let h = 1e-4 * min(abs(x), 0.1)
        let values = [-2.0, -1, 1, 2].map { prior.logDensity(x + $0 * h) }
        guard values.allSatisfy(\.isFinite) else { continue }
        let slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)
        #expect(
          abs(slope - prior.derivative(x)) < 1e-7 * max(1, abs(slope), abs(1 / x)),
          "\(prior) at \(x)")
      }
    }
  }

  /// The p value of the Kolmogorov-Smirnov distance of draws of one prior from the density of
  /// another.
  private func pValue(of drawn: ParameterPrior, against prior: ParameterPrior) -> Double {
    var random = RandomStream(seed: 11, purpose: "draws").sequence()
    let draws = (0..<4000).map { _ in drawn.draw(&random) }.sorted()
    // The distribution function by Simpson's rule between the draws, in the variable that makes
    // the density of a small shape smooth.
    let power = 8.0
    let low = prior.support.lower.isFinite ? prior.support.lower : draws[0] - 30
    func density(_ t: Double) -> Double {
      let x = low + pow(t, power)
      let value = prior.logDensity(x)
      return value > -.infinity && t > 0 ? exp(value) * power * pow(t, power - 1) : 0
    }
    var sum = 0.0
    var t = 0.0
    var distance = 0.0
    for (i, draw) in draws.enumerated() {
      let next = pow(max(0, draw - low), 1 / power)
      let pieces = i == 0 ? 2000 : 4
      let h = (next - t) / Double(pieces)
      for k in 0..<pieces {
        let a = t + Double(k) * h
        sum += h / 6 * (density(a) + 4 * density(a + 0.5 * h) + density(a + h))
      }
      t = next
      let n = Double(draws.count)
      distance = max(distance, abs(sum - Double(i) / n), abs(sum - Double(i + 1) / n))
    }
    return SpecialFunctions.kolmogorovSurvival(distance * Double(draws.count).squareRoot())
  }

  @Test func drawsFollowTheDensity() throws {
    for prior in try samples() where prior.isProper && prior.family != "flat" {
      let p = pValue(of: prior, against: prior)
      #expect(p > 1e-3, "\(prior): \(p)")
    }
  }

  /// Draws of a distribution that is a little off are found out.
  @Test func wrongDrawsAreSeen() throws {
    let pairs: [(ParameterPrior, ParameterPrior)] = [
      (.normal(mean: 0.5, standardDeviation: 1.3), .normal(mean: 0.4, standardDeviation: 1.3)),
      (.gamma(shape: 6.9, rate: 0.5), .gamma(shape: 6.5, rate: 0.5)),
      (.gamma(shape: 0.45, rate: 2), .gamma(shape: 0.4, rate: 2)),
      (
        try ParameterPrior.normal(mean: 0, standardDeviation: 1).truncated(lower: 7.5),
        try ParameterPrior.normal(mean: 0, standardDeviation: 1.05).truncated(lower: 7.5)
      ),
    ]
    for (drawn, prior) in pairs { #expect(pValue(of: drawn, against: prior) < 1e-3, "\(prior)") }
  }

  @Test func outsideTheSupport() throws {
    for prior in try samples() {
      let (lower, upper) = prior.support
      for x in [lower - 1e-9, upper + 1e-6, .nan, .infinity, -.infinity] where x.isFinite {
        #expect(prior.logDensity(x) == -.infinity && prior.derivative(x) == 0, "\(prior) at \(x)")
      }
      for x in [Double.nan, .infinity, -.infinity] {
        #expect(prior.logDensity(x) == -.infinity && prior.derivative(x) == 0, "\(prior) at \(x)")
      }
      for x in [lower, upper] where x.isFinite { #expect(!prior.logDensity(x).isNaN) }
    }
    #expect(ParameterPrior.gamma(shape: 0.5, rate: 1).logDensity(0) == -.infinity)
    #expect(ParameterPrior.flat().logDensity(1e300) == 0)
    #expect(ParameterPrior.flat(lower: 0).logDensity(-1) == -.infinity)
  }

  private func problem(_ body: () throws -> ParameterPrior) -> String {
    do {
      return "no error: \(try body())"
    } catch {
      return "\(error)"
    }
  }

  @Test func numbersThatMakeNoDensity() {
    let normal = ParameterPrior.normal(mean: 0, standardDeviation: 1)
    #expect(
      problem { try ParameterPrior.normal(mean: 0, standardDeviation: 0).validated() }
        == "normal prior: the standard deviation must be a positive number, found 0.0")
    #expect(
      problem { try ParameterPrior.normal(mean: .nan, standardDeviation: 1).validated() }
        .contains("the mean must be a finite number, found nan"))
    #expect(
      problem { try ParameterPrior.gamma(shape: -1, rate: 1).validated() }
        .contains("gamma prior: the shape must be a positive number, found -1.0"))
    #expect(
      problem { try ParameterPrior.gamma(shape: 1, rate: .infinity).validated() }.contains("rate"))
    #expect(
      problem { try .normalizedUniform(lower: 2, upper: 2) }.contains("2.0 is not below"))
    #expect(
      problem {
        try ParameterPrior.logNormal(logMean: 0, logStandardDeviation: -2).validated()
      }.contains("standard deviation of the logarithm"))
    #expect(problem { try .halfNormal(standardDeviation: -1) }.contains("positive number"))
    #expect(problem { try normal.truncated(lower: 3, upper: 1) }.contains("3.0 is not below"))
    #expect(
      problem { try ParameterPrior.gamma(shape: 2, rate: 1).truncated(upper: -1) }
        .contains("not below"))
    #expect(
      problem { try ParameterPrior.gamma(shape: 2, rate: 1).truncated(lower: 1e4) }
        .contains("holds no probability"))
  }

  @Test func truncationTwiceIsOnce() throws {
    let normal = ParameterPrior.normal(mean: 0, standardDeviation: 1)
    let twice = try normal.truncated(lower: -1).truncated(upper: 2)
    #expect(twice == (try normal.truncated(lower: -1, upper: 2)))
    #expect(try normal.truncated() == normal)
    let uniform = try ParameterPrior.uniform(lower: -1, upper: 5, logDensity: -log(5))
      .truncated(lower: 0, upper: 9)
    #expect(uniform == .uniform(lower: 0, upper: 5, logDensity: -log(5)))
    #expect(try ParameterPrior.flat().truncated(lower: 0) == .flat(lower: 0))
  }

  // MARK: - Files

  /// What earlier versions wrote is read, and a product without blocks is written as before.
  @Test func filesOfEarlierVersions() throws {
    let text =
      #"{"factors":[{"uniform":{"lower":-1,"upper":5,"logDensity":-1.6}},{"normal":{"mean":0.5,"#
      + #""standardDeviation":2}}]}"#
    let prior = try JSONDecoder().decode(ProductPrior.self, from: Data(text.utf8))
    let expected = ProductPrior([
      .uniform(lower: -1, upper: 5, logDensity: -1.6), .normal(mean: 0.5, standardDeviation: 2),
    ])
    #expect(prior == expected)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(
      String(decoding: try encoder.encode(prior), as: UTF8.self)
        == #"{"factors":[{"uniform":{"logDensity":-1.6,"lower":-1,"upper":5}},{"normal":{"mean":"#
        + #"0.5,"standardDeviation":2}}]}"#)
  }

  @Test func everyPriorSurvivesJSON() throws {
    let factors = try samples() + [.flat(), .flat(lower: 2)]
    let block = try MultivariateNormalPrior(
      ["a", "b"], mean: [0, 1],
      covariance: Matrix(rows: [[1, 0.2], [0.2, 2]], columns: 2))
    let prior = ProductPrior(
      factors, blocks: [.init(columns: [3, 1], normal: block)], logConstant: -2.5)
    let copy = try JSONDecoder().decode(
      ProductPrior.self, from: JSONEncoder().encode(prior))
    #expect(copy == prior)
  }

  @Test func filesWithWrongNumbersAreRefused() {
    let texts = [
      #"{"factors":[{"normal":{"mean":0,"standardDeviation":-1}}]}"#,
      #"{"factors":[{"uniform":{"lower":3,"upper":1,"logDensity":0}}]}"#,
      #"{"factors":[{"gamma":{"shape":0,"rate":1}}]}"#,
      #"{"factors":[{"flat":{}}],"blocks":[{"columns":[4],"normal":{"names":["a"],"mean":[0],"#
        + #""covariance":[[1]]}}]}"#,
      #"{"factors":[{"flat":{}}],"blocks":[{"columns":[0],"normal":{"names":["a"],"mean":[0],"#
        + #""covariance":[[-1]]}}]}"#,
    ]
    for text in texts {
      #expect(throws: (any Error).self, "\(text)") {
        try JSONDecoder().decode(ProductPrior.self, from: Data(text.utf8))
      }
    }
  }

  // MARK: - Blocks

  @Test func blockAgreesWithScipy() throws {
    let reference = try PriorReference.read().block
    let block = try MultivariateNormalPrior(
      ["a", "b", "c"], mean: reference.mean,
      covariance: Matrix(rows: reference.covariance, columns: 3))
    for (x, expected) in zip(reference.points, reference.values) {
      #expect(abs(block.logDensity(x) - expected) < 1e-13 * max(1, abs(expected)))
    }
    // The same from standard deviations and correlations.
    let sd = (0..<3).map { reference.covariance[$0][$0].squareRoot() }
    var correlation = Matrix(rows: reference.covariance, columns: 3)
    for i in 0..<3 {
      for j in 0..<3 { correlation[i, j] = i == j ? 1 : correlation[i, j] / (sd[i] * sd[j]) }
    }
    let other = try MultivariateNormalPrior(
      ["a", "b", "c"], mean: reference.mean, standardDeviations: sd, correlation: correlation)
    #expect(abs(other.logDensity([0, 0, 0]) - reference.values[1]) < 1e-13 * 10)
    #expect(block.logDensity([.nan, 0, 0]) == -.infinity)
  }

  @Test func drawsOfABlock() throws {
    let covariance = Matrix<Double>(
      rows: [[1, 0.3, -0.4], [0.3, 2, 0.1], [-0.4, 0.1, 0.5]], columns: 3)
    let block = try MultivariateNormalPrior(
      ["a", "b", "c"], mean: [0.5, -1, 3], covariance: covariance)
    let prior = ProductPrior(
      [.flat(), .normal(mean: 0, standardDeviation: 1), .flat(), .flat()],
      blocks: [.init(columns: [3, 0, 2], normal: block)])
    #expect(prior.isProper)
    let n = 40000
    let draws = prior.draw(n, stream: RandomStream(seed: 2, purpose: "block"))
    let columns = [3, 0, 2].map(draws.column)
    for (i, a) in columns.enumerated() {
      for (j, b) in columns.enumerated() {
        let (ma, mb) = (block.mean[i], block.mean[j])
        let found = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) } / Double(n)
        let error =
          ((covariance[i, i] * covariance[j, j]
          + covariance[i, j] * covariance[i, j]) / Double(n)).squareRoot()
        #expect(abs(found - covariance[i, j]) < 4.5 * error, "\(i) \(j)")
        // Without the correlation it would be seen.
        if i != j, abs(covariance[i, j]) > 0.2 { #expect(abs(found) > 10 * error) }
      }
    }
  }

  @Test func blocksThatAreNone() {
    func problem(_ names: [String], _ mean: [Double], _ rows: [[Double]]) -> String {
      do {
        _ = try MultivariateNormalPrior(
          names, mean: mean, covariance: Matrix(rows: rows, columns: rows[0].count))
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      problem(["a", "b"], [0, 0], [[1, 2], [2, 1]]).hasPrefix(
        "normal block of the parameters [a, b]: expected a positive-definite matrix, found one "
          + "with the smallest eigenvalue -1"))
    #expect(problem(["a", "b"], [0, 0], [[1, 1], [1, 1]]).contains("positive-definite"))
    #expect(problem(["a", "b"], [0, 0], [[1, 0.5], [0.4, 1]]).contains("symmetric"))
    #expect(problem(["a", "b"], [0], [[1, 0], [0, 1]]).contains("expected 2 means, found 1"))
    #expect(problem(["a", "a"], [0, 0], [[1, 0], [0, 1]]).contains("each parameter once"))
    #expect(problem(["a", "b"], [0, 0], [[1, 0]]).contains("a 2 x 2 matrix, found 1 x 2"))
    #expect(problem(["a"], [0], [[.nan]]).contains("finite numbers"))
    let wrong = #expect(throws: PriorError.self) {
      try MultivariateNormalPrior(
        ["a", "b"], mean: [0, 0], standardDeviations: [1, 2],
        correlation: Matrix(rows: [[1, 0.2], [0.2, 0.9]], columns: 2))
    }
    #expect(wrong.map { "\($0)" }?.contains("1 on the diagonal, found 0.9") == true)
  }

  @Test func gradientsOfAProduct() throws {
    let block = try MultivariateNormalPrior(
      ["a", "b"], mean: [0, 1],
      covariance: Matrix(rows: [[1, 0.6], [0.6, 2]], columns: 2))
    let prior = ProductPrior(
      [.flat(), .gamma(shape: 3, rate: 1), .flat(lower: -5)],
      blocks: [.init(columns: [2, 0], normal: block)], logConstant: 4)
    let points = Matrix<Double>(rows: [[0.4, 2, -1], [0.4, -2, -1], [1, 1, -6]], columns: 3)
    let (values, gradients) = prior.logDensitiesAndGradients(at: points)
    #expect(values == prior.logDensities(at: points))
    #expect(values[1] == -.infinity && values[2] == -.infinity)
    #expect(gradients.row(1) == [0, 0, 0] && gradients.row(2) == [0, 0, 0])
    let expected =
      block.logDensity([-1, 0.4]) + ParameterPrior.gamma(shape: 3, rate: 1).logDensity(2) + 4
    #expect(abs(values[0] - expected) < 1e-14)
    for j in 0..<3 {
      var moved = Matrix<Double>(rows: [[0.4, 2, -1], [0.4, 2, -1]], columns: 3)
      moved[0, j] -= 1e-5
      moved[1, j] += 1e-5
      let pair = prior.logDensities(at: moved)
      #expect(abs((pair[1] - pair[0]) / 2e-5 - gradients[0, j]) < 1e-9)
    }
  }
}
