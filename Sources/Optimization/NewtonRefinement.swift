public import NumericalCore

/// Newton steps with a differenced Hessian from a point that is nearly a minimum.
public struct NewtonRefinement: Sendable {
  /// Steps at most.
  public var maximumSteps: Int
  /// Length of the differencing step in units of the scale.
  public var differencingStep: Double

  /// The configuration. The default step suits functions computed in double precision.
  public init(maximumSteps: Int = 8, differencingStep: Double = 1e-4) {
    self.maximumSteps = maximumSteps
    self.differencingStep = differencingStep
  }

  /// A refined minimum with its second derivatives.
  public struct Result: Sendable {
    /// The minimum.
    public var point: [Double]
    /// The objective there.
    public var value: Double
    /// The gradient there.
    public var gradient: [Double]
    /// Indices of the coordinates that are neither pinned nor pressed against a bound.
    public var free: [Int]
    /// The Hessian over `free`; `nil` if it could not be computed or nothing is free.
    public var hessian: Matrix<Double>?
    /// ½ gᵀ H⁻¹ g over `free`; infinite without a positive-definite Hessian, 0 if nothing is free.
    public var edm: Double
    /// Evaluations spent.
    public var evaluations: Int
  }

  /// Refines `point` inside `box`; throws what the objective throws.
  public func refine(
    _ objective: Objective, from point: [Double], box: Box, scale: [Double]
  ) throws -> Result {
    let steps = scale.map { $0 * differencingStep }
    let start = try objective(Matrix(rows: 1, columns: point.count, elements: point))
    var result = Result(
      point: point, value: start.values[0], gradient: start.gradients.row(0), free: [],
      hessian: nil, edm: .infinity, evaluations: 1)
    // Once more than there are steps: the curvature belongs to the point that is returned.
    for done in 0...maximumSteps {
      try computeCurvature(objective, &result, box, steps)
      guard done < maximumSteps, result.edm > 1e-14, let hessian = result.hessian,
        let cholesky = Cholesky(hessian)
      else { break }
      let move = cholesky.solve(result.free.map { result.gradient[$0] })
      guard try step(objective, &result, move, box) else { break }
    }
    return result
  }

  private func computeCurvature(
    _ objective: Objective, _ result: inout Result, _ box: Box, _ steps: [Double]
  ) throws {
    let (point, gradient) = (result.point, result.gradient)
    result.free = point.indices.filter {
      !box.isActive($0, at: point[$0], gradient: gradient[$0])
    }
    guard !result.free.isEmpty else {
      (result.hessian, result.edm) = (nil, 0)
      return
    }
    result.hessian = try DifferencedHessian.evaluate(
      objective, at: point, free: result.free, box: box, steps: steps)
    result.evaluations += 2 * result.free.count
    guard let hessian = result.hessian, let cholesky = Cholesky(hessian) else {
      result.edm = .infinity
      return
    }
    let g = result.free.map { gradient[$0] }
    result.edm = 0.5 * zip(g, cholesky.solve(g)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Takes the Newton step, shortened until the value does not grow; whether it moved.
  private func step(
    _ objective: Objective, _ result: inout Result, _ move: [Double], _ box: Box
  ) throws -> Bool {
    var length = 1.0
    for _ in 0..<6 {
      var trial = result.point
      for (i, k) in result.free.enumerated() { trial[k] -= length * move[i] }
      trial = box.projected(trial)
      let (values, gradients) = try objective(
        Matrix(rows: 1, columns: trial.count, elements: trial))
      result.evaluations += 1
      if values[0].isFinite, values[0] <= result.value + 1e-13 * abs(result.value) {
        let moved = trial != result.point
        (result.point, result.value, result.gradient) = (trial, values[0], gradients.row(0))
        return moved
      }
      length *= 0.25
    }
    return false
  }
}
