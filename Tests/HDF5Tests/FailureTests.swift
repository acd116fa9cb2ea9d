import Foundation
import HDF5
import TestSupport
import Testing

/// Every bad input is an error of its own kind that names the file and the object.
@Suite struct FailureTests {
  /// The error that `body` throws.
  private func failure(_ body: () throws -> Void) throws -> HDF5Error {
    try #require(throws: HDF5Error.self, performing: body)
  }

  /// Checks that `body` throws this error.
  private func expect(_ expected: HDF5Error, _ body: () throws -> Void) throws {
    let error = try failure(body)
    #expect(error == expected)
  }

  private func withSample(_ body: (URL, HDF5File) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.h5")
      try HDF5File.writeAtomically(to: url) { file in
        let group = try file.createGroup("mcmc")
        try group.writeDataset("chain", (0..<12).map(Double.init), shape: [4, 3])
        try group.writeDataset("counts", [1, -1, 300], shape: [3])
        try group.setAttribute("version", "3.1.6")
      }
      try body(url, try HDF5File(reading: url))
    }
  }

  @Test func missingFile() throws {
    let url = URL(filePath: "/nowhere/a.h5")
    try expect(.missingFile(file: url)) { _ = try HDF5File(reading: url) }
  }

  @Test func otherFormat() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.h5")
      for text in ["", "not HDF5 at all"] {
        try Data(text.utf8).write(to: url)
        try expect(.notHDF5(file: url)) { _ = try HDF5File(reading: url) }
      }
      guard case .cannotOpen = try failure({ _ = try HDF5File(reading: folder) }) else {
        Issue.record("a folder is no file")
        return
      }
    }
  }

  @Test(arguments: [20, 200, 1000, 2000])
  func truncatedFile(bytes: Int) throws {
    try withSample { url, file in
      try file.close()
      let whole = try Data(contentsOf: url)
      try #require(whole.count > 2000)
      try whole.prefix(bytes).write(to: url)
      let error = try failure { _ = try HDF5File(reading: url) }
      guard case .damaged(let file, _) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(file == url)
      #expect(error.description.contains("truncated"))
    }
  }

  @Test func missingNames() throws {
    try withSample { url, file in
      try expect(.missingObject(file: url, name: "/mcmc/cain", present: ["mcmc"])) {
        _ = try file.dataset("mcmc/cain")
      }
      let group = try file.group("mcmc")
      let error = try failure { _ = try group.dataset("cain") }
      let names = ["chain", "counts"]
      #expect(error == .missingObject(file: url, name: "/mcmc/cain", present: names))
      #expect(error.description.contains("present: chain, counts"))
      try expect(
        .missingAttribute(file: url, object: "/mcmc", name: "iteration", present: ["version"])
      ) { _ = try group.textAttribute("iteration") }
    }
  }

  @Test func wrongKinds() throws {
    try withSample { url, file in
      try expect(.wrongKind(file: url, name: "/mcmc", expected: "dataset", found: "group")) {
        _ = try file.dataset("mcmc")
      }
      try expect(.wrongKind(file: url, name: "/mcmc/chain", expected: "group", found: "dataset")) {
        _ = try file.group("mcmc/chain")
      }
    }
  }

  @Test func wrongTypesAndShapes() throws {
    try withSample { url, file in
      let chain = try file.dataset("mcmc/chain")
      let counts = try file.dataset("mcmc/counts")
      try expect(.wrongType(file: url, name: "/mcmc/chain", expected: "int64", found: "float64")) {
        _ = try chain.read(as: Int.self)
      }
      try expect(.wrongType(file: url, name: "/mcmc/chain", expected: "text", found: "float64")) {
        _ = try chain.readStrings()
      }
      try expect(.wrongShape(file: url, name: "/mcmc/chain", expected: "[any, 4]", found: [4, 3])) {
        _ = try chain.read(as: Double.self, shape: [nil, 4])
      }
      #expect(try chain.read(as: Double.self, shape: [nil, 3]).count == 12)
      try expect(.rowsOutOfRange(file: url, name: "/mcmc/chain", rows: 2..<5, available: 4)) {
        _ = try chain.readRows(2..<5, as: Double.self)
      }
      // HDF5 itself would silently read 0, 1 and 255.
      try expect(.valueOutOfRange(file: url, name: "/mcmc/counts", value: "-1", type: "uint8")) {
        _ = try counts.read(as: UInt8.self)
      }
      #expect(try counts.read(as: Int16.self) == [1, -1, 300])
      try expect(.wrongType(file: url, name: "/mcmc@version", expected: "float64", found: "text")) {
        _ = try file.group("mcmc").attribute("version", as: Double.self)
      }
    }
  }

  @Test func writing() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.h5")
      let file = try HDF5File(creating: url)
      let fixed = try file.writeDataset("x", [1.0, 2.0], shape: [2])
      try expect(.alreadyPresent(file: url, name: "/x")) {
        _ = try file.writeDataset("x", [1.0], shape: [1])
      }
      guard case .wrongShape = try failure({ try fixed.append([3.0]) }) else {
        Issue.record("a contiguous dataset cannot grow")
        return
      }
      let grown = try file.createExtendableDataset("y", of: Float.self, rowShape: [3])
      guard case .wrongShape = try failure({ try grown.append([1, 2] as [Float]) }) else {
        Issue.record("two elements are no row of three")
        return
      }
      try file.close()
      try expect(.closed(file: url)) { _ = try fixed.read(as: Double.self) }
      try expect(.closed(file: url)) { _ = try file.childNames() }
    }
  }

  @Test func unwritableFolder() throws {
    let url = URL(filePath: "/nowhere/a.h5")
    let error = try failure { try HDF5File.writeAtomically(to: url) { _ in } }
    guard case .cannotWrite(let file, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(file == url)
    #expect(error.description.contains("No such file or directory"))
  }

  @Test func failedWriteLeavesTheFormerFile() throws {
    struct Interrupted: Error {}
    try withSample { url, _ in
      let before = try Data(contentsOf: url)
      #expect(throws: Interrupted.self) {
        try HDF5File.writeAtomically(to: url) { file in
          try file.writeDataset("x", [1.0], shape: [1])
          throw Interrupted()
        }
      }
      #expect(try Data(contentsOf: url) == before)
      let folder = url.deletingLastPathComponent()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.h5"])
    }
  }
}
