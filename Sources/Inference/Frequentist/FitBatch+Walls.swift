internal import Likelihoods
internal import NumericalCore
internal import Optimization

// Walls between the sign quadrants of kinked parameters.
extension FitBatch {
  /// Marks the searches that ended on walls, and lets go on beyond them those that may matter: the
  /// best of each fit, or all where not every quadrant has its start.
  func crossWalls(_ searches: inout [Search]) throws {
    for _ in 0..<40 {
      let open = try markWalls(&searches)
      let lowest = boxes.indices.map { self.lowest($0, searches) }
      let next = open.keys.filter { i in
        let fit = searches[i].fit
        return fitter.effort == .given || !quadrants.areEnumerated(in: boxes[fit])
          || searches[i].end.value <= lowest[fit]
      }.sorted()
      if next.isEmpty { return }
      for i in next {
        let crossed = quadrants.crossing(open[i] ?? [], from: searches[i].end.point)
        searches[i].box = quadrants.box(of: crossed, in: boxes[searches[i].fit])
        searches[i].end.point = crossed
        // The end of the search beyond counts, even if rounding makes the first step rise.
        searches[i].end.value += MaximumLikelihood.rounding(searches[i].end.value)
      }
      try run(next, of: &searches, with: Self.first(fitter.search), [:])
    }
  }

  /// The walls beyond which the objective falls, of each search that ended on some.
  func markWalls(_ searches: inout [Search]) throws -> [Int: [Int]] {
    var walls: [Int: [Int]] = [:]
    for i in searches.indices where searches[i].end.value.isFinite {
      searches[i].isOnWall = false
      let end = searches[i].end
      let found = quadrants.walls(
        end.point, gradient: end.gradient, quadrant: searches[i].box,
        in: boxes[searches[i].fit])
      if !found.isEmpty { walls[i] = found }
    }
    let order = walls.keys.sorted()
    guard !order.isEmpty else { return [:] }
    let beyond = try objective(
      Matrix(
        rows: order.map { quadrants.crossing(walls[$0] ?? [], from: searches[$0].end.point) },
        columns: space.count))
    var result: [Int: [Int]] = [:]
    for (row, i) in order.enumerated() where beyond.values[row].isFinite {
      let open = quadrants.open(
        walls[i] ?? [], from: searches[i].end.point, gradientBeyond: beyond.gradients.row(row))
      guard !open.isEmpty else { continue }
      result[i] = open
      searches[i].isOnWall = true
    }
    return result
  }
}
