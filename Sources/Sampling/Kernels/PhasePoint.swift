internal import NumericalCore

/// A point of phase space on a Hamiltonian trajectory, ready for a leapfrog step.
///
/// With the inverse mass Σ the velocity is v = Σ p and the acceleration Σ ∇ln p, so that a step
/// needs one product with Σ. Both p and v are kept: the turning criterion of a trajectory is made
/// of products p · v, which depend on no coordinates.
struct PhasePoint: Sendable {
  var position: [Double]
  var momentum: [Double]
  var velocity: [Double]
  var gradient: [Double]
  var acceleration: [Double]
  var logDensity = 0.0

  init(dimension: Int) {
    let zero = [Double](repeating: 0, count: dimension)
    (position, momentum, velocity, gradient, acceleration) = (zero, zero, zero, zero, zero)
  }

  /// The kinetic energy pᵀ Σ p / 2.
  var kineticEnergy: Double { 0.5 * VectorMath.dot(momentum, velocity) }

  /// Half a kick, and a drift: the step up to its evaluation of the density.
  mutating func beginStep(_ stepSize: Double) {
    VectorMath.add(0.5 * stepSize, gradient, to: &momentum)
    VectorMath.add(0.5 * stepSize, acceleration, to: &velocity)
    VectorMath.add(stepSize, velocity, to: &position)
  }

  /// The other half kick, with the gradient and acceleration of the new place.
  mutating func finishStep(_ stepSize: Double) {
    VectorMath.add(0.5 * stepSize, gradient, to: &momentum)
    VectorMath.add(0.5 * stepSize, acceleration, to: &velocity)
  }
}

/// Arithmetic of vectors that a trajectory is made of.
enum VectorMath {
  /// `y += a x`.
  static func add(_ a: Double, _ x: [Double], to y: inout [Double]) {
    let count = y.count
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        for k in 0..<count { y[k] += a * x[k] }
      }
    }
  }

  /// Writes `count` numbers over those of `y`.
  static func copy(_ x: UnsafePointer<Double>, to y: inout [Double]) {
    y.withUnsafeMutableBufferPointer { y in y.baseAddress?.update(from: x, count: y.count) }
  }

  static func copy(_ x: [Double], to y: inout [Double]) {
    x.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return }
      copy(x, to: &y)
    }
  }

  /// The scalar product.
  static func dot(_ x: [Double], _ y: [Double]) -> Double {
    x.withUnsafeBufferPointer { a in
      y.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
        return Double.dot(x.count, a, b)
      }
    }
  }
}
