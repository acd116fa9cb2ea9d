import Foundation
import TestSupport
import Testing

/// train: no kind of training replaces the model of another data set, or of a refinement, unasked.
@Suite("Owner of a model folder", .serialized) struct TrainOwnerTests {
  private static let kinds: [String: [String]] = [
    "single": ["--width", "8", "--epochs", "1"],
    "ensemble": ["--width", "8", "--epochs", "1", "--members", "2"],
    "scan": ["--width", "8", "--scan", "scan.yaml"],
  ]

  private func train(_ data: String, _ kind: String) -> [String] {
    ["train", data, "-o", "m"] + (Self.kinds[kind] ?? [])
  }

  @Test("single trainings, ensembles, scans and targets ask before they replace each other")
  func owners() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try Program.run(
        [
          "dataset", "build", "toy-lhc", "--chains", "chains.h5", "-o", "other.h5", "--points",
          "2000",
        ], in: folder, status: 0)
      try Data("grid: {epochs: [1, 2], points: [600]}".utf8)
        .write(to: folder.appending(path: "scan.yaml"))
      try Data(TargetTests.workspace.utf8).write(to: folder.appending(path: "w.json"))
      let target = ["train", "w.json", "-o", "m", "--target-rmse", "10"]
      let model = folder.appending(path: "m/model.onnx")
      for first in Self.kinds.keys.sorted() {
        try Program.run(train("data.h5", first) + ["--overwrite"], in: folder, status: 0)
        let before = try Data(contentsOf: model)
        for second in Self.kinds.keys.sorted() {
          try expectRefusal(
            train("other.h5", second), ["m holds", "another data set", "--overwrite"], in: folder)
        }
        try expectRefusal(target, ["m holds a model of the data set", "--overwrite"], in: folder)
        #expect(try Data(contentsOf: model) == before)
        // The same data set is no reason to ask.
        try Program.run(train("data.h5", "ensemble"), in: folder, status: 0)
        try Program.run(train("data.h5", "scan"), in: folder, status: 0)
        try Program.run(train("data.h5", "single"), in: folder, status: 0)
      }
      // Nothing that speaks of the old model is left beside the new one.
      try Program.run(target + ["--overwrite"], in: folder, status: 0)
      #expect(!(try files(below: folder.appending(path: "m"))).contains("training.json"))
      let refined = try Data(contentsOf: model)
      for kind in Self.kinds.keys.sorted() {
        try expectRefusal(
          train("data.h5", kind), ["m holds the model of a refinement", "--overwrite"], in: folder)
      }
      #expect(try Data(contentsOf: model) == refined)
      try Program.run(train("other.h5", "ensemble") + ["--overwrite"], in: folder, status: 0)
      let left = try files(below: folder.appending(path: "m"))
      #expect(left.isDisjoint(with: ["rounds.json", "certificate.json"]))
      // The points of a likelihood are kept, and can be learned.
      #expect(left.contains("data.h5"))
      try expectRefusal(target, ["m holds a model of the data set"], in: folder)
      // A model that comes without a word is not replaced either.
      try FileManager.default.removeItem(at: folder.appending(path: "m/training.json"))
      try expectRefusal(train("other.h5", "single"), ["m holds a model of unknown"], in: folder)
    }
  }

  @Test("a scan begins anew when asked to") func scanAnew() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try Data("grid: {epochs: [1, 2]}".utf8).write(to: folder.appending(path: "scan.yaml"))
      func dates() throws -> [Date] {
        let members = folder.appending(path: "m/members")
        return try FileManager.default.contentsOfDirectory(atPath: members.path).sorted().map {
          let file = members.appending(path: "\($0)/member.json")
          let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
          return try #require(attributes[.modificationDate] as? Date)
        }
      }
      try Program.run(train("data.h5", "scan"), in: folder, status: 0)
      let first = try dates()
      try Program.run(train("data.h5", "scan"), in: folder, status: 0)
      #expect(try dates() == first)
      try Program.run(train("data.h5", "scan") + ["--overwrite"], in: folder, status: 0)
      #expect(try zip(dates(), first).allSatisfy { $0 > $1 })
    }
  }
}
