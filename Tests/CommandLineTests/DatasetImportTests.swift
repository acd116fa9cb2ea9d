import Foundation
import TestSupport
import Testing

/// A correlated normal in three dimensions, as a physicist brings it: a table of points with log L.
@Suite("Import of samples") struct DatasetImportTests {
  /// The points of a fixed sequence, normal with a correlation of 0.6 between a and b.
  private static func table(_ count: Int) -> String {
    var state: UInt64 = 1
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) / Double(1 << 53)
    }
    func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
    var text = "a,b,C_9,loglike\n"
    for _ in 0..<count {
      let (u, v, w) = (normal(), normal(), normal())
      let (a, b) = (u, 0.6 * u + 0.8 * v)
      let c = 3 + 2 * w
      let q = (a * a - 1.2 * a * b + b * b) / 0.64 + (c - 3) * (c - 3) / 4
      // A quartic part, which the quadratic of the recipe does not contain.
      text += "\(a),\(b),\(c),\(-0.5 * q - 0.02 * a * a * a * a)\n"
    }
    return text
  }

  @Test("a table becomes a data set, a network and its evaluation") func pipeline() throws {
    try withTemporaryFolder { folder in
      try Data(Self.table(4000).utf8).write(to: folder.appending(path: "fit.csv"))
      let report = try Program.json(
        [
          "dataset", "import", "fit.csv", "-o", "data.h5", "--poi", "C_9", "--bounds",
          "C_9=-20:20", "--bounds", "a=:9",
        ], in: folder)
      #expect(try report.at("rowsRead").number == 4000)
      #expect(try report.at("rowsKept").number == 4000)
      #expect(try report.at("parameters").texts == ["a", "b", "C_9"])
      #expect(try report.at("split", "test").number == 400)
      #expect(try files(below: folder) == ["fit.csv", "data.h5"])
      let info = try Program.json(["dataset", "info", "data.h5"], in: folder)
      #expect(try info.at("points").number == 4000 && info.at("samples", "fit").number == 4000)
      let trained = try Program.json(
        ["train", "data.h5", "-o", "model", "--width", "64", "--epochs", "200"], in: folder)
      // The quartic part alone has a standard deviation of 0.02 sqrt(96) = 0.2.
      #expect(try trained.at("testRMSE").number < 0.1)
      let evaluation = try Program.json(
        ["evaluate", "model", "--dataset", "data.h5"], in: folder)
      #expect(
        abs(try evaluation.at("testRMSE").number - trained.at("testRMSE").number) < 1e-6)
      let inspected = try Program.json(["inspect", "model"], in: folder)
      #expect(try inspected.at("parameterOfInterest").text == "C_9")
      #expect(try inspected.at("parameters").elements[2].at("lower").number == -20)
      // The density at a point whose value is known: the maximum, where it is zero.
      try Data("a,b,C_9\n0,0,3\n".utf8).write(to: folder.appending(path: "p.csv"))
      let value = try Program.json(["logpdf", "model", "--points", "p.csv"], in: folder)
      #expect(abs(try value.at("logpdf").numbers[0]) < 0.1)
    }
  }

  @Test("the report as text; refusals leave nothing behind") func text() throws {
    try withTemporaryFolder { folder in
      let rows = "0,1,-1,7\n1,2,-2,8\n2,0,-3,9\n2,0,-3,9\nnan,0,0,0\n"
      try Data("a,b,lp,chi2_lhcb\n\(rows)".utf8).write(to: folder.appending(path: "s.csv"))
      let command = ["dataset", "import", "s.csv", "-o", "d.h5"]
      try expectRefusal(command, ["s.csv", "unknown ones: 'chi2_lhcb'"], in: folder)
      try expectRefusal(
        command + ["--ignore", "chi2_*"], ["s.csv", "--flat-prior", "separated"], in: folder)
      try expectRefusal(
        ["dataset", "import", "none.csv", "-o", "d.h5"], ["none.csv", "no such file"], in: folder)
      try expectRefusal(
        ["dataset", "import", "s.csv", "-o", "none/d.h5"], ["--output"], in: folder)
      #expect(try files(below: folder) == ["s.csv"])
      let found = try Program.run(
        command + ["--ignore", "chi2_*", "--flat-prior"], in: folder, status: 0)
      for line in [
        "s.csv: 5 rows (text), logPosterior = lp", "columns left out: chi2_lhcb",
        "2 parameters: a, b", "rows read: 5, left out: 1, kept: 4",
        "1 with 'a' missing or not a number", "distinct points: 3, repeated rows: 1",
      ] { #expect(found.standardOutput.contains(line), "\(line)\n\(found.standardOutput)") }
      try expectRefusal(
        ["dataset", "import", "d.h5", "-o", "e.h5"], ["d.h5", "a data set already"], in: folder)
    }
  }

  @Test(
    "usage",
    arguments: [
      ["--bounds", "a"], ["--bounds", "a=2:1"], ["--bounds", "a=0:1", "--bounds", "a=0:2"],
      ["--flat-prior", "--posterior-only"], ["--chi2", "x", "--log-likelihood", "y"],
      ["--parameters", "a,,b"], ["--format", "xls"], ["--test", "1"],
    ])
  func usage(_ options: [String]) throws {
    let result = try Program.run(
      ["dataset", "import", "s.csv", "-o", "d.h5"] + options, status: 64)
    #expect(result.standardError.contains("Usage: dnnlik"))
  }
}
