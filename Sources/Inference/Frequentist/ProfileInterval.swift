/// A connected range of a parameter in which a test statistic stays at or below a level.
public struct ProfileInterval: Codable, Sendable, Equatable {
  /// The lower end; `nil` if the range goes on below the scan.
  public let lower: Double?
  /// The upper end; `nil` if the range goes on above the scan.
  public let upper: Double?

  /// A range.
  public init(lower: Double?, upper: Double?) {
    self.lower = lower
    self.upper = upper
  }
}

extension ProfileScan {
  /// All ranges in which t is at or below `level`, from the scanned points, with ends by
  /// linear interpolation of √t, which is exact for a parabola. A range that lies between two
  /// points of the scan is not seen.
  public func intervals(at level: Double) -> [ProfileInterval] {
    var result: [ProfileInterval] = []
    let t = testStatistic
    var lower: Double?
    var isInside = (t.first ?? .infinity) <= level
    for i in values.indices.dropFirst() where (t[i] <= level) != isInside {
      let end = crossing(between: i - 1, at: level)
      if isInside { result.append(ProfileInterval(lower: lower, upper: end)) } else { lower = end }
      isInside.toggle()
    }
    if isInside { result.append(ProfileInterval(lower: lower, upper: nil)) }
    return result
  }

  /// Where t passes through `level` between the points `i` and `i + 1`.
  func crossing(between i: Int, at level: Double) -> Double {
    let t = testStatistic
    let centre = (try? best.value(of: parameter)) ?? values[i]
    // On both sides of the maximum t has no monotonic root: the centre is the end of the segment.
    var (a, b) = ((x: values[i], t: t[i]), (x: values[i + 1], t: t[i + 1]))
    if a.x < centre, centre < b.x { if a.t <= level { a = (centre, 0) } else { b = (centre, 0) } }
    let (from, to) = (max(a.t, 0).squareRoot(), max(b.t, 0).squareRoot())
    guard from.isFinite, to.isFinite else { return from.isFinite ? a.x : b.x }
    return a.x + (b.x - a.x) * (level.squareRoot() - from) / (to - from)
  }
}
