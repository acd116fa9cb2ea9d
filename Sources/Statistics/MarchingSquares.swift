/// Closed contours of a gridded density by marching squares.
///
/// The grid of bin centres is padded with a ring of zeros, so that every contour of a positive
/// level closes; saddle points are resolved by the sign of the bilinear interpolant at its saddle
/// (Nielson and Hamann, "The asymptotic decider", IEEE Visualization 1991).
struct MarchingSquares {
  private let grid: DensityGrid
  private let level: Double
  /// Vertices of the padded grid along x and y.
  private let width: Int
  private let height: Int
  /// Vertex values minus the level.
  private let excess: [Double]
  /// For each crossed edge the next one along the contour, or -1. Edge `2 v` runs from vertex `v`
  /// to the right, `2 v + 1` upwards.
  private var next: [Int32]

  /// The contours of `grid` at `level`; none where the grid does not reach it.
  ///
  /// - Precondition: `level > 0`.
  static func contours(of grid: DensityGrid, at level: Double) -> [ContourPolygon] {
    precondition(level > 0, "only contours of positive levels close")
    var march = MarchingSquares(grid, level)
    march.linkEdges()
    return march.collectPolygons()
  }

  private init(_ grid: DensityGrid, _ level: Double) {
    self.grid = grid
    self.level = level
    width = grid.nx + 2
    height = grid.ny + 2
    var excess = [Double](repeating: -level, count: width * height)
    for j in 0..<grid.ny {
      for i in 0..<grid.nx {
        excess[(j + 1) * width + i + 1] = grid.values[j * grid.nx + i] - level
      }
    }
    self.excess = excess
    next = [Int32](repeating: -1, count: 2 * excess.count)
  }

  /// In each cell joins the edge where the contour enters to the one where it leaves.
  private mutating func linkEdges() {
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

  /// Whether the contour misses the cell above and to the right of vertex `v`.
  private func isUniform(_ v: Int) -> Bool {
    let inside = excess[v] >= 0
    return (excess[v + 1] >= 0) == inside && (excess[v + width] >= 0) == inside
      && (excess[v + width + 1] >= 0) == inside
  }

  private mutating func linkCell(_ corner: [Double], _ edge: [Int]) {
    let inside = corner.map { $0 >= 0 }
    // With the higher side on its left, the contour enters the cell through an edge where a
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
      // `k` is an inside corner; edge k follows it, edge k - 1 precedes it. Joined: the contour
      // cuts off the outside corner after it. Apart: it cuts off the inside corner itself.
      next[edge[k]] = Int32(edge[joined ? (k + 1) & 3 : (k + 3) & 3])
    }
  }

  /// Follows the links; each edge belongs to one closed contour.
  private mutating func collectPolygons() -> [ContourPolygon] {
    var polygons: [ContourPolygon] = []
    for start in next.indices where next[start] >= 0 {
      var points: [SIMD2<Double>] = []
      var edge = start
      while next[edge] >= 0 {
        let point = crossing(edge)
        if points.last != point { points.append(point) }
        let following = Int(next[edge])
        next[edge] = -1
        edge = following
      }
      if points.count > 2 { polygons.append(ContourPolygon(points: points)) }
    }
    return polygons
  }

  /// Where the density passes through the level on an edge, in coordinates of the axes.
  private func crossing(_ edge: Int) -> SIMD2<Double> {
    let v = edge / 2
    let a = excess[v]
    let b = excess[edge & 1 == 0 ? v + 1 : v + width]
    let t = a / (a - b)
    let i = Double(v % width - 1)
    let j = Double(v / width - 1)
    return edge & 1 == 0
      ? SIMD2(grid.xCentre(i + t), grid.yCentre(j)) : SIMD2(grid.xCentre(i), grid.yCentre(j + t))
  }
}
