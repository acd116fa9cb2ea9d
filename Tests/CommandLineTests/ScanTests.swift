import Foundation
import TestSupport
import Testing

/// Profiles and MINOS errors.
@Suite("Profiles") struct ScanTests {
  @Test("the default range is three errors around the maximum") func defaultRange() throws {
    let result = try Program.json(["scan", "toy-lhc"])
    let values = try result.at("values").numbers
    let (centre, reach) = (FitTests.maximum.mu, 3 * 0.375694)
    // Below, the bound at -1 is nearer.
    #expect(values.count == 11 && values[0] == -1)
    #expect(abs(try #require(values.last) - (centre + reach)) < 1e-4)
    #expect(try result.at("bounds", "lower").number == -1)
    try Program.run(["scan", "toy-lhc", "--from", "4"], status: 64)
    let half = try Program.json(["scan", "toy-lhc", "--from", "0.5", "--points", "3"])
    #expect(try half.at("values").numbers[0] == 0.5)
  }

  @Test("a range that ends at a bound says so") func bound() throws {
    let wide = ["scan", "toy-lhc", "--from", "-0.1", "--to", "0.1", "--points", "3"]
    let scan = try Program.run(wide, status: 0).standardOutput
    #expect(scan.contains("[beyond the scan, beyond the scan]"))
    let folder = packageRoot.appending(path: "Tests/InferenceTests/Reference")
    let data = try String(
      contentsOf: folder.appending(path: "diagnostics_workspace.json"), encoding: .utf8)
    try withTemporaryFolder { folder in
      try data.replacing("[[-5.0, 10.0]]", with: "[[1.0, 10.0]]")
        .write(to: folder.appending(path: "w.json"), atomically: true, encoding: .utf8)
      let table = try Program.run(["scan", "w.json"], in: folder, status: 0).standardOutput
      #expect(table.contains("[the bound 1, 1.9") && table.contains("[the bound 1, 2.5"))
    }
  }

  @Test("two parameters give a plane with contours") func plane() throws {
    let result = try Program.json([
      "scan", "toy-lhc", "--parameter", "mu", "--parameter", "delta_94", "--points", "9",
      "--from", "-0.9", "--to", "1.4", "--from", "-2.5", "--to", "2.5",
    ])
    #expect(try result.at("parameters").texts == ["mu", "delta_94"])
    let t = try result.at("t").elements
    #expect(try t.map { try $0.numbers.count } == [Int](repeating: 9, count: 9))
    #expect(abs(try result.at("best").numbers[0] - FitTests.maximum.mu) < 1e-4)
    let contours = try result.at("contours").elements
    #expect(abs(try #require(contours.first).at("level").number - 2.29575) < 1e-4)
    // The extremes of the inner contour are those of the profile of mu at the same height.
    let inner = try #require(contours.first).at("points").elements.map { try $0.numbers[0] }
    let highest = try #require(inner.max())
    let line = try Program.json([
      "scan", "toy-lhc", "--from", "0", "--to", "\(highest)", "--points", "2",
    ])
    #expect(abs(try line.at("t").numbers[1] - 2.29575) < 0.1)
    try Program.run(
      ["scan", "toy-lhc", "--parameter", "mu", "--parameter", "delta_1", "--chains", "c.h5"],
      status: 64)
  }

  @Test("t from chains stands beside the exact one") func chains() throws {
    try withTemporaryFolder { folder in
      try Program.run(Miniature.sample + ["--allow-unconverged"], in: folder, status: 0)
      let arguments = [
        "scan", "toy-lhc", "--chains", "chains.h5", "--from", "0", "--to", "0.4", "--points", "3",
      ]
      let result = try Program.json(arguments, in: folder)
      let draws = try result.at("sampled", "draws").numbers
      #expect(draws.allSatisfy { $0 > 100 } && draws.count == 3)
      #expect(try result.at("sampled", "t").numbers.allSatisfy { $0 >= 0 })
      let wide = try Program.json(arguments + ["--width", "0.2"], in: folder)
      let more = try wide.at("sampled", "draws").numbers
      #expect(zip(draws, more).allSatisfy { $0 < $1 })
      let table = try Program.run(arguments, in: folder, status: 0).standardOutput
      #expect(table.contains("  from \(Int(draws[0])) draws "))
      try Program.run(arguments + ["--width", "0"], in: folder, status: 64)
    }
  }

  /// iminuit's numbers for the workspace; those of the toy are of the converged profile.
  @Test("fit --minos") func minos() throws {
    let folder = packageRoot.appending(path: "Tests/InferenceTests/Reference")
    let reference = try JSON(contentsOf: folder.appending(path: "diagnostics.json"))
      .at("poi", "minos").numbers
    let file = folder.appending(path: "diagnostics_workspace.json").path
    let result = try Program.json(["fit", file, "--minos", "mu", "--minos", "norm"])
    #expect(try result.at("minos").keys == ["mu", "norm"])
    let mu = try result.at("minos", "mu")
    #expect(abs(try mu.at("lowerError").number - reference[0]) < 3e-4)
    #expect(abs(try mu.at("upperError").number - reference[1]) < 3e-4)
    let toy = try Program.json(["fit", "toy-lhc", "--minos", "mu"]).at("minos", "mu")
    #expect(abs(try toy.at("lower").number - -0.397384) < 2e-6)
    #expect(abs(try toy.at("upper").number - 0.375749) < 2e-6)
    let all = try Program.json(["fit", file, "--minos", "all"])
    #expect(try all.at("minos").keys == all.at("parameters").keys)
    #expect(
      try Program.run(["fit", file, "--minos", "mu"], status: 0).standardOutput
        .contains("MINOS -0.57"))
    try expectRefusal(["fit", file, "--minos", "nu"], ["'nu'"])
    try expectRefusal(["fit", file, "--fix", "mu=1", "--minos", "mu"], ["'mu' is fixed"])
  }

  @Test("plot contour draws a plane") func contour() throws {
    let file = packageRoot.appending(
      path: "Tests/InferenceTests/Reference/diagnostics_workspace.json"
    ).path
    try withTemporaryFolder { folder in
      let plot = ["plot", "contour", file, "-p", "mu", "-o", "figures"]
      let paths = try Program.json(plot + ["-p", "norm", "--points", "9"], in: folder)
        .at("files").texts
      #expect(
        paths.map { URL(filePath: $0).lastPathComponent } == [
          "contour.pdf", "contour.svg", "contour.png",
        ])
      try Program.run(plot, in: folder, status: 64)
    }
  }
}
