import Foundation
import TestSupport
import Testing

/// train --scan: grids and draws, side by side and one by one, skipped where they are done.
@Suite("Scans of trainings", .serialized) struct TrainScanTests {
  private static let grid = """
    repeats: 2
    grid:
      width: [8, 16]
      points: [600, 1200]
      epochs: 3

    """

  /// The table without times.
  private func rows(_ name: String, in folder: URL) throws -> [[String]] {
    let text = try String(
      contentsOf: folder.appending(path: "\(name)/scan.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let seconds = try #require(lines[0].firstIndex(of: "seconds"))
    return lines.map { line in line.indices.filter { $0 != seconds }.map { line[$0] } }
  }

  @Test("a grid with repetitions") func grid() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try Data(Self.grid.utf8).write(to: folder.appending(path: "scan.yaml"))
      let command = ["train", "data.h5", "--scan", "scan.yaml", "-o"]
      let table = try Program.json(command + ["one"], in: folder)
      let members = try table.at("rows").elements
      #expect(members.count == 8)
      #expect(Set(try members.map { try $0.at("points").number }) == [600, 1200])
      let errors = try members.map { try $0.at("summary", "validationRMSE").number }
      #expect(errors == errors.sorted() && Set(errors).count == 8)
      #expect(try table.at("best").text == members[0].at("member").text)
      #expect(try table.at("worst").text == members[7].at("member").text)
      // Two threads give the numbers of one.
      try Program.run(command + ["two", "--threads", "2"], in: folder, status: 0)
      let one = try rows("one", in: folder)
      #expect(try rows("two", in: folder) == one)
      // The best model is that of its folder, and of a single training.
      let best = try Data(contentsOf: folder.appending(path: "one/model.onnx"))
      let name = try table.at("best").text
      #expect(
        try Data(contentsOf: folder.appending(path: "one/members/\(name)/model.onnx")) == best)
      try Program.run(["inspect", "one"], in: folder, status: 0)
      // Again: nothing is trained, and sorted by another column.
      let dates = try modificationDates(folder.appending(path: "one/members"))
      let text = try Program.run(
        command + ["one", "--sort", "testRMSE"], in: folder, status: 0
      ).standardOutput
      #expect(try modificationDates(folder.appending(path: "one/members")) == dates)
      let lines = text.split(separator: "\n").map(String.init)
      #expect(lines[0].hasPrefix("widths"))
      #expect(lines.count == 9 && lines[1].hasSuffix("best") && lines[8].hasSuffix("worst"))
      let column = try #require(one[0].firstIndex(of: "testRMSE"))
      let sorted = try rows("one", in: folder).dropFirst().compactMap { Double($0[column]) }
      #expect(sorted.count == 8 && sorted == sorted.sorted())
      // A longer grid trains only what is new; another data set shares nothing.
      try Data(Self.grid.replacing("16]", with: "16, 24]").utf8)
        .write(to: folder.appending(path: "scan.yaml"))
      try Program.run(command + ["one"], in: folder, status: 0)
      let after = try modificationDates(folder.appending(path: "one/members"))
      #expect(after.count == 12 && dates.allSatisfy { after[$0.key] == $0.value })
    }
  }

  /// A member with too few points for its recipe is a row with the reason; the others are trained.
  @Test("members that cannot be trained") func unusable() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try Data("grid: {points: [50, 1000], epochs: 2, width: 8}\n".utf8)
        .write(to: folder.appending(path: "scan.yaml"))
      let command = ["train", "data.h5", "--scan", "scan.yaml", "-o", "scan"]
      for _ in 0..<2 {
        let table = try Program.json(command, in: folder)
        let members = try table.at("rows").elements
        #expect(try members.map { try $0.at("points").number } == [1000, 50])
        #expect(try members[0].at("summary", "epochs").number == 2)
        #expect(
          try members[1].at("failure").text
            == "data.h5: the data set has 50 training points, at least 96 are needed")
        #expect(try table.at("best").text == members[0].at("member").text)
      }
      let text = try Program.run(command, in: folder, status: 0).standardOutput
      #expect(text.contains("unusable") && text.contains(": data.h5: the data set has 50 training"))
      try Program.run(["inspect", "scan"], in: folder, status: 0)
    }
  }

  /// Optimisers, schedules and the rest, as a grid and as options of one training.
  @Test("every part of a training can be chosen") func choices() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try Data(
        """
        grid:
          optimizer: [adam, adamW, sgd, nesterov, rmsprop]
          schedule: [step, warmUp]
          learningRate: 1e-4
          initializer: lecunNormal
          loss: huber
          huberThreshold: 0.5
          earlyStopping: 2
          width: 8
          epochs: 3

        """.utf8
      ).write(to: folder.appending(path: "scan.yaml"))
      let table = try Program.json(
        ["train", "data.h5", "--scan", "scan.yaml", "-o", "scan"], in: folder)
      let members = try table.at("rows").elements
      #expect(members.count == 10)
      #expect(
        Set(try members.map { try $0.at("recipe", "training", "optimizer").keys.first })
          == ["adam", "adamW", "gradientDescent", "rmsProp"])
      #expect(
        Set(try members.map { try $0.at("recipe", "training", "schedule").keys.first })
          == ["step", "linearWarmUp"])
      let errors = try members.map { try $0.at("summary", "validationRMSE").number }
      #expect(Set(errors).count == 10)
      let rows = try rows("scan", in: folder)
      let column = try #require(rows[0].firstIndex(of: "optimizer"))
      #expect(
        Set(rows.dropFirst().map { $0[column] })
          == ["adam", "adamW 0.01", "sgd 0.0", "nesterov 0.9", "rmsprop 0.0"])
      // The same by options; the digest of the recipe is that of the member.
      let options = [
        "--optimizer", "nesterov", "--schedule", "step", "--learning-rate", "1e-4",
        "--initializer", "lecunNormal", "--loss", "huber", "--huber-threshold", "0.5",
        "--early-stopping", "2", "--width", "8", "--epochs", "3",
      ]
      let one = try Program.json(["train", "data.h5", "-o", "one"] + options, in: folder)
      let digests = try members.map { try $0.at("summary", "digest").text }
      #expect(digests.contains(try one.at("digest").text))
      // Training ends when nothing improves any more.
      let stopped = try Program.json(
        [
          "train", "data.h5", "-o", "stopped", "--width", "8", "--epochs", "60",
          "--early-stopping", "1", "--optimizer", "sgd", "--momentum", "0.5", "--learning-rate",
          "1e-12",
        ], in: folder)
      #expect(try stopped.at("stopReason").text == "earlyStopping")
      #expect(try stopped.at("epochs").number < 60)
    }
  }

  private func modificationDates(_ folder: URL) throws -> [String: Date] {
    var result: [String: Date] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let file = folder.appending(path: "\(name)/training.json")
      result[name] =
        try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
    }
    return result
  }

  @Test("interrupted and continued") func interruption() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try Data(Self.grid.replacing("epochs: 3", with: "epochs: 150").utf8)
        .write(to: folder.appending(path: "scan.yaml"))
      let command = [
        "train", "data.h5", "--scan", "scan.yaml", "--threads", "2", "--recipe", "paper", "-o",
      ]
      let first = try Program.interrupt(command + ["parts"], in: folder)
      #expect(first.status == 130)
      #expect(first.standardError.contains("of 8 trainings are done"), "\(first.standardError)")
      try Program.run(command + ["parts"], in: folder, status: 0)
      try Program.run(command + ["whole"], in: folder, status: 0)
      #expect(try rows("parts", in: folder) == rows("whole", in: folder))
    }
  }

  /// 24 draws: within their ranges, spread over them, the same again.
  @Test("random draws") func draws() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try Data(
        """
        random: 24
        seed: 4
        ranges:
          learningRate: {logUniform: [1e-5, 1e-2]}
          width: {uniform: [4, 12]}
          activation: [silu, tanh]
        grid: {epochs: 1}

        """.utf8
      ).write(to: folder.appending(path: "scan.yaml"))
      let command = ["train", "data.h5", "--scan", "scan.yaml", "-o"]
      let table = try Program.json(command + ["a"], in: folder)
      let recipes = try table.at("rows").elements.map { try $0.at("recipe") }
      #expect(recipes.count == 24)
      let rates = try recipes.map {
        try $0.at("training", "optimizer", "adam", "_0", "learningRate").number
      }
      #expect(rates.allSatisfy { (1e-5...1e-2).contains($0) })
      // The logarithm has a mean of -3.5 decades with an error of 0.18.
      let mean = rates.reduce(0) { $0 + log10($1) } / 24
      #expect(abs(mean + 3.5) < 0.7, "\(mean)")
      let widths = try recipes.map { try $0.at("hiddenWidths").numbers }
      #expect(widths.allSatisfy { (4...12).contains($0[0]) && $0[0] == $0[1] })
      #expect(Set(widths.map { $0[0] }).count > 4)
      #expect(Set(try recipes.map { try $0.at("activation").text }) == ["silu", "tanh"])
      try Program.run(command + ["b"], in: folder, status: 0)
      #expect(try rows("a", in: folder) == rows("b", in: folder))
    }
  }
}
