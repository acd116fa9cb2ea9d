import Foundation
import NumericalCore
import Testing

@Suite("Sobol sequences") struct SobolSequenceTests {
  struct Reference: Decodable {
    let columns, rows: [Int]
    let points: [[Double]]
  }

  /// Points of scipy (Reference/sobol.py).
  @Test func pointsAreThoseOfScipy() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/sobol.json")
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    let sequence = SobolSequence(dimension: SobolSequence.largestDimension)
    var point = [Double](repeating: 0, count: sequence.dimension)
    for (row, expected) in zip(reference.rows, reference.points) {
      sequence.write(row, into: &point)
      #expect(reference.columns.map { point[$0] } == expected)
    }
  }

  /// The number of dyadic boxes of volume 1/n that do not hold exactly one of n = 2ᵏ points, in the
  /// first two dimensions, which form a (0, k, 2)-net.
  private func uneven(_ points: Matrix<Double>, bits k: Int) -> Int {
    (0...k).reduce(0) { total, i in
      let (a, b) = (1 << i, 1 << (k - i))
      var counts = [Int](repeating: 0, count: a * b)
      for row in 0..<points.rows {
        counts[Int(points[row, 0] * Double(a)) * b + Int(points[row, 1] * Double(b))] += 1
      }
      return total + counts.count { $0 != 1 }
    }
  }

  @Test func scrambledPointsStayEven() {
    for seed in [1, 2, 3] as [UInt64] {
      let points = SobolSequence(dimension: 2, seed: seed).points(256)
      #expect(uneven(points, bits: 8) == 0)
    }
    // Negative control: random points.
    var random = RandomStream(seed: 1, purpose: "test").sequence()
    let other = Matrix<Double>(
      rows: 256, columns: 2, elements: (0..<512).map { _ in random.uniform() })
    #expect(uneven(other, bits: 8) > 100)
  }

  /// Every coordinate of 1024 points is once in every 1024th of the interval, in all dimensions.
  @Test func everyCoordinateIsStratified() {
    let points = SobolSequence(dimension: 400, seed: 5).points(1024)
    for j in 0..<400 {
      let strata = Set((0..<1024).map { Int(points[$0, j] * 1024) })
      #expect(strata.count == 1024)
    }
    #expect(points.elements.allSatisfy { $0 > 0 && $0 < 1 })
  }

  /// An integral in 20 dimensions: far more exact than by random points.
  @Test func integrals() {
    func error(_ points: Matrix<Double>) -> Double {
      let sum = (0..<points.rows).reduce(0.0) { total, i in
        total + points.row(i).reduce(1) { $0 * (1 + 0.2 * ($1 - 0.5)) }
      }
      return abs(sum / Double(points.rows) - 1)
    }
    var (sobol, pseudo) = (0.0, 0.0)
    for seed in 1...8 as ClosedRange<UInt64> {
      sobol += error(SobolSequence(dimension: 20, seed: seed).points(4096)) / 8
      var random = RandomStream(seed: seed, purpose: "test").sequence()
      let points = Matrix<Double>(
        rows: 4096, columns: 20, elements: (0..<81_920).map { _ in random.uniform() })
      pseudo += error(points) / 8
    }
    #expect(sobol < 0.1 * pseudo)
  }

  @Test func seedsDiffer() {
    let a = SobolSequence(dimension: 5, seed: 1).points(16)
    #expect(a == SobolSequence(dimension: 5, seed: 1).points(16))
    #expect(a != SobolSequence(dimension: 5, seed: 2).points(16))
  }
}
