/// Where the starts of a fit ended: every start is in exactly one of the counts.
public struct StartOutcomes: Codable, Sendable, Equatable {
  /// A minimum in which starts ended.
  public struct Minimum: Codable, Sendable, Equatable {
    /// Height above the best one, in units of the objective (nats).
    public var height: Double
    /// Number of starts that ended there.
    public var starts: Int

    /// A minimum.
    public init(height: Double, starts: Int) {
      self.height = height
      self.starts = starts
    }
  }

  /// The distinct minima, the best one first; they differ in height by more than 1e-5, or in
  /// place.
  public var minima: [Minimum]
  /// Starts that ended on a wall between two sides of a kink, where the objective falls further
  /// beyond the wall: no minima, the starts beyond it go on.
  public var onWalls: Int
  /// Starts whose search did not come to an end.
  public var unfinished: Int
  /// Starts at which the objective was undefined, up to the place where the fit began.
  public var undefined: Int

  /// Outcomes from their counts.
  public init(minima: [Minimum], onWalls: Int = 0, unfinished: Int = 0, undefined: Int = 0) {
    self.minima = minima
    self.onWalls = onWalls
    self.unfinished = unfinished
    self.undefined = undefined
  }

  /// All starts.
  public var count: Int {
    minima.reduce(onWalls + unfinished + undefined) { $0 + $1.starts }
  }

  /// Largest difference in height of two starts in the same minimum, in units of the objective.
  public static let heightTolerance = 1e-5
}
