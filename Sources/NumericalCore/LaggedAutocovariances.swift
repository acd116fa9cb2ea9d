internal import CVectorKernels

/// What is looked at instead of the numbers of a series.
public enum SeriesMap: Sendable {
  /// The numbers themselves.
  case identity
  /// 1 where the number is at most a limit, else 0.
  case notAbove(Double)
  /// (x - centre)².
  case squaredDistance(from: Double)
}

/// Where series begin in memory: at equal distances, or at the first and the last half of such.
public struct SeriesStarts: Sendable {
  /// Number of series.
  public let count: Int
  private let distance: Int
  private let offset: Int?

  /// `count` series of `length` numbers that follow each other.
  public init(count: Int, length: Int) {
    (self.count, distance, offset) = (count, length, nil)
  }

  /// The halves of `count` series of `length` numbers; an odd number loses the middle one.
  public init(halvesOf count: Int, length: Int) {
    (self.count, distance, offset) = (2 * count, length, length - length / 2)
  }

  /// Where a series begins.
  public subscript(series: Int) -> Int {
    guard let offset else { return series * distance }
    return series / 2 * distance + (series % 2) * offset
  }
}

/// The sum of the autocovariances of many series of one length, made lag by lag as far as they are
/// asked for.
///
/// Chains that forget quickly need few lags, and a lag is one pass of multiplications. Beyond
/// ``mostLags`` all others come at once by Fourier transform (``AutocovarianceSum``). The order of
/// additions depends on the numbers of series and of elements alone.
public struct LaggedAutocovariances {
  /// Length of the series.
  public let length: Int
  /// The mean of each series, exact for a constant one.
  public private(set) var means: [Double]
  /// The sum of (x - mean)² of each series, exactly 0 for a constant one.
  public private(set) var squares: [Double]
  /// Whether all numbers of a series are equal.
  public private(set) var isConstant: [Bool]
  /// How many series enter the sums; constant ones under `unitVariance` do not.
  public private(set) var seriesCount = 0
  /// The least and the greatest number of all series.
  public private(set) var extent: ClosedRange<Double>

  private let values: UnsafePointer<Double>
  private let starts: SeriesStarts
  private let map: SeriesMap
  private let scaling: AutocovarianceSum.Scaling
  private let tables: AutocovarianceTables
  private var centres: [Double]
  private var known: [Double] = []
  private var buffer: [Double]

  /// Lags that are made one by one.
  public static let mostLags = 192
  private static let batch = 8
  private static let firstBatches = 2

  /// The sums for series in memory.
  ///
  /// - Parameters:
  ///   - values: the numbers of all series; they must be there as long as this value is used.
  ///   - starts: where the series begin.
  ///   - map: what is looked at.
  ///   - scaling: how a series enters the sums.
  ///   - tables: for this length of series.
  /// - Precondition: there is a series.
  public init(
    _ values: UnsafePointer<Double>, _ starts: SeriesStarts, map: SeriesMap = .identity,
    scaling: AutocovarianceSum.Scaling = .none, tables: AutocovarianceTables
  ) {
    length = tables.length
    let count = starts.count
    precondition(count > 0, "at least one series")
    self.values = values
    self.starts = starts
    self.map = map
    self.scaling = scaling
    self.tables = tables
    means = Array(repeating: 0, count: count)
    (squares, centres) = (means, means)
    isConstant = Array(repeating: false, count: count)
    buffer = Array(repeating: 0, count: length)
    extent = 0...0
    known = Array(repeating: 0, count: Self.firstBatches * Self.batch)
    let first = examine(at: 0)
    var (low, high) = (first.low, first.high)
    for series in means.indices.dropFirst() {
      let next = examine(at: series)
      (low, high) = (min(low, next.low), max(high, next.high))
    }
    extent = low...high
  }

  /// Number of series.
  public var count: Int { means.count }

  /// The mean of all numbers, Σ (x - mean)² over them, and their count.
  public var overallMoments: (mean: Double, squares: Double, count: Int) {
    let first = means.reduce(0, +) / Double(count)
    let mean = first + means.reduce(0) { $0 + ($1 - first) } / Double(count)
    let between = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares.reduce(0, +) + Double(length) * between, count * length)
  }

  /// Σ over the series of Σ_i d(i) d(i + lag), d = series less its mean; under `unitVariance` a
  /// series contributes 1 at lag 0. Zero from the length on.
  public mutating func sum(at lag: Int) -> Double {
    guard lag < length else { return 0 }
    while lag >= known.count { extend() }
    return known[lag]
  }

  /// Moments of one series, and its first lags while it is near.
  private mutating func examine(at series: Int) -> vk_extent {
    let n = length
    let map = self.map
    let x = values + starts[series]
    let (extent, centre, sums) = buffer.withUnsafeMutableBufferPointer { buffer in
      guard let y = buffer.baseAddress else { return (vk_extent(), 0.0, vk_sums()) }
      let source = Self.mapped(map, n, x, y)
      let extent = vk_extent_f64(n, source)
      // The rounding of a mean must not look like a movement.
      let centre = extent.low == extent.high ? extent.low : extent.sum / Double(n)
      return (extent, centre, vk_centre_f64(n, source, centre, y))
    }
    isConstant[series] = extent.low == extent.high
    centres[series] = centre
    means[series] = centre + sums.sum / Double(n)
    squares[series] = max(0, sums.squares - sums.sum * sums.sum / Double(n))
    if let weight = weight(series) {
      seriesCount += 1
      add(weight, from: 0)
    }
    return extent
  }

  private func weight(_ series: Int) -> Double? {
    guard scaling == .unitVariance else { return 1 }
    let weight = 1 / squares[series]
    return weight.isFinite ? weight : nil
  }

  /// The numbers that are looked at: where they are, or made in `y`.
  private static func mapped(
    _ map: SeriesMap, _ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) -> UnsafePointer<Double> {
    switch map {
    case .identity: return x
    case .notAbove(let limit): vk_not_above_f64(n, x, limit, y)
    case .squaredDistance(let centre): _ = vk_squared_distance_f64(n, x, centre, y)
    }
    return UnsafePointer(y)
  }

  /// Adds the products of the series in the buffer for the known lags from `first` on.
  private mutating func add(_ weight: Double, from first: Int) {
    let n = length
    let end = known.count
    buffer.withUnsafeBufferPointer { buffer in
      known.withUnsafeMutableBufferPointer { known in
        guard let y = buffer.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.batch) { part in
          for lag in stride(from: first, to: end, by: Self.batch) where lag < n {
            vk_lag_sums_f64(n, y, lag, part.baseAddress)
            for t in 0..<Self.batch { known[lag + t] += weight * part[t] }
          }
        }
      }
    }
  }

  private mutating func extend() {
    let first = known.count
    guard first < Self.mostLags else { return transform() }
    // Twice as many each time.
    known += [Double](repeating: 0, count: min(first, Self.mostLags - first))
    for series in 0..<count {
      guard let weight = weight(series) else { continue }
      fill(series)
      add(weight, from: first)
    }
  }

  /// The series less its mean, in the buffer.
  private mutating func fill(_ series: Int) {
    let n = length
    let (map, centre, x) = (map, centres[series], values + starts[series])
    buffer.withUnsafeMutableBufferPointer { buffer in
      guard let y = buffer.baseAddress else { return }
      _ = vk_centre_f64(n, Self.mapped(map, n, x, y), centre, y)
    }
  }

  /// All other lags.
  private mutating func transform() {
    var sum = tables.emptySum()
    for series in 0..<count where weight(series) != nil {
      fill(series)
      sum.add(buffer.span, scaling: scaling)
    }
    known += sum.sums()[known.count...]
  }
}
