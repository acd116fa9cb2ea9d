internal import NumericalCore
internal import Statistics

/// All one- and two-dimensional histograms of a sample.
struct CornerMarginals: Sendable {
  /// Sum of weights in each bin, for each parameter.
  let single: [[Double]]
  /// Histogram of parameter `column` (horizontal) and `row` (vertical) at
  /// `row * (row - 1) / 2 + column`.
  let pairs: [DensityGrid]
  /// Sum of all weights.
  let total: Double

  /// Position in ``pairs`` for `column < row`.
  static func index(row: Int, column: Int) -> Int { row * (row - 1) / 2 + column }

  /// Fills the histograms; the draws are looked up in the bins once, and each pair is then
  /// counted by one thread, so that sums do not depend on the number of threads.
  init(_ sample: CornerSample, ranges: [ClosedRange<Double>], bins: Int) {
    let n = ranges.count
    let rows = sample.draws.rows
    let places = Self.places(sample.draws, ranges, bins)
    let weights = sample.weights ?? []
    single = (0..<n).map { p in
      var counts = [Double](repeating: 0, count: bins)
      for i in 0..<rows {
        let k = Int(places[p * rows + i])
        if k >= 0 { counts[k] += weights.isEmpty ? 1 : weights[i] }
      }
      return counts
    }
    let shape = (0..<n).flatMap { row in (0..<row).map { (column: $0, row: row) } }
    var counts = [Double](repeating: 0, count: max(1, shape.count * bins * bins))
    counts.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let grids = DisjointRows(base)
      parallelFor(shape.count) { range in
        for pair in range {
          let grid = grids.base + pair * bins * bins
          let x = shape[pair].column * rows
          let y = shape[pair].row * rows
          for i in 0..<rows {
            let (kx, ky) = (Int(places[x + i]), Int(places[y + i]))
            if kx >= 0, ky >= 0 { grid[ky * bins + kx] += weights.isEmpty ? 1 : weights[i] }
          }
        }
      }
    }
    pairs = shape.enumerated().map { k, pair in
      DensityGrid(
        x: ranges[pair.column], y: ranges[pair.row], nx: bins, ny: bins,
        values: Array(counts[k * bins * bins..<(k + 1) * bins * bins]))
    }
    total = sample.totalWeight
  }

  /// Bin of every draw, parameter after parameter; -1 outside the axis. The upper end belongs to
  /// the last bin.
  private static func places(
    _ draws: Matrix<Double>, _ ranges: [ClosedRange<Double>], _ bins: Int
  ) -> [Int32] {
    let (rows, n) = (draws.rows, ranges.count)
    var places = [Int32](repeating: -1, count: rows * n)
    draws.elements.withUnsafeBufferPointer { values in
      places.withUnsafeMutableBufferPointer { places in
        for p in 0..<n {
          let (low, high) = (ranges[p].lowerBound, ranges[p].upperBound)
          let scale = Double(bins) / (high - low)
          for i in 0..<rows {
            let value = values[i * n + p]
            if value >= low, value <= high {
              places[p * rows + i] = Int32(min(bins - 1, Int((value - low) * scale)))
            }
          }
        }
      }
    }
    return places
  }

  /// The histogram of a parameter smoothed and divided by weight and bin width: a density.
  func density(of parameter: Int, range: ClosedRange<Double>, smoothing: Double) -> [Double] {
    let counts = single[parameter]
    let width = (range.upperBound - range.lowerBound) / Double(counts.count)
    return GaussianKernel.smooth(counts, width: smoothing).map { $0 / (total * width) }
  }
}
