import Foundation
import TestSupport
import Testing

@testable import DNNLikelihood

/// Whose model a folder holds, and who may replace it.
@Suite("Owner of a model folder") struct ModelFolderTests {
  /// Files of a folder with its owner.
  private static let folders: [([String: String], ModelFolder.Owner?)] = [
    ([:], nil), (["history.csv": ""], nil), (["data.h5": "x"], .points),
    (["model.onnx": "x"], .unknown), (["model.onnx": "x", "data.h5": "x"], .unknown),
    (["model.onnx": "x", "training.json": #"{"epochs": 3}"#], .unknown),
    (["model.onnx": "x", "training.json": #"{"dataset": "a"}"#], .dataset("a")),
    (["checkpoint.h5": "x", "training.json": #"{"dataset": "a"}"#], .dataset("a")),
    (["checkpoint.h5": "x", "model.onnx": "x"], .unfinished),
    (["rounds.json": #"{"key": "k"}"#, "data.h5": "x", "training.json": "{}"], .refinement("k")),
    (["rounds.json": "damaged"], .refinement("")),
  ]

  fileprivate func make(_ files: [String: String], in folder: URL) throws -> ModelFolder {
    let result = try ModelFolder(folder)
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    return result
  }

  @Test("is told by its files") func owners() throws {
    for (files, owner) in Self.folders {
      try withTemporaryFolder { url in
        let found = try make(files, in: url).owner
        #expect(found == owner, "\(files)")
      }
    }
  }

  @Test("only it goes on; others are refused, or overwrite") func claims() throws {
    let refused: [(ModelFolder.Owner, (ModelFolder.Owner) -> Bool)] = [
      (.dataset("a"), { [.unknown, .refinement("k"), .refinement("")].contains($0) }),
      (
        .dataset("b"),
        { [.unknown, .refinement("k"), .refinement(""), .dataset("a")].contains($0) }
      ),
      (.refinement("k"), { $0 != .refinement("k") }), (.refinement("l"), { _ in true }),
    ]
    for (new, isRefused) in refused {
      for (files, owner) in Self.folders {
        try withTemporaryFolder { url in
          let folder = try make(files, in: url)
          if let owner, isRefused(owner) {
            let error = #expect(throws: ModelFolderError.self, "\(new) in \(files)") {
              try folder.claim(for: new, resuming: [folder.checkpoint], overwriting: false)
            }
            let text = "\(try #require(error))"
            #expect(text.contains("--overwrite") && text.contains(url.relativePath), "\(text)")
          } else {
            try folder.claim(for: new, resuming: [folder.checkpoint], overwriting: false)
          }
          #expect(folder.owner == owner)
          try folder.claim(for: new, overwriting: true)
          let left = files.keys.filter { isThere($0, in: url) }
          #expect(Set(left).isSubset(of: ["model.onnx", "data.h5", "history.csv"]))
          #expect(left.contains("data.h5") == (files["data.h5"] != nil))
        }
      }
    }
  }
}

extension ModelFolderTests {
  @Test("checkpoints that a training does not read stay") func othersUnfinished() throws {
    try withTemporaryFolder { url in
      let folder = try make(["checkpoint.h5": "x", "checkpoint-12.h5": "x"], in: url)
      // Of somebody else.
      try Data().write(to: url.appending(path: "checkpoint-mine.h5"))
      let all = [folder.checkpoint, folder.checkpoint(ofMember: 11)]
      #expect(folder.checkpoints.map(\.url) == all.map(\.url))
      try folder.claim(for: .dataset("a"), resuming: all, overwriting: false)
      for own in [[], [all[0]], [all[1]]] {
        let error = #expect(throws: ModelFolderError.self) {
          try folder.claim(for: .dataset("a"), resuming: own, overwriting: false)
        }
        #expect("\(try #require(error))".contains("another unfinished training (checkpoint"))
      }
      try folder.claim(for: .dataset("a"), overwriting: true)
      #expect(folder.checkpoints.isEmpty && isThere("checkpoint-mine.h5", in: url))
    }
  }
}

private func isThere(_ name: String, in folder: URL) -> Bool {
  FileManager.default.fileExists(atPath: folder.appending(path: name).path)
}
