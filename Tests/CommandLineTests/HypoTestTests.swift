import Foundation
import TestSupport
import Testing

/// `hypotest` and `limit` on a counting experiment whose numbers are closed formulas: signal 5 and
/// background 10 expected, 13 observed.
@Suite("hypotest, limit") struct HypoTestTests {
  private static func workspace(
    bounds: String = "[[0, 10]]", poi: String = "mu", observed: String = "13"
  ) -> String {
    """
    {"channels": [{"name": "SR", "samples": [
      {"name": "s", "data": [5], "modifiers": [{"name": "mu", "type": "normfactor", "data": null}]},
      {"name": "b", "data": [10], "modifiers": []}]}],
     "observations": [{"name": "SR", "data": [\(observed)]}],
     "measurements": [{"name": "m", "config": {"poi": "\(poi)", "parameters": [
       {"name": "mu", "bounds": \(bounds)}]}}], "version": "1.0.0"}
    """
  }

  private func tail(_ x: Double) -> Double { 0.5 * erfc(x / 2.0.squareRoot()) }

  @Test("hypotest gives the documented keys and the numbers of the formulas")
  func hypotest() throws {
    try withTemporaryFolder { folder in
      try Data(Self.workspace().utf8).write(to: folder.appending(path: "w.json"))
      let result = try Program.json(["hypotest", "w.json", "--mu", "2"], in: folder)
      let q = 2 * (20 - 13 + 13 * log(13.0 / 20))
      let asimov = 2 * (10 + 10 * log(10.0 / 20))
      let (s, root) = (q.squareRoot(), asimov.squareRoot())
      #expect(try result.at("statistic").text == "qtilde")
      #expect(try result.at("asimov").text == "generated")
      #expect(abs(try result.at("q").number - q) < 1e-9)
      #expect(abs(try result.at("qAsimov").number - asimov) < 1e-9)
      #expect(abs(try result.at("CLsb").number - tail(s)) < 1e-9)
      #expect(abs(try result.at("CLb").number - tail(s - root)) < 1e-9)
      #expect(abs(try result.at("CLs").number - tail(s) / tail(s - root)) < 1e-9)
      let expected = try result.at("expectedCLs").numbers
      #expect(expected.count == 5)
      for (n, value) in zip([2.0, 1, 0, -1, -2], expected) {
        #expect(abs(value - tail(n + root) / tail(n)) < 1e-9)
      }
      #expect(try result.at("certificate", "valid").flag)
      #expect(
        try result.at("certificate", "fits").keys
          == ["free", "tested", "alternative", "asimovFree", "asimovTested"])
      let discovery = try Program.json(["hypotest", "w.json", "--statistic", "q0"], in: folder)
      let q0 = 2 * (13 * log(13.0 / 10) - 3)
      #expect(abs(try discovery.at("significance").number - q0.squareRoot()) < 1e-9)
      #expect(abs(try discovery.at("pValue").number - tail(q0.squareRoot())) < 1e-9)
      #expect(!discovery.keys.contains("CLs"))
      let both = try Program.json(["hypotest", "w.json", "--statistic", "t"], in: folder)
      let t = 2 * (15 - 13 + 13 * log(13.0 / 15))
      // The estimate is 0.6, so that t_1 lies below its value at 0.
      #expect(abs(try both.at("pValue").number - 2 * tail(t.squareRoot())) < 1e-9)
      let table = try Program.run(["hypotest", "w.json"], in: folder, status: 0).standardOutput
      #expect(table.contains("CLs ") && table.contains("all 5 fits valid"))
    }
  }

  @Test("limit is the root of CLs; the band and its figure follow on demand")
  func limit() throws {
    try withTemporaryFolder { folder in
      try Data(Self.workspace().utf8).write(to: folder.appending(path: "w.json"))
      let result = try Program.json(
        ["limit", "w.json", "--points", "5", "--to", "4", "--figure", "figures"], in: folder)
      let observed = try result.at("observed").number
      let check = try Program.json(["hypotest", "w.json", "--mu", "\(observed)"], in: folder)
      #expect(abs(try check.at("CLs").number - 0.05) < 1e-6)
      for (k, value) in try result.at("expected").numbers.enumerated() {
        let test = try Program.json(["hypotest", "w.json", "--mu", "\(value)"], in: folder)
        #expect(abs(try test.at("expectedCLs").numbers[k] - 0.05) < 1e-6)
      }
      #expect(try result.at("band", "values").numbers == [0, 1, 2, 3, 4])
      let two = try Program.json(["hypotest", "w.json", "--mu", "2"], in: folder)
      #expect(
        abs(try result.at("band", "observed").numbers[2] - two.at("CLs").number) < 1e-9)
      #expect(isFilled(folder.appending(path: "figures/brazil.pdf")))
      let looser = try Program.json(
        ["limit", "w.json", "--confidence-level", "0.9"], in: folder)
      #expect(try looser.at("observed").number < observed)
      let plain = try Program.json(["limit", "w.json", "--criterion", "CLsb"], in: folder)
      #expect(try plain.at("observed").number < observed)
      #expect(try plain.at("expected").elements[0].isNull)
    }
  }

  /// The paper's toy; its likelihood with another prior generates no data.
  @Test("a likelihood that generates no data is tested by its own profile") func wald() throws {
    try withTemporaryFolder { folder in
      let file = """
        kind: posterior
        likelihood: toy-lhc
        priors: {mu: {uniform: [-1, 5]}}
        """
      try Data(file.utf8).write(to: folder.appending(path: "p.yaml"))
      let truth = try Program.json(["limit", "toy-lhc"])
      let other = try Program.json(["limit", "p.yaml"], in: folder)
      #expect(try truth.at("asimov").text == "generated")
      #expect(try other.at("asimov").text == "wald")
      let (a, b) = (try truth.at("observed").number, try other.at("observed").number)
      #expect(abs(b / a - 1) < 0.02, "\(a) and \(b)")
    }
  }

  @Test("bad input: parameters, bounds, data, limits that are not reached") func badInput() throws {
    try withTemporaryFolder { folder in
      func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
      try write("w.json", Self.workspace())
      try write("short.json", Self.workspace(bounds: "[[0, 1.5]]"))
      try write("poiless.json", Self.workspace(poi: ""))
      try write(
        "empty.json",
        Self.workspace().replacing(#"{"name": "SR", "data": [13]}"#, with: ""))
      try write(
        "zero.json",
        Self.workspace(bounds: "[[0, 2]]").replacing("[10]", with: "[-20]"))
      for verb in ["hypotest", "limit"] {
        try expectRefusal([verb, "w.json", "--parameter", "nu"], ["'nu'", "mu"], in: folder)
        try expectRefusal([verb, "w.json", "--poi", "nu"], ["'nu'"], in: folder)
        try expectRefusal([verb, "poiless.json"], ["no parameter of interest", "mu"], in: folder)
        try expectRefusal([verb, "empty.json"], ["observations"], in: folder)
        try expectRefusal([verb, "zero.json"], ["channel 'SR', bin 0", "-infinity"], in: folder)
        let named = try Program.run(
          [verb, "poiless.json", "--parameter", "mu"], in: folder, status: 0)
        #expect(named.standardOutput.contains("maximum at mu"))
      }
      try expectRefusal(
        ["hypotest", "w.json", "--mu", "11"], ["mu = 11", "[0.0, 10.0]"], in: folder)
      try expectRefusal(["limit", "short.json"], ["'mu'", "bound 1.5", "CLs"], in: folder)
      for arguments in [
        ["hypotest", "w.json", "--statistic", "q7"], ["limit", "w.json", "--statistic", "q0"],
        ["hypotest", "w.json", "--statistic", "q0", "--mu", "1"],
        ["limit", "w.json", "--confidence-level", "1.2"],
        ["limit", "w.json", "--from", "2", "--to", "1"],
      ] {
        try Program.run(arguments, in: folder, status: 64)
      }
    }
  }

  /// Pseudo-experiments beside the asymptotic formulas, which hold for counts as large as these.
  @Test("toys") func toys() throws {
    try withTemporaryFolder { folder in
      let found = try Program.json(
        [
          "hypotest", "toy-lhc", "--mu", "0.6", "--statistic", "q", "--toys", "200", "--seed", "3",
        ], in: folder)
      let asymptotic = try found.at("asymptotic")
      for (key, error) in [("CLsb", "CLsb"), ("CLb", "CLb"), ("CLs", "CLs")] {
        let spread = try found.at("errors", error).number
        #expect(spread > 0 && spread < 0.2)
        #expect(
          try abs(found.at(key).number - asymptotic.at(key).number) < 4 * spread + 0.02, "\(key)")
      }
      #expect(try found.at("expectedCLs").elements.count == 5)
      #expect(try found.at("calculator").text == "toys")
      let refused = try Program.run(
        ["hypotest", "toy-lhc", "--toys", "3"], in: folder, status: 64)
      #expect(refused.standardError.contains("--toys must be at least 10"))
    }
  }
}
