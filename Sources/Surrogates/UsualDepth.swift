/// How far below their maximum log densities are worth learning.
public enum UsualDepth {
  /// Far more than draws reach: those of a normal density lie d/2 ± √(d/2) below its maximum.
  public static func limit(dimension: Int) -> Double {
    let d = Double(dimension)
    return 1.5 * d + 10 * d.squareRoot() + 20
  }
}
