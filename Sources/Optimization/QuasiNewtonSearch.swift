internal import NumericalCore

/// The quasi-Newton search of one start: proposes a trial point, receives its value, decides.
struct QuasiNewtonSearch {
  private let box: Box
  private let scale: [Double]
  private let anchor: [Double]?
  private let preconditioner: SearchStart.Preconditioner?
  private let noise: Double
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
  private var undefined = 0
  private var stalls = 0

  /// Halvings of the way to the anchor before a start is given up.
  private static let retreats = 40

  init(_ start: SearchStart, noise: Double) {
    box = start.box
    scale = start.scale
    anchor = start.anchor == start.point ? nil : start.anchor
    preconditioner = start.preconditioner
    self.noise = noise
    point = start.point
    trial = start.point
    gradient = Array(repeating: 0, count: point.count)
    direction = gradient
  }

  var minimum: BoundedQuasiNewton.Minimum {
    .init(
      point: point, value: value, gradient: gradient, evaluations: evaluations,
      undefinedEvaluations: undefined, converged: converged)
  }

  mutating func receive(
    value trialValue: Double, gradient g: [Double], tolerance: Double, memory: Int
  ) {
    evaluations += 1
    if !trialValue.isFinite { undefined += 1 }
    guard value.isFinite else {  // the start itself
      guard trialValue.isFinite else { return retreat() }
      (point, value, gradient) = (trial, trialValue, g)
      return beginStep(tolerance: tolerance)
    }
    // A box may bend a step until it leads nowhere, or uphill: no such step is accepted for its
    // slope.
    guard trial != point else { return retryOrFinish(tolerance: tolerance) }
    var slope = 0.0
    for k in point.indices { slope += gradient[k] * (trial[k] - point[k]) }
    slope = min(0, slope)
    let decrease = trialValue - value
    // Sufficient decrease, with an allowance for rounding of the objective.
    let rounding = 4e-16 * abs(value) + noise
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
      // Quadratic interpolation where the value is of use, shortening at a wall.
      let interpolated = -slope / (2 * (decrease - slope))
      step *= trialValue.isFinite ? min(0.5, max(0.1, interpolated)) : 0.25
      if step < 1e-10 { retryOrFinish(tolerance: tolerance) } else { propose() }
    }
  }

  /// Half the way from an undefined start to the anchor.
  private mutating func retreat() {
    guard let anchor, evaluations <= Self.retreats else {
      isFinished = true
      return
    }
    if evaluations == Self.retreats {
      trial = anchor
    } else {
      for k in trial.indices { trial[k] = 0.5 * (trial[k] + anchor[k]) }
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
    var largest = 0.0
    for k in point.indices where !box.isActive(k, at: point[k], gradient: gradient[k]) {
      largest = max(largest, abs(gradient[k] * scale[k]))
    }
    return largest
  }

  private mutating func remember(_ g: [Double], memory: Int) {
    var s = trial
    var y = g
    for k in s.indices {
      s[k] = (trial[k] - point[k]) / scale[k]
      y[k] = (g[k] - gradient[k]) * scale[k]
    }
    let sy = VectorKernels.dot(s, y)
    guard sy > 1e-10 * (VectorKernels.dot(s, s) * VectorKernels.dot(y, y)).squareRoot() else {
      return
    }
    history.append((s, y, 1 / sy))
    if history.count > memory { history.removeFirst() }
  }

  private mutating func beginStep(tolerance: Double) {
    guard projectedGradient() >= tolerance else { return finish(tolerance: tolerance) }
    var scaled = gradient
    var free = [Bool](repeating: true, count: point.count)
    for k in point.indices {
      free[k] = !box.isActive(k, at: point[k], gradient: gradient[k])
      scaled[k] = free[k] ? gradient[k] * scale[k] : 0
    }
    var q = twoLoop(scaled)
    for k in q.indices where !free[k] { q[k] = 0 }
    var isKnown = !history.isEmpty || preconditioner != nil
    if VectorKernels.dot(q, scaled) <= 0 {
      history = []
      isKnown = false
      q = scaled
    }
    // Before any curvature is known, the first step has at most unit scaled length.
    step = !isKnown ? min(1, 1 / VectorKernels.dot(q, q).squareRoot()) : 1
    for k in q.indices { direction[k] = -q[k] * scale[k] }
    propose()
  }

  private mutating func propose() {
    for k in trial.indices {
      trial[k] = min(max(point[k] + step * direction[k], box.lower[k]), box.upper[k])
    }
  }

  private func twoLoop(_ gradient: [Double]) -> [Double] {
    var q = gradient
    var alphas: [Double] = []
    for pair in history.reversed() {
      let alpha = pair.rho * VectorKernels.dot(pair.s, q)
      alphas.append(alpha)
      VectorKernels.add(-alpha, pair.y, to: &q)
    }
    if let preconditioner {
      let solved = preconditioner.inverse.times(preconditioner.indices.map { q[$0] })
      for (k, value) in zip(preconditioner.indices, solved) { q[k] = value }
    } else if let last = history.last {
      let gamma = 1 / (last.rho * VectorKernels.dot(last.y, last.y))
      for k in q.indices { q[k] *= gamma }
    }
    for (pair, alpha) in zip(history, alphas.reversed()) {
      let beta = pair.rho * VectorKernels.dot(pair.y, q)
      VectorKernels.add(alpha - beta, pair.s, to: &q)
    }
    return q
  }
}
