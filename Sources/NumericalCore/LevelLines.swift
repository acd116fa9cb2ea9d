/// The lines on which a function of two variables, known on a grid, has a given value: marching
/// squares.
///
/// Saddle points are resolved by the sign of the bilinear interpolant at its saddle (Nielson and
/// Hamann, "The asymptotic decider", IEEE Visualization 1991).
public struct LevelLines {
  /// A line through crossings of grid edges; higher values lie on its left.
  public struct Line: Sendable {
    /// The crossings, in order.
    public let crossings: [Crossing]
    /// Whether the last joins the first; else both lie on the border of the grid.
    public let isClosed: Bool
  }

  /// Where a line crosses an edge of the grid.
  public struct Crossing: Hashable, Sendable {
    /// Column and row of the vertex where the edge begins.
    public let i, j: Int
    /// Whether the edge leads to the next column; else to the next row.
    public let isHorizontal: Bool
    /// How far along the edge, in [0, 1], by linear interpolation.
    public let fraction: Double

    /// Column of the crossing.
    public var column: Double { Double(i) + (isHorizontal ? fraction : 0) }
    /// Row of the crossing.
    public var row: Double { Double(j) + (isHorizontal ? 0 : fraction) }
  }

  private let width: Int
  private let height: Int
  /// Vertex values minus the level.
  private let excess: [Double]
  /// For each crossed edge the next one along the line, or -1. Edge `2 v` runs from vertex `v` to
  /// the right, `2 v + 1` upwards.
  private var next: [Int32]

  /// The lines of a level.
  ///
  /// - Parameters:
  ///   - values: `values[j * width + i]` at column i and row j; ±∞ is allowed.
  ///   - width: number of columns.
  ///   - height: number of rows.
  ///   - level: the value on the lines; vertices at or above it are inside.
  public static func lines(
    of values: [Double], width: Int, height: Int, at level: Double
  ) -> [Line] {
    precondition(values.count == width * height, "\(values.count) for \(width) x \(height)")
    var march = LevelLines(width: width, height: height, excess: values.map { $0 - level })
    march.linkEdges()
    return march.collect()
  }

  private init(width: Int, height: Int, excess: [Double]) {
    self.width = width
    self.height = height
    self.excess = excess
    next = [Int32](repeating: -1, count: 2 * excess.count)
  }

  /// In each cell joins the edge where the line enters to the one where it leaves.
  private mutating func linkEdges() {
    guard width > 1, height > 1 else { return }
    for j in 0..<height - 1 {
      for i in 0..<width - 1 {
        let v = j * width + i
        if isUniform(v) { continue }
        // Counter-clockwise from the lower left corner, and the edge after each corner.
        let corners = [excess[v], excess[v + 1], excess[v + width + 1], excess[v + width]]
        linkCell(corners, [2 * v, 2 * (v + 1) + 1, 2 * (v + width), 2 * v + 1])
      }
    }
  }

  /// Whether the line misses the cell above and to the right of vertex `v`.
  private func isUniform(_ v: Int) -> Bool {
    let inside = excess[v] >= 0
    return (excess[v + 1] >= 0) == inside && (excess[v + width] >= 0) == inside
      && (excess[v + width + 1] >= 0) == inside
  }

  private mutating func linkCell(_ corner: [Double], _ edge: [Int]) {
    let inside = corner.map { $0 >= 0 }
    // With the higher side on its left, the line enters the cell through an edge where a
    // counter-clockwise walk round the cell steps from inside to outside, and leaves where the
    // walk steps inside again.
    var entries: [Int] = []
    var exits: [Int] = []
    for k in 0..<4 where inside[k] != inside[(k + 1) & 3] {
      if inside[k] { entries.append(k) } else { exits.append(k) }
    }
    guard let firstEntry = entries.first, let firstExit = exits.first else { return }
    if entries.count == 1 {
      next[edge[firstEntry]] = Int32(edge[firstExit])
      return
    }
    // A saddle: two opposite corners inside. They are joined where the bilinear saddle value
    // (f00 f11 - f10 f01) / (f00 + f11 - f10 - f01) is inside.
    let numerator = corner[0] * corner[2] - corner[1] * corner[3]
    let denominator = corner[0] + corner[2] - corner[1] - corner[3]
    let joined = denominator != 0 && numerator / denominator >= 0
    for k in entries {
      // `k` is an inside corner; edge k follows it, edge k - 1 precedes it. Joined: the line cuts
      // off the outside corner after it. Apart: it cuts off the inside corner itself.
      next[edge[k]] = Int32(edge[joined ? (k + 1) & 3 : (k + 3) & 3])
    }
  }

  /// Follows the links: first the lines that begin at the border, then the closed ones.
  private mutating func collect() -> [Line] {
    var hasPredecessor = [Bool](repeating: false, count: next.count)
    for following in next where following >= 0 { hasPredecessor[Int(following)] = true }
    var lines: [Line] = []
    for start in next.indices where next[start] >= 0 && !hasPredecessor[start] {
      lines.append(Line(crossings: follow(start), isClosed: false))
    }
    for start in next.indices where next[start] >= 0 {
      lines.append(Line(crossings: follow(start), isClosed: true))
    }
    return lines
  }

  private mutating func follow(_ start: Int) -> [Crossing] {
    var crossings: [Crossing] = []
    var edge = start
    while next[edge] >= 0 {
      crossings.append(crossing(edge))
      let following = Int(next[edge])
      next[edge] = -1
      edge = following
    }
    // The last edge of an open line leads nowhere, that of a closed one is the first.
    if edge != start { crossings.append(crossing(edge)) }
    return crossings
  }

  private func crossing(_ edge: Int) -> Crossing {
    let v = edge / 2
    let a = excess[v]
    let b = excess[edge & 1 == 0 ? v + 1 : v + width]
    return Crossing(
      i: v % width, j: v / width, isHorizontal: edge & 1 == 0,
      fraction: a.isInfinite ? 1 : a / (a - b))
  }
}
