import Foundation
import Likelihoods
import NumericalCore
import TestSupport
import Testing

/// Servers that die, hang or answer wrongly.
@Suite(
  "UM-Bridge: misbehaving servers", .enabled(if: pythonInterpreter != nil, needsPython))
struct UMBridgeFailureTests {
  private let point = Matrix(rows: [[1.0, 2.0]], columns: 2)

  private static let shared = Result { try PythonServer(UMBridgeServers.misbehaving) }

  private func model(
    _ mode: String, _ server: PythonServer? = nil, timeout: Double = 5, retries: Int = 3,
    concurrency: Int = 1
  ) throws -> UMBridgeModel {
    let port = try server?.port ?? Self.shared.get().port
    return try UMBridgeModel(
      try UMBridgeAddress("umbridge+http://127.0.0.1:\(port)/m?mode=\(mode)"),
      options: .init(
        timeout: timeout, retryPolicy: .init(retries: retries, firstWait: 0.01),
        concurrency: concurrency))
  }

  /// Requests of `/Evaluate` and `/Gradient` in a mode that the server has seen.
  private func count(_ mode: String, _ server: PythonServer? = nil) throws -> Int {
    let port = try server?.port ?? Self.shared.get().port
    let url = try #require(URL(string: "http://127.0.0.1:\(port)/count/\(mode)"))
    return try #require(Int(String(contentsOf: url, encoding: .utf8)))
  }

  private func failure(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch let error as ExternalError {
      return error.description
    } catch { return "another error: \(error)" }
  }

  /// What is final is asked once; the message has place, request, what was expected and found.
  @Test(
    "answers that are wrong",
    arguments: [
      (
        "shape",
        "expected the output [[log density]], one number, found {\"output\": [[-1.0, -2.0]]}"
      ),
      ("flat", "found {\"output\": [-1.0]}"), ("text", "found {\"output\": [[\"low\"]]}"),
      ("none", "found {\"output\": null}"),
      ("nan", "expected a number or -∞ as log density, found nan at x_1 = 1.0, x_2 = 2.0"),
      ("python-nan", "found nan at x_1 = 1.0, x_2 = 2.0"),
      ("plus", "found inf at x_1 = 1.0, x_2 = 2.0"),
      ("html", "expected JSON (a value at byte 0), found '<html>welcome</html>'"),
      ("empty", "expected JSON (a value at byte 0), found ''"),
      ("refuses", "refused: InvalidInput: no"), ("model-error", "refused: InvalidOutput: bad"),
      ("missing", "refused: HTTP status 404: 'not here'"),
      ("raw", "expected an HTTP answer, found it begins with '220 mail.example.org ESMTP'"),
    ])
  func wrongAnswer(_ mode: String, _ expected: String) throws {
    let model = try model(mode)
    let message = failure { _ = try model.values(at: point) }
    #expect(message.contains(expected), "\(message)")
    #expect(
      message.hasPrefix("umbridge+http://127.0.0.1:\(try Self.shared.get().port)"), "\(message)")
    #expect(message.contains("/Evaluate"), "\(message)")
    #expect(try count(mode) == 1)
  }

  @Test("answers that are right", arguments: ["good", "twice", "chunked", "closes"])
  func rightAnswer(_ mode: String) throws {
    let model = try model(mode)
    let points = Matrix(rows: [[1.0, 2.0], [0, 1], [2, 2]], columns: 2)
    #expect(try model.values(at: points) == [-2.5, -0.5, -4])
    #expect(try count(mode) == (mode == "twice" ? 5 : 3))
  }

  @Test("outside the support", arguments: ["minus", "python-minus"])
  func minusInfinity(_ mode: String) throws {
    #expect(try model(mode).values(at: point) == [-.infinity])
    let (values, gradients) = try model(mode).valuesAndGradients(at: point)
    #expect(values == [-.infinity] && gradients.elements == [0, 0])
  }

  @Test(
    "failures that stay",
    arguments: [
      ("always", "HTTP status 500: 'down for repair'"),
      ("cut", "a lost connection (closed within the answer)"),
    ])
  func permanent(_ mode: String, _ reason: String) throws {
    let model = try model(mode, retries: 2)
    let message = failure { _ = try model.values(at: point) }
    #expect(
      message
        == "umbridge+http://127.0.0.1:\(try Self.shared.get().port), POST /Evaluate, 3 attempts: "
        + "expected an answer, found \(reason)")
    #expect(try count(mode) == 3)
  }

  @Test("a server that hangs, or never ends its answer", arguments: ["hangs", "dripping"])
  func timeOut(_ mode: String) throws {
    let model = try model(mode, timeout: 0.3, retries: 1)
    let start = ContinuousClock.now
    let message = failure { _ = try model.values(at: point) }
    #expect(message.contains("2 attempts: expected an answer, found no answer within 0.3 s"))
    #expect(ContinuousClock.now - start < .seconds(8))
    #expect(try count(mode) == 2)
  }

  @Test("a server that dies, and comes back") func death() throws {
    let server = try PythonServer(UMBridgeServers.misbehaving)
    let likelihood = try ExternalLikelihood(model("dies", server, retries: 2))
    let points = Matrix(rows: (0..<40).map { [Double($0), 0] }, columns: 2)
    let message = failure { _ = try likelihood.logDensities(at: points) }
    #expect(message.contains("POST /Evaluate, 3 attempts: expected an answer, found"))
    #expect(message.contains("refused"), "\(message)")
    let again = try PythonServer(
      UMBridgeServers.misbehaving, port: server.port)
    #expect(try likelihood.logDensities(at: points.rows(in: 4..<7)) == [-8, -12.5, -18])
    #expect(try count("dies", again) == 3)
  }

  @Test("a failure ends a batch early") func early() throws {
    let model = try model("refused-early", concurrency: 4)
    let points = Matrix(rows: (0..<200).map { [Double($0), 0] }, columns: 2)
    #expect(failure { _ = try model.values(at: points) }.contains("InvalidInput"))
    #expect(try count("refused-early") < 20)
  }

  @Test("a gradient of the wrong length") func gradient() throws {
    let model = try model("gradient")
    let message = failure { _ = try model.valuesAndGradients(at: point) }
    #expect(
      message.contains("expected the output [derivatives], 2 finite numbers, found"), "\(message)")
  }

  @Test("no server") func absent() throws {
    let port = try freePort()
    let start = ContinuousClock.now
    let message = failure {
      _ = try UMBridgeModel(
        try UMBridgeAddress("umbridge+http://127.0.0.1:\(port)/m"),
        options: .init(retryPolicy: .init(retries: 2, firstWait: 0.1)))
    }
    #expect(
      message == "umbridge+http://127.0.0.1:\(port), GET /Info, 3 attempts: expected an answer, "
        + "found no connection (Connection refused)")
    // 0.1 s and 0.2 s.
    #expect(ContinuousClock.now - start > .seconds(0.29))
    #expect(
      failure {
        _ = try UMBridgeModel(
          try UMBridgeAddress("umbridge+http://no-such-host.invalid/m"),
          options: .init(retryPolicy: .init(retries: 0)))
      }.contains("host 'no-such-host.invalid'"))
  }
}
