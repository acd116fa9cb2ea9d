import Foundation
import Likelihoods
import NumericalCore

/// A density with known moments and independent exact draws.
protocol ExactTarget: DifferentiableLogDensity where Failure == Never {
  var exactMeans: [Double] { get }
  /// E[x²] of every coordinate.
  var exactSquares: [Double] { get }
  var exactMeanLogDensity: Double { get }
  func exactDraws(_ count: Int, seed: UInt64) -> Matrix<Double>
  /// Value and gradient at one point.
  func valueAndGradient(_ x: ArraySlice<Double>, _ gradient: inout [Double]) -> Double
}

extension ExactTarget {
  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    var gradients = points
    evaluate(points, values: &values, gradients: &gradients)
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    let d = points.columns
    var gradient = [Double](repeating: 0, count: d)
    for i in 0..<points.rows {
      let row = i * d..<(i + 1) * d
      values[i] = valueAndGradient(points.elements[row], &gradient)
      gradients.elements.replaceSubrange(row, with: gradient)
    }
  }
}

func testSpace(_ d: Int, lower: Double = -.infinity, scale: Double = 1) -> ParameterSpace {
  do {
    return try ParameterSpace(
      (0..<d).map {
        Parameter(name: "x\($0)", initial: lower == 0 ? 0.5 : 0, lower: lower, scale: scale)
      })
  } catch {
    preconditionFailure("\(error)")
  }
}

/// x_j = s_j y_j with y an AR(1) sequence of coefficient ρ; ln p = -½ xᵀ Σ⁻¹ x.
struct AutoregressiveGaussian: ExactTarget {
  let parameters: ParameterSpace
  let correlation: Double
  let widths: [Double]

  init(_ d: Int, correlation: Double, widths: [Double]? = nil, startScale: Double = 1) {
    parameters = testSpace(d, scale: startScale)
    self.correlation = correlation
    self.widths = widths ?? Array(repeating: 1, count: d)
  }

  var exactMeans: [Double] { Array(repeating: 0, count: parameters.count) }
  var exactSquares: [Double] { widths.map { $0 * $0 } }
  var exactMeanLogDensity: Double { -0.5 * Double(parameters.count) }

  func exactDraws(_ count: Int, seed: UInt64) -> Matrix<Double> {
    let stream = RandomStream(seed: seed, purpose: "exact draws")
    let innovation = (1 - correlation * correlation).squareRoot()
    return Matrix(
      rows: (0..<count).map { i in
        var random = stream.sequence(walker: i)
        var y = random.normal()
        return widths.indices.map { j in
          if j > 0 { y = correlation * y + innovation * random.normal() }
          return widths[j] * y
        }
      }, columns: parameters.count)
  }

  func valueAndGradient(_ x: ArraySlice<Double>, _ gradient: inout [Double]) -> Double {
    let rest = 1 - correlation * correlation
    let start = x.startIndex
    var previous = x[start] / widths[0]
    var value = -0.5 * previous * previous
    gradient[0] = -previous / widths[0]
    for j in 1..<x.count {
      let y = x[start + j] / widths[j]
      let innovation = y - correlation * previous
      value -= 0.5 * innovation * innovation / rest
      gradient[j] = -innovation / rest / widths[j]
      gradient[j - 1] += correlation * innovation / rest / widths[j - 1]
      previous = y
    }
    return value
  }
}

/// Independent half-normals: -∞ unless every coordinate is positive.
struct HalfNormals: ExactTarget {
  let parameters: ParameterSpace

  init(_ d: Int) { parameters = testSpace(d, lower: 0) }

  var exactMeans: [Double] {
    Array(repeating: (2 / Double.pi).squareRoot(), count: parameters.count)
  }
  var exactSquares: [Double] { Array(repeating: 1, count: parameters.count) }
  var exactMeanLogDensity: Double { -0.5 * Double(parameters.count) }

  func exactDraws(_ count: Int, seed: UInt64) -> Matrix<Double> {
    var random = RandomStream(seed: seed, purpose: "exact draws").sequence()
    let d = parameters.count
    return Matrix(
      rows: count, columns: d, elements: (0..<count * d).map { _ in abs(random.normal()) })
  }

  func valueAndGradient(_ x: ArraySlice<Double>, _ gradient: inout [Double]) -> Double {
    guard x.allSatisfy({ $0 > 0 }) else {
      gradient = Array(repeating: 0, count: x.count)
      return -.infinity
    }
    for (j, value) in x.enumerated() { gradient[j] = -value }
    return -0.5 * x.reduce(0) { $0 + $1 * $1 }
  }
}

/// The banana of Haario et al. (Comput. Stat. 14 (1999) 375): x0 ~ N(0, 10),
/// x1 ~ N(0.03 (x0² - 100), 1), the others standard normal.
struct Banana: ExactTarget {
  let parameters: ParameterSpace

  init(_ d: Int) { parameters = testSpace(d, scale: 5) }

  var exactMeans: [Double] { Array(repeating: 0, count: parameters.count) }
  var exactSquares: [Double] {
    [100, 19] + Array(repeating: 1, count: parameters.count - 2)
  }
  var exactMeanLogDensity: Double { -0.5 * Double(parameters.count) }

  func exactDraws(_ count: Int, seed: UInt64) -> Matrix<Double> {
    var random = RandomStream(seed: seed, purpose: "exact draws").sequence()
    return Matrix(
      rows: (0..<count).map { _ in
        var x = (0..<parameters.count).map { _ in random.normal() }
        x[0] *= 10
        x[1] += 0.03 * (x[0] * x[0] - 100)
        return x
      }, columns: parameters.count)
  }

  func valueAndGradient(_ x: ArraySlice<Double>, _ gradient: inout [Double]) -> Double {
    let x = Array(x)
    let bend = x[1] - 0.03 * (x[0] * x[0] - 100)
    gradient = x.map { -$0 }
    gradient[0] = -x[0] / 100 + 0.06 * x[0] * bend
    gradient[1] = -bend
    return -0.5 * (x[0] * x[0] / 100 + bend * bend + x[2...].reduce(0) { $0 + $1 * $1 })
  }
}

/// A density changed by a closure: the controls of the statistical tests.
struct Altered<Base: ExactTarget>: DifferentiableLogDensity {
  let base: Base
  var parameters: ParameterSpace { base.parameters }
  let change: @Sendable (_ value: inout Double, _ gradient: inout [Double]) -> Void

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    var gradients = points
    evaluate(points, values: &values, gradients: &gradients)
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    base.evaluate(points, values: &values, gradients: &gradients)
    for i in values.indices {
      var row = gradients.row(i)
      change(&values[i], &row)
      gradients.setRow(i, to: row)
    }
  }
}
