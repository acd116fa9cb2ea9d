import DNNLikelihood
import Foundation
import TestSupport
import Testing

private struct Stop: Error {}

@Suite struct RunFolderTests {
  private func contents(_ folder: RunFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  @Test func sameKeyIsUsedAgainAnotherIsMadeAnew() throws {
    try withTemporaryFolder { url in
      let folder = try RunFolder(url.appending(path: "a/b"))
      var made = 0
      func artifact(
        _ configuration: [String: Int], inputs: [RunFolder.Record] = []
      ) throws -> RunFolder.Record {
        try folder.artifact("x.txt", configuration: configuration, inputs: inputs) { file in
          made += 1
          try Data("\(made)".utf8).write(to: file)
        }
      }
      let first = try artifact(["n": 1, "m": 2])
      let again = try artifact(["m": 2, "n": 1])
      #expect(made == 1 && !first.reused && again.reused && again.key == first.key)
      #expect(again.seconds == first.seconds && again.artifact == "x.txt")
      #expect(try contents(folder) == ["x.txt", "x.txt.json"])
      let other = try artifact(["n": 1, "m": 3])
      #expect(made == 2 && !other.reused && other.key != first.key)
      // What it is made from counts, too.
      let dependent = try artifact(["n": 1, "m": 3], inputs: [first])
      #expect(made == 3 && dependent.key != other.key)
      #expect(try artifact(["n": 1, "m": 3], inputs: [first]).reused)
      // A reopened folder knows; an artefact that was deleted is made again.
      let reopened = try RunFolder(folder.url)
      #expect(
        try reopened.artifact("x.txt", configuration: ["n": 1, "m": 3], inputs: [first]) { _ in
          throw Stop()
        }.reused)
      try FileManager.default.removeItem(at: folder.url.appending(path: "x.txt"))
      #expect(try !artifact(["n": 1, "m": 3], inputs: [first]).reused)
    }
  }

  @Test func aStageThatFailsCountsAsNotDone() throws {
    try withTemporaryFolder { url in
      let folder = try RunFolder(url)
      #expect(throws: Stop.self) {
        try folder.artifact("x.txt", configuration: [1]) { _ in throw Stop() }
      }
      #expect(try contents(folder).isEmpty)
      // A former artefact without its record is not trusted either.
      _ = try folder.artifact("x.txt", configuration: [1]) { try Data("1".utf8).write(to: $0) }
      #expect(throws: Stop.self) {
        try folder.artifact("x.txt", configuration: [2]) { _ in throw Stop() }
      }
      #expect(try contents(folder) == ["x.txt"])
      let record = try folder.artifact("x.txt", configuration: [1]) {
        try Data("2".utf8).write(to: $0)
      }
      #expect(!record.reused)
    }
  }

  @Test func damagedRecordsAreIgnored() throws {
    try withTemporaryFolder { url in
      let folder = try RunFolder(url)
      _ = try folder.artifact("x", configuration: [1]) { try Data().write(to: $0) }
      try Data("{".utf8).write(to: url.appending(path: "x.json"))
      #expect(
        try !folder.artifact("x", configuration: [1]) { try Data().write(to: $0) }.reused)
    }
  }

  /// Root may write everywhere but not below a plain file.
  @Test func foldersThatCannotBe() throws {
    try withTemporaryFolder { url in
      let file = url.appending(path: "plain")
      try Data().write(to: file)
      for place in [file.appending(path: "run"), file] {
        let error = #expect(throws: RunFolderError.self) { try RunFolder(place) }
        #expect(error?.description.contains("cannot be created or written to") == true)
        #expect(error?.description.contains(place.path) == true)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: url.path) == ["plain"])
    }
  }
}
