import Foundation
import Likelihoods
import NumericalCore
import TestSupport
import Testing

/// The client against a server of the package `umbridge`.
@Suite(
  "UM-Bridge: a real server", .serialized, .enabled(if: pythonInterpreter != nil, needsPython))
struct UMBridgeTests {
  private static let server = Result { try PythonServer(UMBridgeServers.real) }

  private func model(_ path: String) throws -> UMBridgeModel {
    let port = try Self.server.get().port
    return try UMBridgeModel(try UMBridgeAddress("umbridge+http://localhost:\(port)/\(path)"))
  }

  private func points(_ count: Int, _ columns: Int) -> Matrix<Double> {
    var random = RandomStream(seed: 7, purpose: "points").sequence()
    return Matrix(
      rows: count, columns: columns, elements: (0..<count * columns).map { _ in random.normal() })
  }

  @Test func valuesAndGradients() throws {
    let model = try model("gauss")
    #expect(model.inputSizes == [2, 1] && model.hasGradient)
    #expect(model.parameters.map(\.name) == ["x_1", "x_2", "x_3"])
    let likelihood = try ExternalLikelihood(model)
    let density = try #require(likelihood.differentiable)
    let points = points(50, 3)
    let (values, gradients) = try density.logDensitiesAndGradients(at: points)
    #expect(try likelihood.logDensities(at: points) == values)
    for i in 0..<points.rows {
      let (a, b, c) = (points[i, 0], points[i, 1], points[i, 2])
      let r = c - a * b
      #expect(abs(values[i] + 0.5 * (a * a + 4 * b * b + r * r)) < 1e-13)
      for (k, slope) in [-a + r * b, -4 * b + r * a, -r].enumerated() {
        #expect(abs(gradients[i, k] - slope) < 1e-13)
      }
    }
  }

  @Test func boundsPriorAndSupport() throws {
    let program = try model("gauss")
    let parameters = [
      Parameter(name: "a", lower: -5, upper: 5), Parameter(name: "b", lower: 0, upper: 2),
      Parameter(name: "c"),
    ]
    let prior = ProductPrior([
      .uniform(lower: -5, upper: 5, logDensity: -log(10)),
      .uniform(lower: 0.5, upper: 2, logDensity: -log(1.5)),
      .normal(mean: 1, standardDeviation: 2),
    ])
    let likelihood = try ExternalLikelihood(program, parameters: parameters, prior: prior)
    let rows: [[Double]] = [
      [1, 1, 1], [1, -0.1, 1], [1, 0.2, 1], [4, 1, 1], [1, 1, 1], [-.infinity, 1, 1],
    ]
    let points = Matrix(rows: rows, columns: 3)
    let before = ExternalCalls.total.values
    let values = try likelihood.logDensities(at: points)
    // Outside the bounds, outside the prior and for a repeated point the server is not asked.
    #expect(ExternalCalls.total.values - before == 2)
    let expected = -2.5 - log(15) - 0.5 * log(2 * Double.pi) - log(2)
    #expect(abs(values[0] - expected) < 1e-13)
    #expect(values[1] == -.infinity && values[2] == -.infinity && values[5] == -.infinity)
    #expect(values[3] == -.infinity && values[4] == values[0])
    #expect(abs(try likelihood.logLikelihoods(at: points)[0] + 2.5) < 1e-13)
    let density = try #require(likelihood.differentiable)
    let (again, gradients) = try density.logDensitiesAndGradients(at: points)
    #expect(again == values)
    #expect(abs(gradients[0, 0] + 1) < 1e-13 && abs(gradients[0, 2] - 0) < 1e-13)
    #expect(gradients.row(3) == [0, 0, 0] && gradients.row(1) == [0, 0, 0])
    // A log-posterior contains the prior.
    let whole = try ExternalLikelihood(
      program, parameters: parameters, returned: .logPosterior, prior: prior)
    #expect(abs(try whole.logDensities(at: points)[0] + 2.5) < 1e-13)
    #expect(
      abs(try whole.logLikelihoods(at: points)[0] - (-2.5 - prior.logDensities(at: points)[0]))
        < 1e-13)
  }

  @Test func configurationReachesTheModel() throws {
    let plain = try ExternalLikelihood(model("echo"))
    let level = try ExternalLikelihood(model("echo?level=2.5"))
    #expect(try plain.logDensity(at: [0.25]) == -0.75)
    #expect(try level.logDensity(at: [0.25]) == 2.75)
  }

  @Test func orderOfAFullBatch() throws {
    var model = try model("plain")
    #expect(!model.hasGradient)
    let points = points(300, 4)
    let exact = (0..<300).map { i in -0.5 * points.row(i).reduce(0) { $0 + $1 * $1 } }
    for concurrency in [1, 3, 16] {
      var options = UMBridgeModel.Options()
      options.concurrency = concurrency
      let port = try Self.server.get().port
      model = try UMBridgeModel(
        try UMBridgeAddress("umbridge+http://127.0.0.1:\(port)/plain"), options: options)
      let values = try model.values(at: points)
      #expect(zip(values, exact).allSatisfy { abs($0 - $1) < 1e-13 })
    }
    #expect(throws: ExternalError.self) {
      _ = try model.valuesAndGradients(at: points.rows(in: 0..<1))
    }
  }

  @Test func refusals() throws {
    let port = try Self.server.get().port
    func message(_ path: String, _ body: (UMBridgeModel) throws -> Void = { _ in }) -> String {
      do {
        try body(try model(path))
        return "no error"
      } catch { return "\(error)" }
    }
    let place = "umbridge+http://localhost:\(port)"
    #expect(
      message("nonsense")
        == "\(place), model: expected one that the server offers (gauss, plain, pair, echo, broken), "
        + "found 'nonsense'")
    #expect(message("").contains("does not offer exactly one"))
    #expect(message("pair").contains("output sizes [2]"))
    // The Python package answers an exception of the model with a bare 500, which might pass.
    let address = try UMBridgeAddress("\(place)/broken")
    let options = UMBridgeModel.Options(retryPolicy: .init(retries: 2, firstWait: 0.01))
    let broken = try UMBridgeModel(address, options: options)
    let error = #expect(throws: ExternalError.self) {
      _ = try broken.values(at: Matrix(rows: 1, columns: 1, repeating: 0))
    }
    #expect("\(try #require(error))".contains("POST /Evaluate, 3 attempts"))
    #expect("\(try #require(error))".contains("HTTP status 500"))
  }

  /// Blocking calls on all threads of Swift's concurrency at the same time do not stop each other.
  @Test(.timeLimit(.minutes(1))) func callsFromManyTasks() async throws {
    let likelihood = try ExternalLikelihood(model("plain"))
    let points = points(20, 4)
    let values = try likelihood.logDensities(at: points)
    try await withThrowingTaskGroup(of: [Double].self) { group in
      for _ in 0..<16 { group.addTask { try likelihood.logDensities(at: points) } }
      for try await found in group { #expect(found == values) }
    }
  }
}
