import Foundation
import TestSupport
import Testing

/// `train --target-rmse`, `--target-tmu`: a likelihood in, a surrogate with a certificate out.
@Suite("train with a target") struct TargetTests {
  /// Two bins, a signal strength and two normal nuisance parameters.
  static let workspace = """
    {"channels": [{"name": "SR", "samples": [
      {"name": "s", "data": [12, 6], "modifiers": [
        {"name": "mu", "type": "normfactor", "data": null}]},
      {"name": "b", "data": [50, 40], "modifiers": [
        {"name": "scale", "type": "normsys", "data": {"hi": 1.1, "lo": 0.9}},
        {"name": "tilt", "type": "histosys",
         "data": {"hi_data": [55, 38], "lo_data": [46, 43]}}]}]}],
     "observations": [{"name": "SR", "data": [58, 44]}],
     "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": [
       {"name": "mu", "bounds": [[-5, 10]]}]}}], "version": "1.0.0"}
    """

  @Test("a reached target: certificate, model, data; again without work; then used")
  func reached() throws {
    try withTemporaryFolder { folder in
      try Data(Self.workspace.utf8).write(to: folder.appending(path: "w.json"))
      let command = ["train", "w.json", "-o", "m", "--target-rmse", "0.1", "--target-tmu", "0.05"]
      let certificate = try Program.json(command, in: folder)
      #expect(try certificate.at("reached").flag)
      let rmse = try certificate.at("measurement", "rmse", "value").number
      #expect(rmse <= 0.1)
      #expect(try certificate.at("measurement", "profile", "meanAbsoluteError").number <= 0.05)
      let evaluations = try certificate.at("evaluations").number
      #expect(evaluations > 100 && evaluations < 50_000)
      #expect(
        try files(below: folder.appending(path: "m"))
          == [
            "model.onnx", "data.h5", "rounds.json", "certificate.json", "history.csv",
            "history.json", "fits.json",
          ])
      let again = try Program.json(command, in: folder)
      // It has looked whose folder it is.
      #expect(try again.at("evaluations").number == evaluations + 1)
      // The surrogate is a likelihood like any other, and is close to the workspace.
      try expectEqualMaxima("w.json", "m", in: folder)
      let text = try Program.run(command, in: folder, status: 0).standardOutput
      #expect(text.contains("Target reached (RMSE ≤ 0.1 nats, mean |Δt| ≤ 0.05)"))
    }
  }

  @Test("a target out of reach: exit code 2, the statement, and the model all the same")
  func notReached() throws {
    try withTemporaryFolder { folder in
      try Data(Self.workspace.utf8).write(to: folder.appending(path: "w.json"))
      let result = try Program.run(
        ["train", "w.json", "-o", "m", "--target-rmse", "1e-9", "--max-evaluations", "300"],
        in: folder, status: 2)
      #expect(result.standardOutput.contains("Target NOT reached"))
      #expect(result.standardOutput.contains("evaluations used up"))
      #expect(
        FileManager.default.fileExists(atPath: folder.appending(path: "m/model.onnx").path))
      try Data(Self.workspace.replacing("44", with: "43").utf8)
        .write(to: folder.appending(path: "other.json"))
      // Progress goes to standard error, too; the message is its last line.
      let refusal = try Program.run(
        ["train", "other.json", "-o", "m", "--target-rmse", "0.1"], in: folder, status: 65)
      #expect(refusal.standardOutput.isEmpty)
      let message = refusal.standardError.split(separator: "\n").last ?? ""
      #expect(message.hasPrefix("Error: m holds "), "\(refusal.standardError)")
      #expect(message.contains("the model of another refinement"), "\(message)")
    }
  }

  @Test("contradictions are usage errors") func usage() throws {
    for (arguments, part) in [
      (["--target-rmse", "0.1", "--width", "8"], "--target-rmse"),
      (["--max-evaluations", "10"], "--max-evaluations"),
      (["--target-tmu", "0.1", "--profile", "1:0"], "FROM < TO"),
    ] {
      let result = try Program.run(["train", "toy-lhc", "-o", "m"] + arguments, status: 64)
      #expect(result.standardError.contains(part))
    }
    try expectRefusal(
      ["train", "toy-lhc", "-o", "m", "--target-rmse", "-1"], ["target-rmse", "-1"])
    // A data set where a likelihood is meant, and the other way round.
    for (arguments, named) in [
      (["train", "d.h5", "-o", "m", "--target-rmse", "0.1"], "found the data set d.h5"),
      (["train", "toy-lhc", "-o", "m"], "found the likelihood toy-lhc"),
    ] {
      let result = try Program.run(arguments, status: 64)
      #expect(result.standardError.contains(named))
    }
  }
}
