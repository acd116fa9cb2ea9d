import Foundation
import TestSupport
import Testing

@Suite("simplify") struct SimplifyTests {
  /// t of the toy from paper.md 5.1 at mu = 0, 0.5, 1; the simplified likelihood with third moments
  /// comes within 0.5, without them it is 2 away at mu = 1.
  @Test("derives, compares and can be used like any likelihood") func toy() throws {
    try withTemporaryFolder { folder in
      let result = try Program.json(
        [
          "simplify", "toy-lhc", "-o", "simplified.json", "--draws", "20000", "--from", "0",
          "--to", "1", "--points", "3",
        ], in: folder)
      #expect(try result.at("bins").number == 90)
      #expect(try result.at("draws").number >= 20000)
      #expect(try result.at("valid").flag)
      let accuracy = try result.at("accuracy")
      let (full, simplified) = (
        try accuracy.at("full").numbers, try accuracy.at("simplified").numbers
      )
      for (i, mu) in [0, 5, 10].enumerated() {
        #expect(abs(full[i] - FitTests.t[mu]) < 1e-5)
        #expect(abs(simplified[i] - FitTests.t[mu]) < 0.6)
      }
      let file = try JSON(contentsOf: folder.appending(path: "simplified.json"))
      #expect(try file.at("accuracy", "full").numbers == full)
      #expect(try file.at("provenance", "moments").text == "prior")
      #expect(try file.at("observed").numbers.count == 90)
      let inspected = try Program.json(["inspect", "simplified.json"], in: folder)
      #expect(try inspected.at("parameters").elements.count == 91)
      let fit = try Program.json(["fit", "simplified.json", "--fix", "mu=1"], in: folder)
      #expect(try fit.at("certificate", "valid").flag)
      #expect(try files(below: folder) == ["simplified.json"])
    }
  }

  /// Too few draws for chains of eight draws each.
  @Test("chains that have not converged are called so") func unconverged() throws {
    try withTemporaryFolder { folder in
      let head = #"{"kind": "simplified-likelihood", "version": 1, "observed": [9, 4], "#
      let rest = #""background": [8, 5], "covariance": [[4, 1], [1, 2]], "signal": [2, 1]}"#
      try Data((head + rest).utf8).write(to: folder.appending(path: "m.json"))
      let command = [
        "simplify", "m.json", "-o", "s.json", "--moments", "posterior", "--draws", "64",
        "--points", "3",
      ]
      let text = try Program.run(command, in: folder, status: 2).standardOutput
      #expect(text.contains("note: the chains have not converged"))
      #expect(text.contains("chains: NOT CONVERGED") && text.contains("certificates of the fits: "))
      let result = try Program.json(command + ["--allow-unconverged"], in: folder)
      #expect(try !result.at("chainsConverged").flag)
    }
  }

  @Test("what cannot be simplified is refused") func refusals() throws {
    try withTemporaryFolder { folder in
      try expectRefusal(["simplify", "nothing", "-o", "s.json"], ["'nothing'"], in: folder)
      try expectRefusal(["simplify", "toy-lhc", "-o", "no/s.json"], ["--output"], in: folder)
      let head = #"{"kind": "simplified-likelihood", "version": 1, "observed": [1], "#
      try Data((head + #""background": [1], "covariance": [[1]]}"#).utf8)
        .write(to: folder.appending(path: "background.json"))
      try expectRefusal(
        ["simplify", "background.json", "-o", "s.json"], ["a parameter of interest"], in: folder)
      try Data((head + #""background": [1], "covariance": [["x"]]}"#).utf8)
        .write(to: folder.appending(path: "wrong.json"))
      try expectRefusal(
        ["inspect", "wrong.json"], ["wrong.json, covariance[0][0]", "a number", "'x'"], in: folder)
      try Data("{}".utf8).write(to: folder.appending(path: "other.json"))
      try expectRefusal(
        ["inspect", "other.json"], ["other.json", "expected the key 'channels'"], in: folder)
    }
  }

  @Test(
    "usage errors have status 64",
    arguments: [
      ["--draws", "0"], ["--points", "1"], ["--from", "1"], ["--from", "1", "--to", "0"],
      ["--moments", "guess"], ["--draws", "9223372036854775807"],
      ["--points", "9223372036854775807"],
    ])
  func usage(_ options: [String]) throws {
    try Program.run(["simplify", "toy-lhc", "-o", "s.json"] + options, status: 64)
  }
}
