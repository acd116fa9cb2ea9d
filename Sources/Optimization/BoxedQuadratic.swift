internal import NumericalCore

/// The minimum of a convex quadratic model g·d + ½ dᵀ H d in a box around zero, by an active-set
/// iteration: unconstrained solution, clamping of what leaves the box, release of what the model
/// pulls back in.
struct BoxedQuadratic {
  let hessian: Matrix<Double>
  /// The factorisation of the whole Hessian.
  let factor: Cholesky
  let gradient: [Double]
  let lower: [Double]
  let upper: [Double]

  /// The step; `nil` if a part of the Hessian is not positive definite to rounding.
  func step() -> [Double]? {
    let n = gradient.count
    var clamped = [Bool](repeating: false, count: n)
    var step = [Double](repeating: 0, count: n)
    var factor: Cholesky? = self.factor
    for round in 0..<30 {
      let open = (0..<n).filter { !clamped[$0] }
      if round > 0 { factor = Cholesky(submatrix(open)) }
      guard let factor else { return nil }
      let right = open.map { i -> Double in
        var sum = gradient[i]
        for j in 0..<n where clamped[j] { sum += hessian[i, j] * step[j] }
        return -sum
      }
      for (i, value) in zip(open, factor.solve(right)) { step[i] = value }
      var outside = false
      for i in open where step[i] < lower[i] || step[i] > upper[i] {
        step[i] = min(max(step[i], lower[i]), upper[i])
        clamped[i] = true
        outside = true
      }
      if outside { continue }
      // Late releases could cycle; a step that keeps a few bounds too many is still a descent.
      guard round < 15, release(&clamped, step) else { return step }
    }
    return step
  }

  private func release(_ clamped: inout [Bool], _ step: [Double]) -> Bool {
    var released = false
    for i in clamped.indices where clamped[i] {
      var slope = gradient[i]
      for j in step.indices { slope += hessian[i, j] * step[j] }
      if step[i] <= lower[i] ? slope < 0 : slope > 0 {
        clamped[i] = false
        released = true
      }
    }
    return released
  }

  private func submatrix(_ open: [Int]) -> Matrix<Double> {
    var result = Matrix<Double>(rows: open.count, columns: open.count, repeating: 0)
    for (i, a) in open.enumerated() {
      for (j, b) in open.enumerated() { result[i, j] = hessian[a, b] }
    }
    return result
  }
}
