import Foundation
import TestSupport
import Testing

/// Control-C: status 130, the documented message, nothing half-written.
@Suite("Interruption", .serialized) struct InterruptionTests {
  static let anew = "Interrupted. Nothing has been written; the same command starts anew."
  static let resumes =
    "Interrupted. What is finished has been kept; the same command resumes from there."

  @Test("sample") func sample() throws {
    try withTemporaryFolder { folder in
      let result = try Program.interrupt(
        ["sample", "toy-lhc", "-o", "chains.h5", "--draws", "1000000"], in: folder)
      expectInterruption(result, Self.anew)
      #expect(try files(below: folder).isEmpty)
    }
  }

  @Test("train keeps its state") func train() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      let before = try files(below: folder)
      let result = try Program.interrupt(
        ["train", "data.h5", "-o", "model", "--epochs", "100000"], in: folder)
      #expect(result.status == 130, "\(result.standardError)")
      #expect(
        result.standardError.hasSuffix("epochs; the same command goes on from there.\n"),
        "\(result.standardError)")
      #expect(result.standardOutput.isEmpty)
      #expect(
        try files(below: folder).subtracting(before) == ["model", "model/checkpoint.h5"])
      // Another training has to be asked for.
      try Program.run(
        ["train", "data.h5", "-o", "model", "--epochs", "1", "--width", "8", "--overwrite"],
        in: folder, status: 0)
    }
  }

  @Test("quickstart, which then resumes") func quickstart() throws {
    try withTemporaryFolder { folder in
      let first = try Program.interrupt(["quickstart", "--small", "-o", "run"], in: folder)
      expectInterruption(first, Self.resumes)
      let left = try files(below: folder.appending(path: "run"))
      #expect(left.allSatisfy { ["chains.h5", "chains.h5.json"].contains($0) }, "\(left)")
      let arguments = ["quickstart", "--small", "-o", "run", "--allow-unconverged"]
      let second = try Program.run(arguments, in: folder, status: 0)
      #expect(second.standardOutput.contains("published"))
      #expect(second.standardOutput.contains("report.html"))
      let run = folder.appending(path: "run")
      for file in ["report.html", "summary.json", "model.onnx", "chains.h5", "dataset.h5"] {
        #expect(isFilled(run.appending(path: file)), "\(file)")
      }
      // Now everything is there; the network is the same, and its record still tells its time.
      let model = try Data(contentsOf: run.appending(path: "model.onnx"))
      let third = try Program.json(arguments, in: folder)
      #expect(try third.at("testRMSE").number > 0)
      #expect(try Data(contentsOf: run.appending(path: "model.onnx")) == model)
      let again = try Program.run(arguments, in: folder, status: 0).standardError
      #expect(again.components(separatedBy: "already there").count == 5)
      // Chains this short are not converged, and the program says so.
      try Program.run(["quickstart", "--small", "-o", "run"], in: folder, status: 2)
    }
  }

  private func expectInterruption(_ result: Program.Interrupted, _ message: String) {
    #expect(result.status == 130, "\(result.standardError)")
    #expect(result.standardError.hasSuffix(message + "\n"), "\(result.standardError)")
    #expect(result.standardError.contains("Stopping at the next safe place"))
    #expect(result.standardOutput.isEmpty)
  }
}
