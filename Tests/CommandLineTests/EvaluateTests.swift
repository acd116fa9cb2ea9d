import Foundation
import TestSupport
import Testing

/// evaluate: what is said of poor networks, and of files that do not fit together.
@Suite("evaluate") struct EvaluateTests {
  private static let workspace = """
    {"channels": [{"name": "SR", "samples": [
      {"name": "s", "data": [12], "modifiers": [
        {"name": "mu", "type": "normfactor", "data": null}]},
      {"name": "b", "data": [50], "modifiers": [
        {"name": "a", "type": "normsys", "data": {"hi": 1.1, "lo": 0.9}},
        {"name": "c", "type": "normsys", "data": {"hi": 1.05, "lo": 0.9}}]}]}],
     "observations": [{"name": "SR", "data": [55]}],
     "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}],
     "version": "1.0.0"}
    """

  @Test func poorNetworksAndForeignFiles() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try Data(Self.workspace.utf8).write(to: folder.appending(path: "w.json"))
      // A small network of raw parameters after one epoch: re-weighting leaves a few points.
      try Program.run(
        [
          "train", "data.h5", "-o", "poor", "--recipe", "paper", "--width", "4", "--epochs", "1",
          "--sample-weights", "flat",
        ], in: folder, status: 0)
      let report = try Program.json(["evaluate", "poor", "--dataset", "data.h5"], in: folder)
      #expect(try report.at("metrics").keys == ["training", "validation", "test"])
      #expect(try report.at("testRMSE").number > 3)
      #expect(try report.at("posterior", "paretoShape").number > 0.7)
      #expect(
        try report.at("unavailable", "intervals").text.contains("effective number of points"))
      let text = try Program.run(
        ["evaluate", "poor", "--dataset", "data.h5"], in: folder, status: 0
      ).standardOutput
      #expect(text.contains("\ntest "))
      #expect(
        text.contains(
          "not available: highest-density intervals: effective number of points is"))
      // Other parameters, in the likelihood and in the data set.
      try expectRefusal(
        ["evaluate", "poor", "--dataset", "data.h5", "--likelihood", "w.json"],
        ["data.h5", "95 parameters, expected 3", "number 2: 'delta_1', expected 'a'", "w.json"],
        in: folder)
      try Program.run(
        ["dataset", "build", "w.json", "--design", "sobol", "-o", "w.h5", "--points", "256"],
        in: folder, status: 0)
      try expectRefusal(
        ["evaluate", "poor", "--dataset", "w.h5"],
        ["w.h5", "3 parameters, expected 95", "(parameters of poor)"], in: folder)
      try Program.run(
        [
          "dataset", "build", "toy-lhc", "--chains", "chains.h5", "-o", "untested.h5", "--points",
          "1000", "--test", "0",
        ], in: folder, status: 0)
      try expectRefusal(
        ["evaluate", "poor", "--dataset", "untested.h5"], ["untested.h5", "0 test points"],
        in: folder)
      // A place where nothing can be made is refused before the work.
      try expectRefusal(
        ["evaluate", "poor", "--dataset", "data.h5", "--figures", "/proc/figures"],
        ["--figures", "'/proc/figures'", "no folder can be made in '/proc'"], in: folder)
    }
  }

  /// With a parameter at its bound the quadratic part is not that of --likelihood.
  @Test func maximumAtABound() throws {
    try withTemporaryFolder { folder in
      let workspace = Self.workspace.replacing("[55]", with: "[30]")
      try Data(workspace.utf8).write(to: folder.appending(path: "w.json"))
      try Program.run(
        ["dataset", "build", "w.json", "--design", "sobol", "-o", "w.h5", "--points", "512"],
        in: folder, status: 0)
      let train = ["train", "w.h5", "-o", "model", "--width", "4", "--epochs", "2"]
      let result = try Program.run(train + ["--likelihood", "w.json"], in: folder, status: 0)
      #expect(
        result.standardError.contains(
          "warning: the maximum of --likelihood has no Hessian of all parameters (at a bound: 'mu')"
        ), "\(result.standardError)")
      try Data("grid: {width: 4, epochs: [1, 2]}\n".utf8)
        .write(to: folder.appending(path: "scan.yaml"))
      let scan = try Program.run(
        ["train", "w.h5", "-o", "scan", "--scan", "scan.yaml", "--likelihood", "w.json"],
        in: folder, status: 0)
      #expect(scan.standardError.components(separatedBy: "warning: ").count == 2)
    }
  }
}
