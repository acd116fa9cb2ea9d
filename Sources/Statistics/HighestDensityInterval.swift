/// The smallest region of one quantity that holds a given probability: one interval, or several
/// for a density with several maxima.
public struct HighestDensityInterval: Codable, Hashable, Sendable {
  /// How the region was found.
  public enum Method: String, Codable, Sendable {
    /// The shortest interval between two points of the sorted sample.
    case sorted
    /// The densest bins of a histogram, with the crossing bin cut.
    case histogram
    /// Where a smoothed density lies above a level.
    case smoothed
  }

  /// The probability asked for.
  public let probability: Double
  /// The intervals in ascending order.
  public let intervals: [Interval]
  /// Whether the region begins at the first point (or the first edge): read it as an upper limit.
  public let touchesLowerBoundary: Bool
  /// Whether the region ends at the last point (or the last edge): read it as a lower limit.
  public let touchesUpperBoundary: Bool
  /// How the region was found.
  public let method: Method
  /// The width of the widest bin; `nil` for the sorted method.
  public let binWidth: Double?
  /// How many effective points the sample has outside the region, (1 - p) n.
  public let effectivePointsOutside: Double

  /// Whether the sample has at least ten effective points outside the region. With fewer, the
  /// ends are set by the extreme points of the sample.
  public var isResolved: Bool { effectivePointsOutside >= 10 }

  /// The ends of the whole region, from the first interval to the last.
  public var hull: Interval {
    Interval(
      lower: intervals[0].lower, upper: intervals[intervals.count - 1].upper,
      lowerError: intervals[0].lowerError, upperError: intervals[intervals.count - 1].upperError)
  }

  /// The sum of the widths of the intervals.
  public var width: Double { intervals.reduce(0) { $0 + $1.width } }

  /// The shortest single interval [x(i), x(j)] of the sorted sample whose points, ends included,
  /// weigh more than `probability` of the total.
  ///
  /// Without weights this is k = floor(p S) and the smallest x(i + k) - x(i), the first of equals.
  /// Two pointers on the cumulative weights; linear in the number of points.
  ///
  /// - Throws: ``StatisticsError/invalidProbability(_:expected:)`` unless 0 < p < 1.
  public static func shortest(
    of sample: WeightedSample, probability: Double
  ) throws -> HighestDensityInterval {
    try check(probability)
    let (i, j) = shortestRange(of: sample, probability: probability)
    return HighestDensityInterval(
      probability: probability,
      intervals: [Interval(lower: sample.values[i], upper: sample.values[j])],
      touchesLowerBoundary: i == 0, touchesUpperBoundary: j == sample.count - 1, method: .sorted,
      binWidth: nil, effectivePointsOutside: (1 - probability) * sample.effectiveCount)
  }

  static func check(_ probability: Double) throws {
    guard probability > 0, probability < 1 else {
      throw StatisticsError.invalidProbability(probability, expected: "a number in (0, 1)")
    }
  }

  /// First and last sorted point of the shortest interval.
  static func shortestRange(of sample: WeightedSample, probability: Double) -> (Int, Int) {
    let x = sample.values
    guard sample.weights != nil else {
      return shortestRange(sorted: x, probability: probability)
    }
    let sums = sample.cumulativeWeights
    let needed = probability * sample.totalWeight
    var best = (0, x.count - 1)
    var smallest = Double.infinity
    var j = 0
    for i in 0..<x.count {
      let before = i == 0 ? 0 : sums[i - 1]
      while j < x.count && !(sums[j] - before > needed) { j += 1 }
      if j == x.count { break }
      if x[j] - x[i] < smallest {
        smallest = x[j] - x[i]
        best = (i, j)
      }
    }
    return best
  }

  static func shortestRange(sorted x: [Double], probability: Double) -> (Int, Int) {
    let k = min(x.count - 1, Int((probability * Double(x.count)).rounded(.down)))
    var best = 0
    var smallest = Double.infinity
    for i in 0..<(x.count - k) where x[i + k] - x[i] < smallest {
      smallest = x[i + k] - x[i]
      best = i
    }
    return (best, best + k)
  }
}
