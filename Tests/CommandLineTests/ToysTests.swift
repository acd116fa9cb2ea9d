import Foundation
import TestSupport
import Testing

@Suite("toys") struct ToysTests {
  @Test("a study in two runs, joined, equals one run") func merge() throws {
    try withTemporaryFolder { folder in
      let base = ["toys", "toy-lhc", "--mu", "0.5", "--mu", "0.2"]
      let whole = try Program.json(base + ["--toys", "30", "-o", "whole"], in: folder)
      try Program.run(base + ["--toys", "20", "-o", "a"], in: folder, status: 0)
      try Program.run(
        base + ["--toys", "10", "--first-toy", "20", "-o", "b"], in: folder, status: 0)
      let merged = try Program.json(["toys", "merge", "a", "b", "-o", "c"], in: folder)
      #expect(
        try Data(contentsOf: folder.appending(path: "c"))
          == Data(contentsOf: folder.appending(path: "whole")))
      let values = try merged.at("values").elements
      #expect(try values.map { try $0.at("mu").number } == [0.2, 0.5])
      #expect(try values.map { try $0.at("toys").number } == [30, 30])
      // paper.md 5.1
      #expect(abs(try values[1].at("t").number - 1.776516) < 1e-3)
      for value in try whole.at("values").elements {
        let coverage = try value.at("levels").elements[0].at("coverage")
        #expect(abs(try coverage.at("value").number - 0.6827) < 0.35)
        #expect(try coverage.at("error").number > 0.05)
      }
      #expect(try merged.at("certificate", "valid").flag)
      // The same toys twice, a file that exists, more toys.
      let twice = try Program.run(
        ["toys", "merge", "a", "whole", "-o", "d"], in: folder, status: 65)
      #expect(twice.standardError.contains("the toys 0 to 19 of mu = 0.2 appear in both files"))
      let exists = try Program.run(base + ["--toys", "20", "-o", "a"], in: folder, status: 65)
      #expect(exists.standardError.contains("the file exists"))
      try Program.run(base + ["--toys", "30", "--resume", "-o", "a"], in: folder, status: 0)
    }
  }

  @Test("bad input") func badInput() throws {
    try withTemporaryFolder { folder in
      try Program.run(["toys", "toy-lhc", "--toys", "0", "-o", "a"], in: folder, status: 64)
      try Program.run(
        ["toys", "toy-lhc", "--draws", "x.h5", "-o", "a"], in: folder, status: 64)
      let outside = try Program.run(
        ["toys", "toy-lhc", "--mu", "7", "-o", "a"], in: folder, status: 65)
      #expect(outside.standardError.contains("its bounds are [-1.0, 5.0]"))
      #expect(try files(below: folder).isEmpty)
    }
  }
}
