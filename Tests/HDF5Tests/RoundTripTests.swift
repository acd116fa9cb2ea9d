import Foundation
import HDF5
import TestSupport
import Testing

/// What is written is read back, whatever the layout and the type.
@Suite struct RoundTripTests {
  @Test(arguments: [
    HDF5Layout.contiguous, .chunked(), .compressed(), .compressed(rowsPerChunk: 3),
  ])
  func everyLayout(layout: HDF5Layout) throws {
    let values = (0..<7 * 5 * 2).map { sin(Double($0)) }
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.h5")
      try HDF5File.writeAtomically(to: url) { file in
        try file.writeDataset("group/x", values, shape: [7, 5, 2], layout: layout)
      }
      let data = try HDF5File(reading: url).dataset("group/x")
      #expect(try data.shape == [7, 5, 2])
      #expect(try data.elementType == .float(bits: 64))
      #expect(try data.read(as: Double.self) == values)
      #expect(try data.readRows(2..<5, as: Double.self) == Array(values[20..<50]))
      let everyThird = try data.readRows(1..<7, stride: 3, as: Double.self)
      #expect(everyThird == Array(values[10..<20] + values[40..<50]))
      #expect(try data.readRows(4..<4, as: Double.self) == [])
      #expect(
        try data.chunkShape
          == (layout == .contiguous
            ? nil : [layout == .compressed(rowsPerChunk: 3) ? 3 : 7, 5, 2]))
    }
  }

  @Test func everyNumberType() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File(creating: folder.appending(path: "a.h5"))
      func check<T: HDF5Scalar & Equatable>(_ values: [T]) throws {
        let data = try file.writeDataset("\(T.self)", values, shape: [values.count])
        #expect(try data.read(as: T.self) == values)
        #expect(try data.elementType == T.elementType)
      }
      try check([Double.pi, -.infinity, .leastNonzeroMagnitude])
      try check([Float.pi, -0.0, .greatestFiniteMagnitude])
      try check([Int.min, .max])
      try check([Int8.min, .max])
      try check([Int16.min, .max])
      try check([Int32.min, .max])
      try check([Int64.min, .max])
      try check([UInt8.min, .max])
      try check([UInt16.max])
      try check([UInt32.max])
      try check([UInt64.max])
      #expect(try file.dataset("Float").read(as: Double.self)[0] == Double(Float.pi))
      #expect(try file.dataset("Double").read(as: Float.self)[0] == Float(Double.pi))
      #expect(try file.dataset("Int16").read(as: Double.self) == [-32768, 32767])
      #expect(try file.dataset("UInt8").read(as: Int.self) == [0, 255])
    }
  }

  @Test func emptyAndSingle() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File(creating: folder.appending(path: "a.h5"))
      let none = try file.writeDataset("none", [Double](), shape: [0, 3], layout: .compressed())
      #expect(try none.shape == [0, 3])
      #expect(try none.read(as: Double.self) == [])
      let one = try file.writeDataset("one", [2.5], shape: [], layout: .compressed())
      #expect(try one.shape == [])
      #expect(try one.read(as: Double.self) == [2.5])
    }
  }

  @Test func appendedBlocks() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.h5")
      let rows = (0..<40_000 * 6).map { Double($0) * 0.5 }
      let file = try HDF5File(creating: url)
      let data = try file.createExtendableDataset("chain", of: Double.self, rowShape: [3, 2])
      #expect(try data.shape == [0, 3, 2])
      #expect(try data.maximumShape == [nil, 3, 2])
      // 48 bytes a row: as many rows as fit into 1 MiB.
      #expect(try data.chunkShape == [21845, 3, 2])
      for start in stride(from: 0, to: 40_000, by: 1600) {
        try data.append(Array(rows[start * 6..<(start + 1600) * 6]))
      }
      try data.writeRows([Double](repeating: -1, count: 12), at: 39_998)
      try file.close()

      let updated = try HDF5File(updating: url)
      try updated.dataset("chain").append([Double](repeating: 7, count: 6))
      try updated.close()

      let back = try HDF5File(reading: url).dataset("chain")
      #expect(try back.shape == [40_001, 3, 2])
      let values = try back.read(as: Double.self)
      #expect(Array(values[..<(39_998 * 6)]) == Array(rows[..<(39_998 * 6)]))
      let last = [Double](repeating: -1, count: 12) + [Double](repeating: 7, count: 6)
      #expect(Array(values[(39_998 * 6)...]) == last)
    }
  }

  @Test func attributes() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.h5")
      try HDF5File.writeAtomically(to: url) { file in
        let group = try file.createGroup("mcmc")
        try group.setAttribute("iteration", 3)
        try group.setAttribute("iteration", 5)
        try group.setAttribute("state", [UInt32.max, 1, 2])
        try group.setAttribute("gauss", 0.25)
        try group.setAttribute("has_blobs", true)
        try group.setAttribute("version", "µ → τ")
        try group.setAttribute("names", ["μ", "", "δ_1"])
        try group.writeStrings("labels", ["$\\mu$", "ν"])
      }
      let group = try HDF5File(reading: url).group("mcmc")
      #expect(
        try group.attributeNames()
          == ["gauss", "has_blobs", "iteration", "names", "state", "version"])
      #expect(try group.attribute("iteration", as: Int.self) == 5)
      #expect(try group.attributeValues("state", as: UInt32.self) == [.max, 1, 2])
      #expect(try group.attributeShape("state") == [3])
      #expect(try group.attribute("gauss", as: Double.self) == 0.25)
      #expect(try group.flagAttribute("has_blobs"))
      #expect(try group.attributeType("has_blobs") == .boolean)
      #expect(try group.attribute("has_blobs", as: UInt8.self) == 1)
      #expect(try group.textAttribute("version") == "µ → τ")
      #expect(try group.textAttributes("names") == ["μ", "", "δ_1"])
      #expect(try group.dataset("labels").readStrings() == ["$\\mu$", "ν"])
    }
  }

  @Test func namesAndKinds() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File(creating: folder.appending(path: "a.h5"))
      try file.createGroup("b/c")
      try file.writeDataset("b/x", [1.0], shape: [1])
      let group = try file.group("b")
      #expect(try file.childNames() == ["b"])
      #expect(try group.childNames() == ["c", "x"])
      #expect(try group.groupNames() == ["c"])
      #expect(try group.datasetNames() == ["x"])
      #expect(try file.exists("b/x"))
      #expect(try group.exists("x"))
      #expect(try file.exists("/b/c"))
      #expect(try !file.exists("b/x/y"))
      #expect(try !file.exists("z/x"))
      #expect(try group.dataset("x").path == "/b/x")
    }
  }
}
