internal import Likelihoods
internal import NumericalCore
internal import Optimization

/// Several fits of one density in one batch, each under its own conditions.
struct FitBatch {
  let fitter: MaximumLikelihood
  let space: ParameterSpace
  let objective: Objective
  /// Values of the objective alone, for searches without derivatives.
  let values: ImplicitFiltering.Values
  /// Why the density is -∞ at a point, where it can say so.
  let reasonUndefined: @Sendable ([Double]) -> String?
  /// Whether the density's gradient is made of differences.
  let isDifferenced: Bool
  let quadrants: Quadrants
  /// For each fit the bounds, conditions included.
  let boxes: [Box]
  /// Whether a fit without any defined start is a result of its own, with the log density -∞.
  var undefinedIsResult = false
  /// Widths of the parameters, with which the searches are scaled.
  var scale: [Double]

  init(
    _ fitter: MaximumLikelihood, _ density: some DifferentiableLogDensity, boxes: [Box]
  ) {
    self.fitter = fitter
    self.boxes = boxes
    isDifferenced = density.gradientIsDifferenced
    let explained = density as? any ExplainedSupport
    reasonUndefined = { explained?.reasonUndefined(at: $0) }
    space = density.parameters
    quadrants = Quadrants(density.parameters)
    scale = density.parameters.parameters.map(\.scale)
    objective = Self.objective(density)
    values = { points in
      var result = [Double](repeating: 0, count: points.rows)
      try density.evaluate(points, values: &result)
      return result.map { $0 > -.infinity ? -$0 : .infinity }
    }
  }

  private static func objective(_ density: some DifferentiableLogDensity) -> Objective {
    var hessian: (@Sendable ([Double]) throws -> Matrix<Double>?)?
    if let exact = density as? any TwiceDifferentiableLogDensity {
      hessian = { point in
        guard var matrix = try exact.hessian(at: point) else { return nil }
        for k in matrix.elements.indices { matrix.elements[k] = -matrix.elements[k] }
        return matrix
      }
    }
    return Objective(
      dimension: density.parameters.count, hessian: hessian
    ) { points, values, gradients in
      try density.evaluate(points, values: &values, gradients: &gradients)
      for i in values.indices { values[i] = -values[i] }
      for k in gradients.elements.indices { gradients.elements[k] = -gradients.elements[k] }
    }
  }

  /// A start, and where its search has come.
  struct Search {
    /// The fit that it belongs to.
    let fit: Int
    /// The quadrant in which it stays.
    var box: Box
    /// Where it is drawn back to if the objective is undefined where it begins.
    let anchor: [Double]
    var end: BoundedQuasiNewton.Minimum
    var isStarted = false
    /// Whether it ended on a wall beyond which the objective falls.
    var isOnWall = false
    /// Whether it ended in the basin of the best minimum.
    var isExplained = false
    /// Whether it was brought to the fitter's own tolerance.
    var isFinal = false
  }

  /// A minimum that Newton steps refined, in its quadrant.
  struct Refined {
    var quadrant: Box
    var minimum: NewtonRefinement.Result
    var basin: Basin

    init(_ quadrant: Box, _ minimum: NewtonRefinement.Result) {
      self.quadrant = quadrant
      self.minimum = minimum
      basin = Basin(minimum)
    }
  }

  /// The results of all fits, given the starting points of each.
  ///
  /// The first start of each fit is brought to its minimum; with the Hessian there the others need
  /// few steps. A search that is on its way to the minimum, by the quadratic model, is stopped.
  func results(from points: [[[Double]]]) throws -> [FitResult] {
    var batch = self
    var (searches, firsts) = try batch.starts(points)
    try batch.run(firsts, of: &searches, with: Self.first(fitter.search), [:])
    if objective.hessian == nil { try batch.continueSlow(firsts, of: &searches) }
    if !quadrants.isEmpty { try batch.crossWalls(&searches) }
    var refined = try batch.refine(Set(boxes.indices), searches, [:])
    let others = searches.indices.filter { !searches[$0].isStarted }
    try batch.run(others, of: &searches, with: Self.first(fitter.search), [:])
    if !quadrants.isEmpty, !others.isEmpty { try batch.crossWalls(&searches) }
    for _ in 0..<4 {
      let lower = boxes.indices.filter { fit in
        let bound = refined[fit].map {
          $0.minimum.value - MaximumLikelihood.rounding($0.minimum.value)
        }
        return batch.lowest(fit, searches) < bound ?? .infinity
      }
      refined = try batch.refine(Set(lower), searches, refined)
      let open = batch.markExplained(&searches, refined)
      if open.isEmpty { break }
      if objective.hessian == nil {
        try batch.run(open, of: &searches, with: fitter.search, refined)
        try batch.verify(open, of: &searches, refined)
      } else {
        for i in open { try batch.descend(&searches[i], to: refined[searches[i].fit]?.basin) }
      }
      for i in open { searches[i].isFinal = true }
      if !quadrants.isEmpty { _ = try batch.markWalls(&searches) }
    }
    _ = batch.markExplained(&searches, refined)
    return try boxes.indices.map { fit in
      let own = searches.filter { $0.fit == fit }
      guard let minimum = refined[fit] else {
        if undefinedIsResult { return undefined(fit, own) }
        throw FitError.undefinedAtStart(
          starts: own.count, reason: points[fit].first.flatMap(reasonUndefined))
      }
      return try batch.result(fit, own, minimum)
    }
  }

  /// Rounds of the first part of a search; what it needs beyond depends on the best minimum.
  private static let firstRounds = 60
  /// Scaled gradient at which the first part of a search ends.
  private static let firstTolerance = 1e-3

  static func first(_ search: BoundedQuasiNewton) -> BoundedQuasiNewton {
    var search = search
    search.maximumRounds = min(search.maximumRounds, firstRounds)
    search.gradientTolerance = max(search.gradientTolerance, firstTolerance)
    return search
  }

  func lowest(_ fit: Int, _ searches: [Search]) -> Double {
    searches.reduce(.infinity) { $1.fit == fit ? min($0, $1.end.value) : $0 }
  }

  /// All starts of all fits, and the positions of the first of each.
  private func starts(_ points: [[[Double]]]) throws -> (searches: [Search], firsts: [Int]) {
    let plan = FitStarts(space: space, fitter: fitter, quadrants: quadrants)
    var gradients = Matrix<Double>(rows: boxes.count, columns: space.count, repeating: 0)
    if fitter.effort == .thorough {
      let bases = Matrix(
        rows: boxes.indices.map { boxes[$0].projected(points[$0][0]) }, columns: space.count)
      gradients = try objective(bases).gradients
    }
    var searches: [Search] = []
    var firsts: [Int] = []
    for (fit, box) in boxes.enumerated() {
      firsts.append(searches.count)
      for start in plan.points(from: points[fit], in: box, gradient: gradients.row(fit)) {
        searches.append(
          Search(
            fit: fit, box: quadrants.box(of: start, in: box), anchor: points[fit][0],
            end: .init(point: start, value: .infinity, gradient: [], converged: false)))
      }
    }
    return (searches, firsts)
  }

  /// Brings the searches with these positions on, from where they are, and keeps count.
  func run(
    _ indices: [Int], of searches: inout [Search], with search: BoundedQuasiNewton,
    _ refined: [Int: Refined]
  ) throws {
    guard !indices.isEmpty, search.maximumRounds > 0 else { return }
    var preconditioners: [Int: (scale: [Double], inverse: SearchStart.Preconditioner)] = [:]
    for (fit, minimum) in refined {
      guard let curvature = minimum.minimum.curvature,
        let inverse = SearchStart.Preconditioner(curvature)
      else { continue }
      var widths = scale
      for (i, k) in curvature.free.enumerated() { widths[k] = curvature.widths[i] }
      preconditioners[fit] = (widths, inverse)
    }
    let ends = try search.minimize(
      objective,
      from: indices.map { i in
        let known = preconditioners[searches[i].fit]
        return SearchStart(
          point: searches[i].end.point, box: searches[i].box, scale: known?.scale ?? scale,
          anchor: searches[i].anchor, preconditioner: known?.inverse)
      })
    for (i, end) in zip(indices, ends) {
      let before = searches[i].end
      searches[i].isStarted = true
      searches[i].end = end.value <= before.value ? end : before
      searches[i].end.evaluations = before.evaluations + end.evaluations
      searches[i].end.undefinedEvaluations =
        before.undefinedEvaluations + end.undefinedEvaluations
    }
  }

  /// Newton steps of a search, until it is in a known basin.
  private func descend(_ search: inout Search, to basin: Basin?) throws {
    let steps = min(fitter.newtonSteps, 10)
    let end = try NewtonRefinement(
      maximumSteps: steps, differencingStep: fitter.differencingStep
    ).refine(
      objective, from: search.end.point, box: search.box, scale: scale
    ) { point, value, gradient in
      basin?.contains(point, value: value, gradient: gradient) ?? false
    }
    search.end.evaluations += end.evaluations
    search.end.undefinedEvaluations += end.undefinedEvaluations
    guard end.value <= search.end.value else { return }
    (search.end.point, search.end.value, search.end.gradient) = (end.point, end.value, end.gradient)
    search.end.converged = end.edm < FitCertificate.edmLimit
  }

  /// Newton steps of those searches that ended in places which are not known to be minima: a
  /// vanishing gradient alone may be a saddle point.
  private func verify(
    _ open: [Int], of searches: inout [Search], _ refined: [Int: Refined]
  ) throws {
    var known: [(fit: Int, value: Double)] = []
    for i in open.sorted(by: { searches[$0].end.value < searches[$1].end.value })
    where searches[i].end.converged {
      let value = searches[i].end.value
      if known.contains(where: {
        $0.fit == searches[i].fit && abs($0.value - value) < StartOutcomes.heightTolerance
      }) {
        continue
      }
      try descend(&searches[i], to: refined[searches[i].fit]?.basin)
      known.append((searches[i].fit, searches[i].end.value))
    }
  }

  /// First searches that are slow go on in units of the diagonal of the Hessian at the best of
  /// them.
  private mutating func continueSlow(_ firsts: [Int], of searches: inout [Search]) throws {
    var search = Self.first(fitter.search)
    search.maximumRounds = min(2 * Self.firstRounds, fitter.search.maximumRounds - Self.firstRounds)
    let slow = firsts.filter {
      !searches[$0].end.converged && searches[$0].end.value.isFinite
    }
    guard search.maximumRounds > 0,
      let best = slow.min(by: { searches[$0].end.value < searches[$1].end.value })
    else { return }
    scale = try widths(at: searches[best].end.point, in: searches[best].box)
    try run(slow, of: &searches, with: search, [:])
  }

  /// Refines the best searches of some fits; the others keep what they have.
  private func refine(
    _ fits: Set<Int>, _ searches: [Search], _ known: [Int: Refined]
  ) throws -> [Int: Refined] {
    var result = known
    for fit in fits.sorted() {
      if let refined = try refineBest(fit, searches.filter { $0.fit == fit }) {
        result[fit] = refined
      }
    }
    return result
  }

  /// Marks the searches that are in the basin of the best minimum of their fit.
  ///
  /// - Returns: those whose end is not known yet.
  private func markExplained(_ searches: inout [Search], _ refined: [Int: Refined]) -> [Int] {
    searches.indices.filter { i in
      let basin = refined[searches[i].fit]?.basin
      searches[i].isExplained =
        basin?.contains(
          searches[i].end.point, value: searches[i].end.value, gradient: searches[i].end.gradient)
        ?? false
      return searches[i].end.value.isFinite && !searches[i].isExplained && !searches[i].isOnWall
        && !searches[i].isFinal
    }
  }

  /// 1/√H_kk where it is defined, the scale elsewhere.
  private func widths(at point: [Double], in box: Box) throws -> [Double] {
    var result = scale
    if let exact = objective.hessian {
      guard let hessian = try exact(point) else { return result }
      for k in result.indices where hessian[k, k] > 0 && hessian[k, k].isFinite {
        result[k] = 1 / hessian[k, k].squareRoot()
      }
      return result
    }
    let free = point.indices.filter { box.isFree($0) }
    var elements: [Double] = []
    let steps = free.map { k in
      let step = fitter.differencingStep * scale[k]
      return point[k] + step <= box.upper[k] ? step : -step
    }
    for (k, step) in zip(free, steps) {
      var moved = point
      moved[k] += step
      elements.append(contentsOf: moved)
    }
    let moved = try objective(
      Matrix(rows: free.count, columns: point.count, elements: elements))
    let here = try objective(Matrix(rows: 1, columns: point.count, elements: point)).gradients
    for (row, (k, step)) in zip(free, steps).enumerated() where moved.values[row].isFinite {
      let curvature = (moved.gradients[row, k] - here[0, k]) / step
      if curvature > 0, curvature.isFinite { result[k] = 1 / curvature.squareRoot() }
    }
    return result
  }
}
