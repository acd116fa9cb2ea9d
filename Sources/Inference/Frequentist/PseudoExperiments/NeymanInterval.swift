public import Statistics

/// Ranges of a parameter in which the statistic t of the observed data stays at or below a critical
/// value that may depend on the parameter.
///
/// With the critical values of pseudo-experiments this is the Neyman construction with the ordering
/// by likelihood ratios of Feldman and Cousins (arXiv:physics/9711021); with a quantile of χ² it is
/// Wilks' interval from the same values of t.
public struct NeymanInterval: Codable, Sendable, Equatable {
  /// A connected range; an end is `nil` where it goes on beyond the values.
  public struct Range: Codable, Sendable, Equatable {
    /// The lower end with its Monte Carlo error.
    public let lower: Estimate?
    /// The upper end with its Monte Carlo error.
    public let upper: Estimate?
  }

  /// The confidence level.
  public let probability: Double
  /// The ranges, ascending; empty if every value is excluded.
  public let ranges: [Range]

  /// A node of the interpolation.
  private struct Node {
    var value: Double
    /// √t of the observed data.
    var root: Double
    /// √t_c.
    var critical: Double
    var excess: Double { root - critical }
    /// Values of discrete data that differ by rounding of the fits are equal.
    var isInside: Bool { excess <= 1e-7 }
  }

  /// Ranges from values on a grid, by linear interpolation of ±√t (which is a straight line for a
  /// parabola) and of √t_c.
  ///
  /// - Parameters:
  ///   - probability: the confidence level.
  ///   - values: values of the parameter, ascending.
  ///   - t: the statistic of the observed data at them.
  ///   - best: the value at the maximum, where t is 0.
  ///   - critical: critical values of t at them.
  /// - Precondition: lists of equal length, not empty.
  public init(
    probability: Double, values: [Double], t: [Double], best: Double, critical: [Estimate]
  ) {
    precondition(
      !values.isEmpty && values.count == t.count && values.count == critical.count,
      "one t and one critical value a value")
    self.probability = probability
    let nodes = Self.nodes(values, t, best, critical)
    var ranges: [Range] = []
    var lower: Estimate?
    var isInside = nodes[0].isInside
    for (a, b) in zip(nodes, nodes.dropFirst()) where a.isInside != b.isInside {
      let end = Self.crossing(a, b, values, critical)
      if isInside { ranges.append(Range(lower: lower, upper: end)) }
      lower = isInside ? nil : end
      isInside.toggle()
    }
    if isInside { ranges.append(Range(lower: lower, upper: nil)) }
    self.ranges = ranges
  }

  /// The grid, and the maximum where it lies inside: on both sides of it √t is nearly linear.
  private static func nodes(
    _ values: [Double], _ t: [Double], _ best: Double, _ critical: [Estimate]
  ) -> [Node] {
    var nodes = values.indices.map { i in
      Node(
        value: values[i], root: min(max(t[i], 0).squareRoot(), 1e150),
        critical: min(max(critical[i].value, 0).squareRoot(), 1e150))
    }
    if let i = nodes.indices.dropLast().first(where: {
      nodes[$0].value < best && best < nodes[$0 + 1].value
    }) {
      let w = (best - nodes[i].value) / (nodes[i + 1].value - nodes[i].value)
      let middle = (1 - w) * nodes[i].critical + w * nodes[i + 1].critical
      nodes.insert(Node(value: best, root: 0, critical: middle), at: i + 1)
    }
    return nodes
  }

  private static func crossing(
    _ a: Node, _ b: Node, _ values: [Double], _ critical: [Estimate]
  ) -> Estimate {
    let slope = (b.excess - a.excess) / (b.value - a.value)
    let place = min(max(a.value - a.excess / slope, a.value), b.value)
    guard let i = values.indices.dropLast().last(where: { values[$0] <= place }) else {
      return Estimate(value: place, error: nil)
    }
    let w = min((place - values[i]) / (values[i + 1] - values[i]), 1)
    let errors = [i, i + 1].map { k in
      critical[k].error.map { $0 / (2 * max(critical[k].value, 1e-12).squareRoot()) }
    }
    guard let left = errors[0], let right = errors[1] else {
      return Estimate(value: place, error: nil)
    }
    let error = ((1 - w) * (1 - w) * left * left + w * w * right * right).squareRoot()
    return Estimate(value: place, error: error / abs(slope))
  }
}

extension PseudoExperimentResults {
  /// Confidence intervals of the observed data at one level.
  public struct Intervals: Sendable {
    /// The level.
    public let confidence: ConfidenceLevel
    /// The Neyman construction with the critical values of the toys.
    public let neyman: NeymanInterval
    /// The interval of Wilks' theorem, from the same values of t.
    public let wilks: NeymanInterval
  }

  /// Confidence intervals of the observed data from the coverage at several values; an interval
  /// reaches as far as they do.
  ///
  /// - Throws: ``PseudoExperimentError/missing(_:)``.
  public func intervals(_ coverages: [Coverage]) throws -> [Intervals] {
    guard let first = coverages.first else {
      throw PseudoExperimentError.missing("coverage at any value")
    }
    let values = coverages.map(\.tested)
    let t = try values.map { value in
      guard let t = observed.value(of: .t, at: value) else {
        throw PseudoExperimentError.missing("maximum of the observed data at the value \(value)")
      }
      return t
    }
    return first.levels.indices.map { k in
      let level = first.levels[k]
      func interval(_ critical: [Estimate]) -> NeymanInterval {
        NeymanInterval(
          probability: level.confidence.probability, values: values, t: t, best: observed.best,
          critical: critical)
      }
      return Intervals(
        confidence: level.confidence,
        neyman: interval(coverages.map { $0.levels[k].critical }),
        wilks: interval(
          coverages.map { _ in Estimate(value: level.asymptotic, error: 0) }))
    }
  }
}
