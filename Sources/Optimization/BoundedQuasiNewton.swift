public import NumericalCore

/// Limited-memory quasi-Newton minimisation in boxes, of many starts at once.
///
/// The two-loop recursion of Nocedal (Math. Comp. 35 (1980) 773) in scaled variables, with the
/// coordinates that press against a bound taken out of the direction (projected search of
/// Bertsekas, SIAM J. Control Optim. 20 (1982) 221) and backtracking. All starts advance
/// together, so that every round is one batched call of the objective; an undefined value (+∞)
/// is a wall from which the search steps back.
public struct BoundedQuasiNewton: Sendable, Codable {
  /// Rounds after which a start is given up.
  public var maximumRounds: Int
  /// A start has converged when the largest scaled projected gradient is below this.
  public var gradientTolerance: Double
  /// Number of remembered steps.
  public var memory: Int

  /// The configuration; the tolerance is meant for a later ``NewtonRefinement``.
  public init(maximumRounds: Int = 600, gradientTolerance: Double = 1e-5, memory: Int = 12) {
    self.maximumRounds = maximumRounds
    self.gradientTolerance = gradientTolerance
    self.memory = memory
  }

  /// Where one start ended.
  public struct Minimum: Sendable {
    /// The best point found.
    public var point: [Double]
    /// The objective there; +∞ if the start was never defined.
    public var value: Double
    /// The gradient there.
    public var gradient: [Double]
    /// Evaluations spent.
    public var evaluations: Int
    /// Whether the projected gradient met the tolerance.
    public var converged: Bool
  }

  /// Minimises from every row of `starts` inside its box.
  ///
  /// - Parameters:
  ///   - objective: the function.
  ///   - starts: one start a row; projected into its box.
  ///   - boxes: one box per start.
  ///   - scale: typical width of every coordinate.
  /// - Returns: one minimum per start, in order.
  /// - Throws: what the objective throws.
  public func minimize(
    _ objective: Objective, starts: Matrix<Double>, boxes: [Box], scale: [Double]
  ) throws -> [Minimum] {
    precondition(starts.rows == boxes.count, "one box per start")
    var searches = (0..<starts.rows).map {
      LineSearch(start: boxes[$0].projected(starts.row($0)), box: boxes[$0], scale: scale)
    }
    for _ in 0..<maximumRounds {
      let running = searches.indices.filter { !searches[$0].isFinished }
      if running.isEmpty { break }
      let trials = Matrix(
        rows: running.count, columns: objective.dimension,
        elements: running.flatMap { searches[$0].trial })
      let (values, gradients) = try objective(trials)
      searches.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let searches = DisjointRows(base)
        parallelFor(running.count, grain: 8) { rows in
          for row in rows {
            searches.base[running[row]].receive(
              value: values[row], gradient: gradients.row(row), tolerance: gradientTolerance,
              memory: memory)
          }
        }
      }
    }
    return searches.map(\.minimum)
  }
}

/// The search of one start: proposes a trial point, receives its value, decides.
private struct LineSearch {
  let box: Box
  let scale: [Double]
  private(set) var trial: [Double]
  private(set) var isFinished = false
  private var converged = false
  private var point: [Double]
  private var value = Double.infinity
  private var gradient: [Double]
  private var direction: [Double]
  private var step = 1.0
  private var history: [(s: [Double], y: [Double], rho: Double)] = []
  private var evaluations = 0
  private var stalls = 0

  init(start: [Double], box: Box, scale: [Double]) {
    self.box = box
    self.scale = scale
    point = start
    trial = start
    gradient = Array(repeating: 0, count: start.count)
    direction = gradient
  }

  var minimum: BoundedQuasiNewton.Minimum {
    .init(
      point: point, value: value, gradient: gradient, evaluations: evaluations,
      converged: converged)
  }

  mutating func receive(
    value trialValue: Double, gradient g: [Double], tolerance: Double, memory: Int
  ) {
    evaluations += 1
    guard value.isFinite else {  // the start itself
      guard trialValue.isFinite else {
        isFinished = true
        return
      }
      (value, gradient) = (trialValue, g)
      return beginStep(tolerance: tolerance)
    }
    // A box may bend a step until it leads nowhere, or uphill: no such step is accepted for its
    // slope.
    guard trial != point else { return retryOrFinish(tolerance: tolerance) }
    let slope = min(
      0, zip(gradient, zip(trial, point)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) })
    let decrease = trialValue - value
    // Sufficient decrease, with an allowance for rounding of the objective.
    let rounding = 4e-16 * abs(value)
    if trialValue.isFinite, decrease <= 1e-4 * slope + rounding {
      remember(g, memory: memory)
      stalls = decrease >= -rounding ? stalls + 1 : 0
      (point, value, gradient) = (trial, trialValue, g)
      if stalls >= 3 {
        finish(tolerance: tolerance)
      } else {
        beginStep(tolerance: tolerance)
      }
    } else {
      // Quadratic interpolation where the value is of use, halving at a wall.
      let interpolated = -slope / (2 * (decrease - slope))
      step *= trialValue.isFinite ? min(0.5, max(0.1, interpolated)) : 0.25
      if step < 1e-10 { retryOrFinish(tolerance: tolerance) } else { propose() }
    }
  }

  /// A failed line search once falls back to steepest descent, then ends.
  private mutating func retryOrFinish(tolerance: Double) {
    guard !history.isEmpty else { return finish(tolerance: tolerance) }
    history = []
    beginStep(tolerance: tolerance)
  }

  private mutating func finish(tolerance: Double) {
    converged = projectedGradient() < tolerance
    isFinished = true
  }

  private func projectedGradient() -> Double {
    point.indices.reduce(0) { largest, k in
      box.isActive(k, at: point[k], gradient: gradient[k])
        ? largest : max(largest, abs(gradient[k] * scale[k]))
    }
  }

  private mutating func remember(_ g: [Double], memory: Int) {
    let s = point.indices.map { (trial[$0] - point[$0]) / scale[$0] }
    let y = point.indices.map { (g[$0] - gradient[$0]) * scale[$0] }
    let sy = dot(s, y)
    guard sy > 1e-10 * (dot(s, s) * dot(y, y)).squareRoot() else { return }
    history.append((s, y, 1 / sy))
    if history.count > memory { history.removeFirst() }
  }

  private mutating func beginStep(tolerance: Double) {
    guard projectedGradient() >= tolerance else { return finish(tolerance: tolerance) }
    let free = point.indices.map { !box.isActive($0, at: point[$0], gradient: gradient[$0]) }
    let scaled = point.indices.map { free[$0] ? gradient[$0] * scale[$0] : 0 }
    var q = twoLoop(scaled)
    for k in q.indices where !free[k] { q[k] = 0 }
    if dot(q, scaled) <= 0 {
      history = []
      q = scaled
    }
    // Before any curvature is known, the first step has at most unit scaled length.
    let length = history.isEmpty ? min(1, 1 / dot(q, q).squareRoot()) : 1
    direction = point.indices.map { -q[$0] * scale[$0] }
    step = length
    propose()
  }

  private mutating func propose() {
    trial = box.projected(point.indices.map { point[$0] + step * direction[$0] })
  }

  private func twoLoop(_ gradient: [Double]) -> [Double] {
    var q = gradient
    var alphas: [Double] = []
    for pair in history.reversed() {
      let alpha = pair.rho * dot(pair.s, q)
      alphas.append(alpha)
      for k in q.indices { q[k] -= alpha * pair.y[k] }
    }
    if let last = history.last {
      let gamma = 1 / (last.rho * dot(last.y, last.y))
      for k in q.indices { q[k] *= gamma }
    }
    for (pair, alpha) in zip(history, alphas.reversed()) {
      let beta = pair.rho * dot(pair.y, q)
      for k in q.indices { q[k] += (alpha - beta) * pair.s[k] }
    }
    return q
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in a.indices { sum += a[k] * b[k] }
    return sum
  }
}
