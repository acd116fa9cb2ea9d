internal import CVectorKernels
internal import Foundation
internal import NumericalCore

/// The numbers of a simplified likelihood in the form that the evaluation reads, and the
/// evaluation of one point.
struct SimplifiedLikelihoodTables: Sendable {
  private(set) var poisson: [PoissonTerm]
  /// The centres of the normal factor: 0, unless auxiliary measurements are repeated.
  private(set) var centres: [Double]
  /// Empty without a signal.
  let signal: [Double]
  let constant, linear, quadratic: [Double]
  /// Column of every bin's θ in a point; -1 for a bin without.
  let column: [Int]
  /// Number of parameters before the first θ.
  let offset: Int
  let nuisances: Int
  /// L⁻¹ of ρ = L Lᵀ over the bins that vary, row after row.
  let inverseLower: [Double]
  /// -½ ln det 2πρ - ln(range of the signal strength).
  let priorConstant: Double
  /// The correlation of the nuisance parameters.
  let correlation: Matrix<Double>
  /// L, for draws.
  let lower: Matrix<Double>

  init(
    _ input: SimplifiedLikelihoodInput, _ coefficients: QuadraticCoefficients, nuisanceBins: [Int]
  ) throws(SimplifiedLikelihoodError) {
    poisson = input.observed.map { PoissonTerm(observed: $0) }
    signal = input.signal ?? []
    (constant, linear) = (coefficients.constant, coefficients.linear)
    quadratic = coefficients.quadratic
    offset = input.signal == nil ? 0 : 1
    nuisances = nuisanceBins.count
    centres = [Double](repeating: 0, count: nuisanceBins.count)
    var column = [Int](repeating: -1, count: input.observed.count)
    for (k, bin) in nuisanceBins.enumerated() { column[bin] = offset + k }
    self.column = column
    var width = 0.0
    if input.signal != nil {
      let range = input.parameterOfInterest
      width = range.upper - range.lower
    }
    let range = width > 0 && width.isFinite ? log(width) : 0
    guard !nuisanceBins.isEmpty else {
      (inverseLower, priorConstant) = ([], -range)
      correlation = Matrix(rows: 0, columns: 0, elements: [])
      lower = Matrix(rows: 0, columns: 0, elements: [])
      return
    }
    var rho = Matrix<Double>.identity(nuisanceBins.count)
    for (a, i) in nuisanceBins.enumerated() {
      for (b, j) in nuisanceBins.enumerated() { rho[a, b] = coefficients.correlation[i, j] }
    }
    guard let cholesky = Cholesky(rho) else { throw .notACovariance(smallestEigenvalue: 0) }
    correlation = rho
    inverseLower = cholesky.inverseLower.elements
    lower = cholesky.lower
    priorConstant =
      -0.5 * (cholesky.logDeterminant + Double(nuisanceBins.count) * log(2 * Double.pi)) - range
  }

  /// Replaces the counts, and the centres of the normal factor.
  mutating func setData(counts: [Double], centres: [Double]) {
    poisson = counts.map { PoissonTerm(observed: $0) }
    self.centres = centres
  }

  /// A draw of N(0, ρ).
  func drawNormals(_ random: inout RandomSequence) -> [Double] {
    let normals = (0..<nuisances).map { _ in random.normal() }
    return (0..<nuisances).map { k in
      (0...k).reduce(0) { $0 + lower[k, $1] * normals[$1] }
    }
  }

  /// The expected count of a bin at a point.
  func expected(_ bin: Int, _ x: UnsafePointer<Double>) -> Double {
    let background: Double
    if column[bin] < 0 {
      background = constant[bin]
    } else {
      let theta = x[column[bin]]
      background = constant[bin] + theta * (linear[bin] + theta * quadratic[bin])
    }
    return signal.isEmpty ? background : background + x[0] * signal[bin]
  }

  /// Σ ln Pois, and its gradient added to `gradient`; -∞ leaves the gradient unfinished.
  func logLikelihood(
    _ x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    var sum = 0.0
    var lost = 0.0  // compensation of Neumaier's sum: bins may differ by many orders
    for bin in poisson.indices {
      let rate = expected(bin, x)
      let term = poisson[bin].logProbability(rate)
      guard term > -.infinity else { return -.infinity }
      let next = sum + term
      lost += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
      sum = next
      guard let gradient else { continue }
      let slope = poisson[bin].slope(rate)
      if !signal.isEmpty { gradient[0] += slope * signal[bin] }
      if column[bin] >= 0 {
        let k = column[bin]
        gradient[k] += slope * (linear[bin] + 2 * quadratic[bin] * x[k])
      }
    }
    return sum + lost
  }

  /// The log-prior, and its gradient added to `gradient`.
  ///
  /// - Parameter scratch: room for two values a nuisance parameter.
  func logPrior(
    _ x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>?,
    scratch y: UnsafeMutablePointer<Double>
  ) -> Double {
    let (n, theta) = (nuisances, x + offset)
    guard n > 0 else { return priorConstant }
    return inverseLower.withUnsafeBufferPointer { rows in
      guard let rows = rows.baseAddress else { return priorConstant }
      let pulls = y + n
      for i in 0..<n { pulls[i] = theta[i] - centres[i] }
      for i in 0..<n { y[i] = vk_dot_f64(i + 1, rows + i * n, pulls) }
      if let gradient {
        let slopes = gradient + offset
        for i in 0..<n {
          let row = rows + i * n
          let value = y[i]
          for j in 0...i { slopes[j] -= row[j] * value }
        }
      }
      return priorConstant - 0.5 * vk_dot_f64(n, y, y)
    }
  }
}
