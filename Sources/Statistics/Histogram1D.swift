/// A weighted histogram of one quantity.
///
/// Bins are half-open, [edge, next edge); the last one includes its upper edge.
public struct Histogram1D: Codable, Hashable, Sendable {
  /// The bin edges in ascending order, one more than bins.
  public let edges: [Double]
  /// The sum of weights in each bin.
  public let contents: [Double]
  /// The sum of squared weights in each bin: the variance of the content.
  public let squaredWeights: [Double]
  /// The sum of weights below the first edge.
  public let underflow: Double
  /// The sum of weights above the last edge.
  public let overflow: Double

  /// A histogram of equal bins.
  ///
  /// - Parameters:
  ///   - values: the points.
  ///   - weights: a weight for each point, or `nil` for unit weights.
  ///   - bins: number of bins, at least 1.
  ///   - range: lower and upper edge; `nil` takes the least and the largest value.
  public init(
    _ values: [Double], weights: [Double]? = nil, bins: Int, range: ClosedRange<Double>? = nil
  ) throws {
    guard bins >= 1 else {
      throw StatisticsError.invalidArgument(
        name: "number of bins", value: "\(bins)", expected: "at least 1")
    }
    guard let least = values.min(), let largest = values.max() else {
      throw StatisticsError.emptySample
    }
    // The comparison also excludes NaN, wherever min and max have put it.
    if let bad = values.firstIndex(where: \.isNaN) { throw StatisticsError.notANumber(index: bad) }
    var low = range?.lowerBound ?? least
    var high = range?.upperBound ?? largest
    guard low.isFinite, high.isFinite else {
      throw StatisticsError.invalidArgument(
        name: "histogram range", value: "[\(low), \(high)]", expected: "finite edges")
    }
    if low == high {
      // All values are equal: a bin of finite width around them.
      let half = max(abs(low), 1) * 1e-6
      low -= half
      high += half
    }
    let width = (high - low) / Double(bins)
    var edges = (0...bins).map { low + width * Double($0) }
    edges[bins] = high
    try self.init(values, weights: weights, edges: edges)
  }

  /// A histogram with given edges.
  ///
  /// - Throws: ``StatisticsError`` unless there are at least two finite edges that increase, and
  ///   for NaN values or unusable weights.
  public init(_ values: [Double], weights: [Double]? = nil, edges: [Double]) throws {
    let increasing = zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
    guard edges.count >= 2, edges.allSatisfy(\.isFinite), increasing else {
      throw StatisticsError.invalidArgument(
        name: "histogram edges", value: "\(edges.prefix(8))",
        expected: "at least two finite, increasing numbers")
    }
    if let weights, weights.count != values.count {
      throw StatisticsError.lengthMismatch(
        what: "number of weights", expected: values.count, found: weights.count)
    }
    let bins = edges.count - 1
    let low = edges[0]
    let high = edges[bins]
    let scale = Double(bins) / (high - low)
    var contents = [Double](repeating: 0, count: bins)
    var squares = contents
    var under = 0.0
    var over = 0.0
    for (i, x) in values.enumerated() {
      guard !x.isNaN else { throw StatisticsError.notANumber(index: i) }
      let w = weights?[i] ?? 1
      guard w >= 0, w < .infinity else {
        throw StatisticsError.invalidWeight(index: i, value: w)
      }
      if x < low {
        under += w
      } else if x > high {
        over += w
      } else {
        // A guess for equal bins, then the bin itself: near an edge rounding decides wrongly.
        var bin = min(bins - 1, max(0, Int((x - low) * scale)))
        while bin > 0 && x < edges[bin] { bin -= 1 }
        while bin < bins - 1 && x >= edges[bin + 1] { bin += 1 }
        contents[bin] += w
        squares[bin] += w * w
      }
    }
    self.edges = edges
    self.contents = contents
    squaredWeights = squares
    underflow = under
    overflow = over
  }

  /// The number of bins.
  public var count: Int { contents.count }

  /// The width of bin `i`.
  public func width(_ i: Int) -> Double { edges[i + 1] - edges[i] }

  /// The middle of each bin.
  public var centres: [Double] { (0..<count).map { 0.5 * (edges[$0] + edges[$0 + 1]) } }

  /// The sum of the contents, without under- and overflow.
  public var total: Double { contents.reduce(0, +) }

  /// Content over width, normalised to unit integral over the bins; zeros for an empty histogram.
  public var density: [Double] {
    let sum = total
    return (0..<count).map { sum > 0 ? contents[$0] / (width($0) * sum) : 0 }
  }

  /// The statistical error of each content, √Σ w².
  public var errors: [Double] { squaredWeights.map { $0.squareRoot() } }
}
