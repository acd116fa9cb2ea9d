import Foundation
import TestSupport
import Testing

/// train --batch-normalization: what it changes, that it can be interrupted, and where it is refused.
@Suite("Training with batch normalisation", .serialized) struct TrainNormalizationTests {
  private static let train = [
    "train", "data.h5", "--recipe", "paper", "--width", "24", "--batch-size", "64", "--epochs",
    "150", "--checkpoint", "0",
  ]
  private static let normalized = train + ["--batch-normalization"]

  private func model(_ name: String, in folder: URL) throws -> Data {
    try Data(contentsOf: folder.appending(path: "\(name)/model.onnx"))
  }

  @Test("another network, the same after an interruption") func training() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      let summary = try Program.json(Self.normalized + ["-o", "whole"], in: folder)
      try Program.run(Self.train + ["-o", "plain"], in: folder, status: 0)
      let plain = try JSON(contentsOf: folder.appending(path: "plain/training.json"))
      // The same network for all other verbs: weights of the same number, other values.
      #expect(
        try summary.at("parameters").number == (try plain.at("parameters").number))
      #expect(try model("whole", in: folder) != model("plain", in: folder))
      #expect(try summary.at("testRMSE").number < 10)
      try Program.run(["inspect", "whole/model.onnx"], in: folder, status: 0)
      let first = try Program.interrupt(Self.normalized + ["-o", "parts"], in: folder)
      #expect(first.status == 130, "\(first.standardError)")
      try expectRefusal(
        Self.train + ["-o", "parts"], ["parts/checkpoint.h5", "training.batchNormalization"],
        in: folder)
      try Program.run(Self.normalized + ["-o", "parts", "--resume"], in: folder, status: 0)
      #expect(try model("parts", in: folder) == model("whole", in: folder))
    }
  }

  @Test("not where gradients are learned; in scans as a field") func refusalAndScan() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      let parts = ["batchNormalization", "values alone", "--no-gradients", "recipe enhanced"]
      try expectRefusal(
        ["train", "data.h5", "-o", "model", "--batch-normalization"], parts, in: folder)
      try expectRefusal(
        ["train", "data.h5", "-o", "model", "--batch-normalization", "--members", "2"], parts,
        in: folder)
      try Data("grid:\n  batchNormalization: [true, false]\n  epochs: 2\n".utf8)
        .write(to: folder.appending(path: "scan.yaml"))
      let scan = ["train", "data.h5", "--scan", "scan.yaml", "--width", "8", "-o"]
      try expectRefusal(scan + ["refused"], parts, in: folder)
      #expect(!(try files(below: folder).contains { $0.hasSuffix(".onnx") }))
      let table = try Program.run(
        scan + ["scans", "--recipe", "paper"], in: folder, status: 0
      ).standardOutput.split(separator: "\n")
      #expect(table.first?.hasPrefix("batchNormalization") == true, "\(table)")
      #expect(Set(table.dropFirst().map { $0.prefix { $0 != " " } }) == ["true", "false"])
    }
  }
}
