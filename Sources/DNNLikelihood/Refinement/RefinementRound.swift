/// One round of a refinement: a network trained on what was known, and what fresh points of the
/// likelihood said about it.
public struct RefinementRound: Codable, Sendable {
  /// The round, counted from 1.
  public var number: Int
  /// Points that the network was trained on.
  public var trainingPoints: Int
  /// Evaluations of the likelihood so far, those of the measurement included.
  public var evaluations: Int
  /// The recipe whose network was better.
  public var recipe: String
  /// Widths of the hidden layers.
  public var widths: [Int]
  /// Epochs of the training.
  public var epochs: Int
  /// Root mean squared error on the surrogate's own training points of the bulk, in nats.
  public var trainingRMSE: Double
  /// The measurement on fresh points.
  public var measurement: SurrogateMeasurement
  /// What follows.
  public var decision: Decision
  /// How far the chains of the next round begin to go: 0 (near known points) to 3 (equilibrium).
  public var reach: Int
  /// Seconds since the beginning.
  public var seconds: Double

  /// What follows from a round.
  public enum Decision: String, Codable, Sendable {
    /// More points: the network describes its training points better than others.
    case morePoints
    /// A wider network, longer training and more points: the network does not describe even its
    /// training points.
    case largerNetwork
    /// The target is reached.
    case reached
    /// The evaluations are used up.
    case evaluationsUsedUp
    /// The time is used up.
    case timeUsedUp
    /// Twice the points brought the surrogate hardly nearer to what is demanded, twice.
    case noProgress

    /// Whether this was the last round.
    public var isEnd: Bool { self != .morePoints && self != .largerNetwork }

    /// A few words for tables.
    public var text: String {
      switch self {
      case .morePoints: "more points"
      case .largerNetwork: "larger network, more points"
      case .reached: "target reached"
      case .evaluationsUsedUp: "evaluations used up"
      case .timeUsedUp: "time used up"
      case .noProgress: "no further progress"
      }
    }
  }
}
