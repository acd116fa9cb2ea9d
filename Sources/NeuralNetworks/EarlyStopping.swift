/// Ends training when the monitored loss no longer falls (as `EarlyStopping` of Keras).
public struct EarlyStopping: Codable, Sendable, Hashable {
  /// Epochs without improvement after which training ends.
  public var patience: Int
  /// A fall of the loss counts only above this size.
  public var minimumImprovement: Double

  /// A stopping rule.
  public init(patience: Int, minimumImprovement: Double = 0) {
    self.patience = patience
    self.minimumImprovement = minimumImprovement
  }
}
