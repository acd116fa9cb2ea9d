/// Where a study stands, for display.
public struct StudyProgress: Sendable {
  /// The stage, e.g. `sampling the likelihood`.
  public var stage: String
  /// Fraction done, if it is known.
  public var fraction: Double?
  /// Details such as loss, rate and time left.
  public var detail: String
  /// Whether the stage has just ended.
  public var isFinished: Bool

  /// A report.
  public init(
    stage: String, fraction: Double? = nil, detail: String = "", isFinished: Bool = false
  ) {
    self.stage = stage
    self.fraction = fraction
    self.detail = detail
    self.isFinished = isFinished
  }
}

/// Thrown out of a study that was asked to stop; what is finished stays in its folder.
public struct StudyInterrupted: Error, CustomStringConvertible {
  public var description: String { "interrupted" }

  /// The error.
  public init() {}
}
