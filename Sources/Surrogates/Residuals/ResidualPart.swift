public import NumericalCore

/// A part of a surrogate's fixed form for networks of several outputs: residuals that are linear in
/// the whitened parameters, to which the network adds what they lack.
///
/// With ρ = offset + slopes · z and the outputs (h, g) of the network, its contribution in units of
/// s = ``Preconditioner/targetScale`` is
///
///     e = h − Σ g (ρ + ½ s g),
///
/// so that −½|ρ|², which the quadratic part contains, becomes −½|ρ + s g|². A density that is a sum
/// of squares of curved residuals (Poisson counts whose expectations are products of many factors)
/// is learned as these residuals, which are far simpler functions than their squares.
public struct ResidualPart: Sendable, Equatable {
  /// Residuals x whitened parameters.
  public var slopes: Matrix<Double>
  /// The residuals at the centre.
  public var offset: [Double]

  /// Residuals from their parts.
  ///
  /// - Precondition: one row of slopes a residual.
  public init(slopes: Matrix<Double>, offset: [Double]) {
    precondition(slopes.rows == offset.count, "one row of slopes a residual")
    self.slopes = slopes
    self.offset = offset
  }

  /// Number of residuals.
  public var count: Int { offset.count }

  /// ρ for whitened points: points x residuals.
  public func linear(_ whitened: Matrix<Double>) -> Matrix<Double> {
    var result = whitened.times(slopes, transposeOther: true)
    let count = count
    result.elements.withUnsafeMutableBufferPointer { to in
      offset.withUnsafeBufferPointer { offset in
        for i in 0..<whitened.rows { for k in 0..<count { to[i * count + k] += offset[k] } }
      }
    }
    return result
  }

  /// e for the outputs of a network, and its derivatives by them.
  ///
  /// - Parameters:
  ///   - outputs: points x (1 + residuals).
  ///   - whitened: the points.
  ///   - scale: s.
  /// - Returns: one value a point, and the derivatives in the form of `outputs`.
  func combine(
    _ outputs: Matrix<Double>, _ whitened: Matrix<Double>, scale: Double
  ) -> (values: [Double], adjoints: Matrix<Double>) {
    let linear = linear(whitened)
    let count = count
    var adjoints = Matrix<Double>(rows: outputs.rows, columns: count + 1, repeating: 1)
    let values = adjoints.elements.withUnsafeMutableBufferPointer { slopes in
      outputs.elements.withUnsafeBufferPointer { outputs in
        linear.elements.withUnsafeBufferPointer { linear in
          (0..<whitened.rows).map { i in
            let start = i * (count + 1)
            var value = outputs[start]
            for k in 0..<count {
              let (g, line) = (outputs[start + 1 + k], linear[i * count + k])
              value -= g * (line + 0.5 * scale * g)
              slopes[start + 1 + k] = -(line + scale * g)
            }
            return value
          }
        }
      }
    }
    return (values, adjoints)
  }

  /// Adds the derivatives of e by z at fixed outputs, −Σ g slopes, to gradients by the inputs.
  func addDirectSlopes(_ outputs: Matrix<Double>, to gradients: inout Matrix<Double>) {
    let (d, count) = (slopes.columns, count)
    let width = gradients.columns
    var shifts = Matrix<Double>(rows: outputs.rows, columns: count, repeating: 0)
    for i in 0..<outputs.rows { for k in 0..<count { shifts[i, k] = outputs[i, 1 + k] } }
    let direct = shifts.times(slopes)
    gradients.elements.withUnsafeMutableBufferPointer { to in
      direct.elements.withUnsafeBufferPointer { from in
        for i in 0..<outputs.rows { for k in 0..<d { to[i * width + k] -= from[i * d + k] } }
      }
    }
  }
}
