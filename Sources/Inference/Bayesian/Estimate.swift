/// A number with its Monte Carlo standard error.
public struct Estimate: Codable, Hashable, Sendable {
  /// The number.
  public var value: Double
  /// Its standard error; `nil` where it cannot be given.
  public var error: Double?

  /// A number with its error.
  public init(value: Double, error: Double?) {
    self.value = value
    self.error = error
  }
}
