import Foundation
import TestSupport
import Testing

@Suite("logpdf") struct LogDensityTests {
  static let zero = Array(repeating: 0.0, count: 95)
  /// log-posterior of the toy at the zero vector, with its right-hand derivative along mu
  /// (toy_lhc_search_reference.json: automatic differentiation in another program).
  static let atZero = (logPosterior: -289.3199105001169, slope: 1.1910406701892828)

  static let formats: [(name: String, encode: @Sendable ([[Double]]) throws -> Data)] = [
    ("rows.json", Points.rows), ("objects.json", Points.objects), ("header.csv", Points.csv),
    ("plain.csv", Points.csvWithoutHeader), ("points.npy", Points.npy),
  ]

  @Test("value and gradient at the zero vector in each format", arguments: 0..<5)
  func zeroVector(_ format: Int) throws {
    try withTemporaryFolder { folder in
      let (name, encode) = Self.formats[format]
      try encode([Self.zero]).write(to: folder.appending(path: name))
      let result = try Program.json(
        ["logpdf", "toy-lhc", "--points", name, "--gradient"], in: folder)
      #expect(try result.at("parameters").texts == Points.names)
      #expect(abs(try result.at("logpdf").numbers[0] - Self.atZero.logPosterior) < 3e-10)
      let gradient = try result.at("gradient").elements[0].numbers
      #expect(gradient.count == 95)
      #expect(abs(gradient[0] - Self.atZero.slope) < 1e-9)
    }
  }

  @Test(
    "missing names take their initial value; no gradient unless asked; text is one line a point")
  func partialObjects() throws {
    try withTemporaryFolder { folder in
      try Data(#"[{}, {"mu": 0}, {"mu": 6}]"#.utf8).write(to: folder.appending(path: "p.json"))
      let result = try Program.json(["logpdf", "toy-lhc", "--points", "p.json"], in: folder)
      let values = try result.at("logpdf").elements
      #expect(abs(try values[0].number - Self.atZero.logPosterior) < 3e-10)
      #expect(try values[1].number == values[0].number)
      #expect(try values[2].text == "-inf")
      #expect(result.keys == ["logpdf", "parameters"])
      let lines = try Program.run(
        ["logpdf", "toy-lhc", "--points", "p.json"], in: folder, status: 0
      ).standardOutput.split(separator: "\n")
      #expect(lines.count == 3)
      let printed = try #require(Double(lines[0]))
      #expect(abs(try values[0].number - printed) < 1e-9)
      #expect(lines[2] == "-inf")
    }
  }

  @Test(
    "the 22 reference points in each format",
    .enabled(if: sharedFile("data/toy_lhc_search_reference.json") != nil, needsSharedData),
    arguments: 0..<5)
  func reference(_ format: Int) throws {
    let file = try #require(sharedFile("data/toy_lhc_search_reference.json"))
    let reference = try JSON(contentsOf: file).at("points").elements
    let points = try reference.map { try $0.at("parameters").numbers }
    #expect(points.count == 22)
    try withTemporaryFolder { folder in
      let (name, encode) = Self.formats[format]
      try encode(points).write(to: folder.appending(path: name))
      let result = try Program.json(
        ["logpdf", "toy-lhc", "--points", name, "--gradient"], in: folder)
      let values = try result.at("logpdf").numbers
      let gradients = try result.at("gradient").elements
      for (i, point) in reference.enumerated() {
        let expected = try point.at("logPosterior").number
        #expect(abs(values[i] - expected) <= 1e-12 * abs(expected), "point \(i)")
        for (ours, theirs) in zip(try gradients[i].numbers, try point.at("gradient").numbers) {
          #expect(abs(ours - theirs) <= 1e-9 * max(1, abs(theirs)), "point \(i)")
        }
      }
    }
  }
}
