internal import Foundation

/// A factor common to the bins of a sample, as a function of one parameter: a polynomial of
/// degree 6 for |α| ≤ limit, outside exp(α L) with L = ln u for α ≥ 0 and -ln d for α < 0.
struct HistFactoryFunction: Hashable, Sendable {
  let parameter: Int
  /// Seven coefficients, from the constant on.
  let coefficients: [Double]
  let limit: Double
  /// ln u, the slope of the logarithm above the limit.
  let logUp: Double
  /// -ln d, the slope of the logarithm below minus the limit.
  let logDown: Double

  /// The parameter itself.
  init(identity parameter: Int) {
    self.parameter = parameter
    coefficients = [0, 1, 0, 0, 0, 0, 0]
    limit = .infinity
    (logUp, logDown) = (0, 0)
  }

  /// The constant 1, which fills tables.
  private init() {
    parameter = 0
    coefficients = [1, 0, 0, 0, 0, 0, 0]
    limit = .infinity
    (logUp, logDown) = (0, 0)
  }

  static let one = HistFactoryFunction()

  /// The interpolation between `low` at -1, 1 at 0 and `high` at +1; both positive.
  init(
    parameter: Int, low: Double, high: Double, code: HistFactoryInterpolation.Normsys
  ) {
    self.parameter = parameter
    let (logHigh, logLow) = (log(high), log(low))
    (logUp, logDown) = (logHigh, -logLow)
    switch code {
    case .code1:
      coefficients = Array(repeating: 0, count: 7)
      limit = -1
    case .code4:
      limit = 1
      coefficients = Self.code4(low: low, high: high, logLow: logLow, logHigh: logHigh)
    }
  }

  /// The polynomial that has value, first and second derivative of the exponentials at ±1.
  private static func code4(
    low: Double, high: Double, logLow: Double, logHigh: Double
  ) -> [Double] {
    let (b1, b2) = (high - 1, low - 1)
    let (b3, b4) = (high * logHigh, -low * logLow)
    let (b5, b6) = (b3 * logHigh, low * logLow * logLow)
    return [
      1,
      (15 * (b1 - b2) - 7 * (b3 + b4) + (b5 - b6)) / 16,
      (24 * (b1 + b2) - 9 * (b3 - b4) + (b5 + b6)) / 16,
      (-5 * (b1 - b2) + 5 * (b3 + b4) - (b5 - b6)) / 8,
      (-12 * (b1 + b2) + 7 * (b3 - b4) - (b5 + b6)) / 8,
      (3 * (b1 - b2) - 3 * (b3 + b4) + (b5 - b6)) / 16,
      (8 * (b1 + b2) - 5 * (b3 - b4) + (b5 + b6)) / 16,
    ]
  }

  /// The second derivative; the right-hand one where it jumps.
  func secondDerivative(at alpha: Double) -> Double {
    guard abs(alpha) <= limit else {
      let slope = alpha >= 0 ? logUp : logDown
      return slope * slope * exp(alpha * slope)
    }
    var result = 0.0
    for degree in stride(from: 6, through: 2, by: -1) {
      result = result * alpha + Double(degree * (degree - 1)) * coefficients[degree]
    }
    return result
  }
}
