/// An interval of one quantity.
public struct Interval: Hashable, Codable, Sendable {
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double
  /// The Monte Carlo standard error of the lower end, where it was estimated.
  public var lowerError: Double?
  /// The Monte Carlo standard error of the upper end, where it was estimated.
  public var upperError: Double?

  /// An interval, without or with the standard errors of its ends.
  public init(
    lower: Double, upper: Double, lowerError: Double? = nil, upperError: Double? = nil
  ) {
    self.lower = lower
    self.upper = upper
    self.lowerError = lowerError
    self.upperError = upperError
  }

  /// The distance between the ends.
  public var width: Double { upper - lower }
}
