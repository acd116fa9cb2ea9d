public import NumericalCore

/// Newton steps in a box, from a point that is nearly a minimum.
///
/// The Hessian is the exact one of the objective, else that of differenced gradients. Each step is
/// the minimum of the quadratic model inside the box; where the Hessian is not positive definite
/// its eigenvalues are turned positive and the steepest direction of negative curvature is
/// followed, so that a saddle point is left. A Hessian serves for further steps as long as they
/// are short.
public struct NewtonRefinement: Sendable {
  /// Hessians at most.
  public var maximumSteps: Int
  /// Length of the differencing step in units of the scale.
  public var differencingStep: Double
  /// Differences of values below this are no evidence of an ascent.
  public var noise: Double

  /// The configuration. The default step suits functions computed in double precision.
  public init(maximumSteps: Int = 8, differencingStep: Double = 1e-4, noise: Double = 0) {
    self.maximumSteps = maximumSteps
    self.differencingStep = differencingStep
    self.noise = noise
  }

  /// A refined minimum with its second derivatives.
  public struct Result: Sendable {
    /// The minimum.
    public var point: [Double]
    /// The objective there.
    public var value: Double
    /// The gradient there.
    public var gradient: [Double]
    /// The second derivatives there; `nil` if they could not be computed.
    public var curvature: Curvature?
    /// ½ gᵀ H⁻¹ g over the free coordinates; infinite without a positive-definite Hessian, 0 if
    /// nothing is free.
    public var edm: Double
    /// Largest component of the projected gradient in units of the widths.
    public var projectedGradient: Double
    /// Evaluations of value and gradient; an exact Hessian counts as one.
    public var evaluations: Int
    /// Evaluations at which the objective was undefined.
    public var undefinedEvaluations: Int

    /// Indices of the coordinates that are neither pinned nor pressed against a bound, and have an
    /// effect.
    public var free: [Int] { curvature?.free ?? [] }
    /// The Hessian over `free`; `nil` if it could not be computed or nothing is free.
    public var hessian: Matrix<Double>? { free.isEmpty ? nil : curvature?.hessian }
  }

  /// Below this distance to the minimum further steps only move rounding errors.
  private static let target = 1e-14
  /// A Hessian belongs to all points within this many widths of where it was computed.
  private static let reach = 3e-5

  /// Refines `point` inside `box`; throws what the objective throws.
  ///
  /// - Parameter isKnown: asked after every move, with point, value and gradient; an answer of
  ///   `true` ends the search without curvature.
  public func refine(
    _ objective: Objective, from point: [Double], box: Box, scale: [Double],
    until isKnown: (([Double], Double, [Double]) -> Bool)? = nil
  ) throws -> Result {
    let start = try objective(Matrix(rows: 1, columns: point.count, elements: point))
    var result = Result(
      point: point, value: start.values[0], gradient: start.gradients.row(0), curvature: nil,
      edm: .infinity, projectedGradient: .infinity, evaluations: 1,
      undefinedEvaluations: start.values[0].isFinite ? 0 : 1)
    guard result.value.isFinite else { return result }
    // Once more than there are steps: the curvature belongs to the point that is returned.
    for done in 0...maximumSteps {
      guard let curvature = try curvature(objective, &result, box, scale) else {
        result.curvature = nil
        result.edm = .infinity
        result.projectedGradient = Self.largest(result.gradient, box, result.point, scale)
        break
      }
      let factor = Cholesky(curvature.normalized)
      let moved = try advance(
        objective, &result, box, curvature, factor, limited: done == maximumSteps)
      result.curvature = curvature
      if !moved { break }
      if let isKnown, isKnown(result.point, result.value, result.gradient) {
        (result.curvature, result.edm) = (nil, .infinity)
        break
      }
    }
    return result
  }

  /// Steps with one Hessian; whether they led so far that another one is needed.
  private func advance(
    _ objective: Objective, _ result: inout Result, _ box: Box, _ curvature: Curvature,
    _ factor: Cholesky?, limited: Bool
  ) throws -> Bool {
    let origin = result.point
    assess(&result, curvature, factor)
    if curvature.free.isEmpty || limited { return false }
    for _ in 0..<6 {
      if result.edm <= Self.target { return false }
      let before = result.edm
      let free = curvature.free
      let g = curvature.normalizedGradient(result.gradient)
      let room = (
        lower: free.indices.map {
          (box.lower[free[$0]] - result.point[free[$0]]) / curvature.widths[$0]
        },
        upper: free.indices.map {
          (box.upper[free[$0]] - result.point[free[$0]]) / curvature.widths[$0]
        }
      )
      let convex: (matrix: Matrix<Double>, factor: Cholesky, gradient: [Double])
      if let factor {
        convex = (curvature.normalized, factor, g)
      } else if let turned = Self.convex(curvature.normalized, g, room.lower, room.upper) {
        convex = turned
      } else {
        return false
      }
      guard
        let step = BoxedQuadratic(
          hessian: convex.matrix, factor: convex.factor, gradient: convex.gradient,
          lower: room.lower, upper: room.upper
        ).step()
      else { return false }
      guard try take(step, curvature, objective, &result, box) else { return false }
      let distance = free.indices.reduce(0.0) {
        max($0, abs(result.point[free[$1]] - origin[free[$1]]) / curvature.widths[$1])
      }
      // Other coordinates may have become free, or this Hessian is no longer that of the point.
      let active = Self.free(box, result).subtracting(curvature.withoutEffect)
      if active != Set(free) || distance > Self.reach || factor == nil { return true }
      assess(&result, curvature, factor)
      if result.edm > 0.01 * before { return result.edm > 1e-11 }
    }
    return false
  }

  private static func free(_ box: Box, _ result: Result) -> Set<Int> {
    Set(
      result.point.indices.filter {
        !box.isActive($0, at: result.point[$0], gradient: result.gradient[$0])
      })
  }

  private static func largest(
    _ gradient: [Double], _ box: Box, _ point: [Double], _ scale: [Double]
  ) -> Double {
    point.indices.reduce(0) { largest, k in
      box.isActive(k, at: point[k], gradient: gradient[k])
        ? largest : max(largest, abs(gradient[k] * scale[k]))
    }
  }

  private func assess(_ result: inout Result, _ curvature: Curvature, _ factor: Cholesky?) {
    result.edm = curvature.distance(result.gradient, factor: factor)
    result.projectedGradient = curvature.normalizedGradient(result.gradient).reduce(0) {
      max($0, abs($1))
    }
  }

  private func curvature(
    _ objective: Objective, _ result: inout Result, _ box: Box, _ scale: [Double]
  ) throws -> Curvature? {
    let candidates = Self.free(box, result).sorted()
    guard !candidates.isEmpty else {
      return Curvature(
        hessian: Matrix(rows: 0, columns: 0, elements: []), candidates: [], gradient: [],
        scale: scale)
    }
    if let exact = objective.hessian {
      result.evaluations += 1
      guard let full = try exact(result.point), full.elements.allSatisfy(\.isFinite) else {
        return nil
      }
      var part = Matrix<Double>(rows: candidates.count, columns: candidates.count, repeating: 0)
      for (i, a) in candidates.enumerated() {
        for (j, b) in candidates.enumerated() { part[i, j] = full[a, b] }
      }
      return Curvature(
        hessian: part, candidates: candidates, gradient: result.gradient, scale: scale)
    }
    // Next to a wall of undefined values shorter steps may still be possible.
    for shrinkage in [1, 0.1, 0.01] {
      result.evaluations += 2 * candidates.count
      if let hessian = try DifferencedHessian.evaluate(
        objective, at: result.point, free: candidates, box: box,
        steps: scale.map { $0 * differencingStep * shrinkage })
      {
        return Curvature(
          hessian: hessian, candidates: candidates, gradient: result.gradient, scale: scale)
      }
    }
    return nil
  }

  /// A model to descend along where the Hessian is not positive definite: with the moduli of the
  /// eigenvalues; and with a gradient that leads along the most negative one at least a quarter of
  /// a width.
  private static func convex(
    _ hessian: Matrix<Double>, _ gradient: [Double], _ lower: [Double], _ upper: [Double]
  ) -> (matrix: Matrix<Double>, factor: Cholesky, gradient: [Double])? {
    // Where the gradient leads, a shift of the diagonal is enough and much cheaper.
    if gradient.contains(where: { abs($0) > 0.3 }) {
      for shift in [0.1, 1, 10, 100] {
        var shifted = hessian
        for k in gradient.indices { shifted[k, k] += shift }
        // A pivot near zero would make an endless step.
        if let factor = Cholesky(shifted),
          gradient.indices.allSatisfy({ factor.lower[$0, $0] > 0.2 })
        {
          return (shifted, factor, gradient)
        }
      }
    }
    guard let eigen = SymmetricEigen(hessian) else { return nil }
    let floor = 1e-4 * eigen.values.reduce(0) { max($0, abs($1)) }
    guard floor > 0 else { return nil }
    let moduli = eigen.values.map { max(abs($0), floor) }
    var roots = eigen.vectors
    for k in moduli.indices {
      for i in 0..<roots.columns { roots[k, i] *= moduli[k].squareRoot() }
    }
    let matrix = roots.times(roots, transposeSelf: true)
    var turned = gradient
    let vector = eigen.vectors.row(0)
    let slope = VectorKernels.dot(vector, gradient)
    if eigen.values[0] < -1e-8, abs(slope) < 0.25 * moduli[0] {
      // At a stationary point the side is arbitrary, unless a bound leaves only one.
      let blocked = vector.indices.contains {
        abs(vector[$0]) > 0.1 && (vector[$0] > 0 ? upper[$0] <= 0 : lower[$0] >= 0)
      }
      let length = slope > 0 || (slope == 0 && blocked) ? -0.25 : 0.25
      VectorKernels.add(-length * moduli[0] - slope, vector, to: &turned)
    }
    return Cholesky(matrix).map { (matrix, $0, turned) }
  }

  /// Takes the step, shortened until the value does not grow; whether it moved.
  private func take(
    _ step: [Double], _ curvature: Curvature, _ objective: Objective, _ result: inout Result,
    _ box: Box
  ) throws -> Bool {
    let allowance = 1e-15 * abs(result.value) + noise
    var length = 1.0
    for _ in 0..<12 {
      var trial = result.point
      for (i, k) in curvature.free.enumerated() {
        trial[k] += length * step[i] * curvature.widths[i]
        // A step to a bound ends on it, not within rounding of it.
        let rounding = 1e-10 * curvature.widths[i]
        if trial[k] <= box.lower[k] + rounding { trial[k] = box.lower[k] }
        if trial[k] >= box.upper[k] - rounding { trial[k] = box.upper[k] }
      }
      guard trial != result.point else { return false }
      let (values, gradients) = try objective(
        Matrix(rows: 1, columns: trial.count, elements: trial))
      result.evaluations += 1
      if !values[0].isFinite { result.undefinedEvaluations += 1 }
      if values[0].isFinite, values[0] <= result.value + allowance {
        (result.point, result.value, result.gradient) = (trial, values[0], gradients.row(0))
        return true
      }
      length *= 0.25
    }
    return false
  }
}
