extension HighestDensityInterval {
  /// The densest bins of a histogram that together hold `probability` of its content, as one or
  /// several disjoint intervals.
  ///
  /// Bins are taken in order of decreasing density until the probability is reached. Where the
  /// last bin taken ends a run, its outer edge is moved inwards by the share of its content that
  /// is in excess (a bin on its own is cut on both sides). Under- and overflow do not count.
  ///
  /// - Throws: ``StatisticsError`` unless 0 < p < 1 and the histogram has content.
  public static func densestBins(
    of histogram: Histogram1D, probability: Double
  ) throws -> HighestDensityInterval {
    try check(probability)
    let total = histogram.total
    guard total > 0 else { throw StatisticsError.zeroTotalWeight }
    let density = histogram.density
    // Equal densities from left to right, so that the result does not depend on the sort.
    let order = (0..<histogram.count).sorted {
      density[$0] > density[$1] || (density[$0] == density[$1] && $0 < $1)
    }
    var taken = [Bool](repeating: false, count: histogram.count)
    var sum = 0.0
    var crossing = order[0]
    for bin in order where histogram.contents[bin] > 0 {
      taken[bin] = true
      sum += histogram.contents[bin]
      crossing = bin
      if sum >= probability * total { break }
    }
    let excess = max(0, sum - probability * total) / histogram.contents[crossing]
    let squares = histogram.squaredWeights.reduce(0, +)
    let runs = self.runs(of: taken)
    return HighestDensityInterval(
      probability: probability,
      intervals: runs.map { interval(of: $0, in: histogram, crossing: crossing, excess: excess) },
      touchesLowerBoundary: taken[0], touchesUpperBoundary: taken[taken.count - 1],
      method: .histogram, binWidth: (0..<histogram.count).map(histogram.width).max(),
      effectivePointsOutside: (1 - probability) * total * total / squares)
  }

  /// As ``densestBins(of:probability:)`` on a histogram of equal bins over the sample's range.
  ///
  /// - Parameter bins: number of bins; more resolve closer maxima and scatter more.
  public static func densestBins(
    of sample: WeightedSample, probability: Double, bins: Int = 60
  ) throws -> HighestDensityInterval {
    let histogram = try Histogram1D(sample.values, weights: sample.weights, bins: bins)
    return try densestBins(of: histogram, probability: probability)
  }

  private static func runs(of taken: [Bool]) -> [ClosedRange<Int>] {
    var runs: [ClosedRange<Int>] = []
    for bin in taken.indices where taken[bin] {
      if let last = runs.last, last.upperBound == bin - 1 {
        runs[runs.count - 1] = last.lowerBound...bin
      } else {
        runs.append(bin...bin)
      }
    }
    return runs
  }

  private static func interval(
    of run: ClosedRange<Int>, in histogram: Histogram1D, crossing: Int, excess: Double
  ) -> Interval {
    var lower = histogram.edges[run.lowerBound]
    var upper = histogram.edges[run.upperBound + 1]
    guard run.contains(crossing) else { return Interval(lower: lower, upper: upper) }
    let cut = excess * histogram.width(crossing)
    // At the edge of the histogram the density may jump to zero: keep that end, cut the other.
    let first = run.lowerBound == crossing
    let last = run.upperBound == crossing
    let atStart = crossing == 0
    let atEnd = crossing == histogram.count - 1
    switch (first, last) {
    case (true, true) where atStart && !atEnd: upper -= cut
    case (true, true) where atEnd && !atStart: lower += cut
    case (true, true):
      lower += cut / 2
      upper -= cut / 2
    case (true, false): lower += cut
    case (false, true): upper -= cut
    case (false, false): break
    }
    return Interval(lower: lower, upper: upper)
  }
}
