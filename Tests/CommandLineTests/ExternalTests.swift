import Foundation
import TestSupport
import Testing

/// Likelihoods of other programs, from the command line.
@Suite("External likelihoods", .serialized) struct ExternalTests {
  @Test("a shared library", .enabled(if: cCompiler != nil, "needs a C compiler"))
  func library() throws {
    try withTemporaryFolder { folder in
      _ = try compileLibrary(exampleLibrarySource, name: "libcounting.so", in: folder)
      let fit = try Program.json(["fit", "libcounting.so"], in: folder)
      // scipy 1.17.1, minimize(method="BFGS").
      #expect(abs(try fit.at("parameters", "mu", "value").number - 0.7510294) < 1e-6)
      #expect(abs(try fit.at("logpdf").number + 6.439781839942537) < 1e-9)
      try Program.run(
        [
          "sample", "libcounting.so", "-o", "c.h5", "--chains", "64", "--draws", "6400",
          "--allow-unconverged",
        ],
        in: folder, status: 0)
      try Data("text".utf8).write(to: folder.appending(path: "text.so"))
      try expectRefusal(["fit", "text.so"], ["text.so", "expected a shared library"], in: folder)
    }
  }

  @Test(
    "a server: the default sampler, few calls, and a death",
    .enabled(if: pythonInterpreter != nil, needsPython))
  func server() throws {
    let server = try PythonServer(UMBridgeServers.real)
    try withTemporaryFolder { folder in
      let address = "umbridge+http://127.0.0.1:\(server.port)"
      func yaml(_ model: String, _ keys: String = "") throws {
        let entries = (1...4).map { "{name: p\($0), lower: -6, upper: 6}" }
        try
          "kind: external\naddress: \(address)/\(model)\n\(keys)parameters: [\(entries.joined(separator: ", "))]"
          .write(to: folder.appending(path: "e.yaml"), atomically: true, encoding: .utf8)
      }
      try yaml("plain")
      let parameters = try Program.json(["inspect", "e.yaml"], in: folder)
      #expect(try parameters.at("parameters").elements.count == 4)
      // Without a gradient: the stretch ensemble, with few walkers.
      let sample = [
        "sample", "e.yaml", "-o", "c.h5", "--draws", "2560", "--warm-up", "10", "--chains", "16",
        "--allow-unconverged",
      ]
      let drawn = try Program.run(sample, in: folder, status: 0)
      #expect(drawn.standardOutput.contains("2560 draws of 64 chains"))
      #expect(try calls(drawn) < 64 * 60)
      // The values of the chains are not asked again, but for eight.
      let data = try Program.run(
        ["dataset", "build", "e.yaml", "--chains", "c.h5", "-o", "d.h5", "--points", "500"],
        in: folder, status: 0)
      #expect(try calls(data) == 8)
      // The maximum by differences: tens of gradients of eight values.
      let trained = try Program.run(
        [
          "train", "d.h5", "-o", "model", "--likelihood", "e.yaml", "--width", "8", "--epochs",
          "2",
        ], in: folder, status: 0)
      #expect(try calls(trained) < 2000)
      try expectRefusal(["fit", address], ["model", "does not offer exactly one"])
      try yaml("plain", "parameters: []\n")
      try expectRefusal(
        ["fit", "e.yaml"], ["e.yaml", "every key once", "twice the key 'parameters'"], in: folder)
      try yaml("gauss")
      try expectRefusal(["fit", "e.yaml"], ["expected 3 entries", "found 4"], in: folder)
    }
  }

  @Test(
    "draws are kept when the server dies", .enabled(if: pythonInterpreter != nil, needsPython))
  func death() throws {
    let server = try PythonServer(UMBridgeServers.misbehaving)
    try withTemporaryFolder { folder in
      try """
      kind: external
      address: umbridge+http://127.0.0.1:\(server.port)/m
      config: {mode: dies-later}
      retries: 1
      parameters: [{name: a, lower: -5, upper: 5}, {name: b, lower: -5, upper: 5}]
      """.write(to: folder.appending(path: "e.yaml"), atomically: true, encoding: .utf8)
      let result = try Program.run(
        [
          "sample", "e.yaml", "-o", "c.h5", "--draws", "100000", "--warm-up", "5", "--chains", "8",
          "--sampler", "stretch",
        ], in: folder, status: 1)
      #expect(result.standardError.contains("POST /Evaluate, 2 attempts"))
      #expect(result.standardError.contains("steps are kept in c.h5"), "\(result.standardError)")
      #expect(result.standardOutput.isEmpty)
      let kept = try Program.json(["diagnose", "c.h5"], in: folder, status: 2)
      let draws = try kept.at("draws").number
      #expect(
        draws > 32 && draws <= 1200 && result.standardError.contains("The \(Int(draws)) draws"))
      // A second run finds no server at all.
      let again = try Program.run(["fit", "e.yaml"], in: folder, status: 1)
      #expect(again.standardError.contains("GET /Info, 2 attempts"))
      #expect(again.standardError.contains("Connection refused"))
    }
  }

  /// The number of values in the report of a command.
  private func calls(_ result: ProcessResult) throws -> Int {
    let lines = result.standardError.split(separator: "\n")
    let line = try #require(lines.last { $0.hasPrefix("asked the likelihood for ") })
    return try #require(Int(line.split(separator: " ")[4]))
  }
}
