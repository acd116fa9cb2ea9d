import Foundation
import TestSupport
import Testing

/// train: the weights of a training that nothing interrupted, whatever did.
@Suite("Resumed training", .serialized) struct TrainResumeTests {
  private static let train = [
    "train", "data.h5", "--likelihood", "toy-lhc", "--width", "48", "--epochs", "25", "--seed",
    "5", "--dropout", "0.05", "--checkpoint", "0",
  ]

  /// The model and, without times, the history.
  private func outcome(_ name: String, in folder: URL) throws -> [Data] {
    let model = folder.appending(path: name)
    let history = try String(
      contentsOf: model.appending(path: "history.csv"), encoding: .utf8
    ).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset != 4 }.map { String($0.element) }.joined(separator: ",")
    }
    return [
      try Data(contentsOf: model.appending(path: "model.onnx")),
      Data(history.joined(separator: "\n").utf8),
    ]
  }

  @Test("killed at any moment") func kill() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try Program.run(Self.train + ["-o", "whole"], in: folder, status: 0)
      let whole = try outcome("whole", in: folder)
      for round in 0..<2 {
        let name = "killed-\(round)"
        for _ in 0..<3 {
          try kill(Self.train + ["-o", name], after: "\(name)/checkpoint.h5", in: folder)
        }
        try Program.run(Self.train + ["-o", name], in: folder, status: 0)
        #expect(try outcome(name, in: folder) == whole)
        #expect(
          try files(below: folder.appending(path: name))
            == ["model.onnx", "history.csv", "history.json", "training.json"])
      }
      // Another seed gives another network.
      var other = Self.train
      other[9] = "6"
      try Program.run(other + ["-o", "other"], in: folder, status: 0)
      #expect(try outcome("other", in: folder)[0] != whole[0])
    }
  }

  /// Runs the program and kills it at a random moment after a file is there.
  private func kill(_ arguments: [String], after file: String, in folder: URL) throws {
    let process = Process()
    process.executableURL = Program.url
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(Program.environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    while process.isRunning, !isFilled(folder.appending(path: file)) { usleep(500) }
    usleep(UInt32.random(in: 0..<60_000))
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  @Test("an ensemble, killed and interrupted") func ensemble() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      let train = Self.train + ["--members", "3"]
      try Program.run(train + ["-o", "whole"], in: folder, status: 0)
      try expectRefusal(
        train + ["-o", "killed", "--resume"], ["--resume: expected a training", "killed"],
        in: folder)
      for _ in 0..<2 {
        try kill(train + ["-o", "killed"], after: "killed/checkpoint-1.h5", in: folder)
      }
      try Program.run(train + ["-o", "killed", "--resume"], in: folder, status: 0)
      #expect(try outcome("killed", in: folder) == outcome("whole", in: folder))
      #expect(
        try files(below: folder.appending(path: "killed"))
          == ["model.onnx", "history.csv", "history.json", "training.json"])
      let stopped = try Program.interrupt(
        ["train", "data.h5", "-o", "long", "--epochs", "3000", "--members", "2"], in: folder)
      #expect(stopped.status == 130, "\(stopped.standardError)")
      #expect(stopped.standardError.contains("the training is kept in long after"))
      // A member that had not begun has none.
      let kept = try files(below: folder.appending(path: "long"))
      #expect(!kept.isEmpty && kept.isSubset(of: ["checkpoint-1.h5", "checkpoint-2.h5"]))
      let long = ["train", "data.h5", "-o", "long", "--epochs", "3000"]
      // At once, not after those that would have been new.
      try expectRefusal(
        long + ["--members", "3", "--batch-size", "64"],
        ["long/checkpoint-", "training.batchSize", "expected '256'"], in: folder)
      try expectRefusal(
        long, ["long holds another unfinished training (checkpoint-"], in: folder)
      #expect(try files(below: folder.appending(path: "long")) == kept)
    }
  }

  @Test("Control-C keeps the state; what does not fit it is refused") func interruption() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      let long = ["train", "data.h5", "-o", "model", "--epochs", "3000", "--width", "48"]
      let first = try Program.interrupt(long, in: folder)
      #expect(first.status == 130, "\(first.standardError)")
      #expect(
        first.standardError.contains("the training is kept in model/checkpoint.h5 after"),
        "\(first.standardError)")
      #expect(try files(below: folder.appending(path: "model")) == ["checkpoint.h5"])
      let before = try Data(contentsOf: folder.appending(path: "model/checkpoint.h5"))
      try Program.run(
        [
          "dataset", "build", "toy-lhc", "--chains", "chains.h5", "-o", "other.h5", "--points",
          "2000",
        ], in: folder, status: 0)
      for (arguments, parts) in [
        (["--seed", "2"], ["training.seed", "expected '1'", "found '2'"]),
        (["--batch-size", "64"], ["training.batchSize", "expected '256'", "found '64'"]),
        (["--recipe", "paper"], ["model/checkpoint.h5", "recipe, "]),
        (["--likelihood", "toy-lhc"], ["--likelihood", "expected none"]),
      ] { try expectRefusal(long + arguments, parts, in: folder) }
      var other = long
      other[1] = "other.h5"
      try expectRefusal(other, ["model/checkpoint.h5", "data set", "digest"], in: folder)
      #expect(try Data(contentsOf: folder.appending(path: "model/checkpoint.h5")) == before)
      try before.prefix(before.count / 2).write(
        to: folder.appending(path: "model/checkpoint.h5"))
      try expectRefusal(long, ["model/checkpoint.h5", "not a checkpoint"], in: folder)
      var short = long
      short[5] = "1"
      try Program.run(short + ["--overwrite"], in: folder, status: 0)
      // A finished model of another data set is not replaced by accident.
      other[5] = "1"
      try expectRefusal(other, ["model", "another data set", "--overwrite"], in: folder)
      try expectRefusal(
        ["train", "data.h5", "-o", "none", "--resume"], ["--resume", "none"], in: folder)
      let again = try Program.json(short + ["--resume"], in: folder)
      #expect(try again.at("epochs").number == 1)
    }
  }
}
