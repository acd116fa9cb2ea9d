import Foundation
import TestSupport
import Testing

/// `train --recipe counts`: networks that learn the expected counts of a workspace.
@Suite("train --recipe counts") struct CountsTests {
  /// Three bins of large counts, expectations that are products of factors.
  private static let workspace = """
    {"channels": [{"name": "SR", "samples": [
      {"name": "s", "data": [900, 300, 100], "modifiers": [
        {"name": "mu", "type": "normfactor", "data": null},
        {"name": "scale", "type": "normsys", "data": {"hi": 1.2, "lo": 0.85}}]},
      {"name": "b", "data": [9000, 8000, 7000], "modifiers": [
        {"name": "norm", "type": "normsys", "data": {"hi": 1.3, "lo": 0.8}},
        {"name": "scale", "type": "normsys", "data": {"hi": 1.1, "lo": 0.93}},
        {"name": "tilt", "type": "histosys",
         "data": {"hi_data": [9400, 8000, 6500], "lo_data": [8700, 8000, 7400]}}]}]}],
     "observations": [{"name": "SR", "data": [9800, 8350, 7050]}],
     "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": [
       {"name": "mu", "bounds": [[-5, 10]]}, {"name": "norm", "fixed": false}]}}],
     "version": "1.0.0"}
    """

  @Test func fromWorkspaceToNetwork() throws {
    try withTemporaryFolder { folder in
      try Data(Self.workspace.utf8).write(to: folder.appending(path: "w.json"))
      try Program.run(
        [
          "sample", "w.json", "-o", "c.h5", "--draws", "6000", "--chains", "64",
          "--allow-unconverged",
        ],
        in: folder, status: 0)
      try Program.run(
        ["dataset", "build", "w.json", "--chains", "c.h5", "-o", "d.h5", "--points", "6000"],
        in: folder, status: 0)
      func rmse(_ recipe: String, _ model: String) throws -> Double {
        let summary = try Program.json(
          [
            "train", "d.h5", "-o", model, "--likelihood", "w.json", "--recipe", recipe, "--width",
            "32", "--epochs", "60",
          ], in: folder)
        return try summary.at("testRMSE").number
      }
      let (counts, plain) = (try rmse("counts", "m"), try rmse("enhanced", "e"))
      #expect(counts < 0.2 && counts < plain, "\(counts), \(plain)")
      // The model is a likelihood like any other, and its ONNX file has the numbers.
      try expectEqualMaxima("w.json", "m", in: folder)
      try Program.run(["export", "m", "-o", "m.onnx"], in: folder, status: 0)
      try Data("[[1, 0.1, -0.2, 0.3], [0.5, 0, 0, 0]]".utf8)
        .write(to: folder.appending(path: "points.json"))
      let a = try Program.json(["logpdf", "m.onnx", "--points", "points.json"], in: folder)
      let b = try Program.json(["logpdf", "m", "--points", "points.json"], in: folder)
      #expect(try a.at("logpdf").numbers == b.at("logpdf").numbers)
      // An ensemble of them.
      let ensemble = try Program.json(
        [
          "train", "d.h5", "-o", "many", "--likelihood", "w.json", "--recipe", "counts", "--width",
          "16", "--epochs", "20", "--members", "2",
        ], in: folder)
      #expect(try ensemble.at("testRMSE").number < 0.5)
    }
  }

  /// A scan whose members learned the counts of another patch of the workspace is not done.
  @Test("counts of another likelihood") func otherCounts() throws {
    try withTemporaryFolder { folder in
      try Data(Self.workspace.utf8).write(to: folder.appending(path: "w.json"))
      try Data(Self.workspace.replacing("9800, 8350", with: "9801, 8350").utf8)
        .write(to: folder.appending(path: "v.json"))
      try Program.run(
        ["dataset", "build", "w.json", "--design", "sobol", "-o", "d.h5", "--points", "512"],
        in: folder, status: 0)
      try Data("grid: {width: 4, epochs: [1, 2]}\n".utf8)
        .write(to: folder.appending(path: "scan.yaml"))
      var members: [Set<String>] = []
      var digests: [String] = []
      for file in ["w.json", "v.json", "w.json"] {
        let common = ["train", "d.h5", "--recipe", "counts", "--likelihood", file]
        let table = try Program.json(
          common + ["-o", "scan", "--scan", "scan.yaml"], in: folder)
        members.append(Set(try table.at("rows").elements.map { try $0.at("member").text }))
        let one = try Program.json(
          common + ["-o", "one", "--width", "4", "--epochs", "1", "--overwrite"], in: folder)
        digests.append(try one.at("digest").text)
      }
      #expect(members[0] == members[2] && members[0].isDisjoint(with: members[1]))
      #expect(digests[0] == digests[2] && digests[0] != digests[1])
    }
  }

  @Test func countsAreAskedFor() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try expectRefusal(
        ["train", "data.h5", "-o", "m", "--recipe", "counts"],
        ["recipe 'counts'", "--likelihood", "found none"], in: folder)
    }
  }

  @Test("with a target") func target() throws {
    try withTemporaryFolder { folder in
      try Data(Self.workspace.utf8).write(to: folder.appending(path: "w.json"))
      let certificate = try Program.json(
        ["train", "w.json", "-o", "m", "--target-rmse", "0.1", "--recipe", "counts"], in: folder)
      #expect(try certificate.at("reached").flag)
      #expect(
        try certificate.at("rounds").elements.allSatisfy { try $0.at("recipe").text == "counts" })
    }
  }
}
