internal import CVectorKernels
internal import Foundation

/// The polynomial of one shape systematic at a pull `d`: the factor of a bin is
/// `down k⁻ + constant + up k⁺`. Quadratic for |d| ≤ 1, linear beyond, with a continuous
/// derivative.
private struct ShapeWeights {
  let down: Double, constant: Double, up: Double
  let downSlope: Double, constantSlope: Double, upSlope: Double

  init(pull d: Double) {
    if d > 1 {
      (down, constant, up) = (0.5 * (d - 1), 2 - 2 * d, 0.5 * (3 * d - 1))
      (downSlope, constantSlope, upSlope) = (0.5, -2, 1.5)
    } else if d < -1 {
      (down, constant, up) = (-0.5 * (3 * d + 1), 2 + 2 * d, -0.5 * (d + 1))
      (downSlope, constantSlope, upSlope) = (-1.5, 2, -0.5)
    } else {
      (down, constant, up) = (0.5 * d * (d - 1), (1 - d) * (1 + d), 0.5 * d * (d + 1))
      (downSlope, constantSlope, upSlope) = (d - 0.5, -2 * d, d + 0.5)
    }
  }
}

/// Scratch memory for one point of the toy search, and the computation itself (the formulas of
/// arXiv:1911.03305 section 3, with all bins of a point in consecutive memory).
///
/// With r the product of background and shape factors, S its sum over the category, e the
/// statistics factors and D the category factor, the expected count is
/// n = μ s + (N D / S) r e, and g = o/n - 1 is the derivative of the log-likelihood by n.
struct ToyLHCWorkspace: ~Copyable {
  private static let bins = ToyLHCSearch.binCount
  private static let size = ToyLHCSearch.binsPerCategory
  private let memory: UnsafeMutablePointer<Double>
  private let statistics, shape, counts, logCounts, weighted, pulls: UnsafeMutablePointer<Double>
  private let shapeSlopes: [UnsafeMutablePointer<Double>]
  // Per category: N D / S, and the sums over its bins of the derivatives of r.
  private var scale = (0.0, 0.0, 0.0)
  private var slopeSums = [Double](repeating: 0, count: 6)

  init() {
    let n = Self.bins
    let size = 7 * n + ToyLHCSearch.nuisanceCount
    memory = .allocate(capacity: size)
    memory.initialize(repeating: 0, count: size)
    statistics = memory
    shape = memory + n
    counts = memory + 2 * n
    logCounts = memory + 3 * n
    weighted = memory + 4 * n
    shapeSlopes = [memory + 5 * n, memory + 6 * n]
    pulls = memory + 7 * n
  }

  deinit { memory.deallocate() }

  func copyCounts() -> [Double] { Array(UnsafeBufferPointer(start: counts, count: Self.bins)) }

  func copyCounts(to place: UnsafeMutablePointer<Double>) {
    place.update(from: counts, count: Self.bins)
  }

  /// Fills `counts` with the expected counts at `x`; whether all of them are positive.
  mutating func expectedCounts(
    _ tables: borrowing ToyLHCTables, _ x: UnsafePointer<Double>
  ) -> Bool {
    let n = Self.bins
    for i in 0..<n { weighted[i] = x[1 + i] * tables.logSimulation[i] }
    vk_exp_f64(n, weighted, statistics)
    fillShapes(tables, isr: ShapeWeights(pull: x[91]), jes: ShapeWeights(pull: x[92]))
    let mu = x[0]
    var smallest = Double.infinity
    for c in 0..<ToyLHCSearch.categoryCount {
      let factor = categoryScale(tables, x, c)
      for i in c * Self.size..<(c + 1) * Self.size {
        let background = factor * shape[i] * statistics[i]
        weighted[i] = background
        let count = mu * tables.signal[i] + background
        counts[i] = count
        smallest = count < smallest ? count : smallest
      }
    }
    return smallest > 0
  }

  /// Background times shape factors, and the derivatives of that product by the two pulls.
  private func fillShapes(
    _ tables: borrowing ToyLHCTables, isr: ShapeWeights, jes: ShapeWeights
  ) {
    tables.background.withUnsafeBufferPointer { background in
      tables.shapeDown[0].withUnsafeBufferPointer { down0 in
        tables.shapeUp[0].withUnsafeBufferPointer { up0 in
          tables.shapeDown[1].withUnsafeBufferPointer { down1 in
            tables.shapeUp[1].withUnsafeBufferPointer { up1 in
              let (slope0, slope1) = (shapeSlopes[0], shapeSlopes[1])
              for i in 0..<Self.bins {
                let p0 = isr.down * down0[i] + isr.constant + isr.up * up0[i]
                let p1 = jes.down * down1[i] + jes.constant + jes.up * up1[i]
                let d0 = isr.downSlope * down0[i] + isr.constantSlope + isr.upSlope * up0[i]
                let d1 = jes.downSlope * down1[i] + jes.constantSlope + jes.upSlope * up1[i]
                let b = background[i]
                shape[i] = b * p0 * p1
                slope0[i] = b * d0 * p1
                slope1[i] = b * p0 * d1
              }
            }
          }
        }
      }
    }
  }

  /// N D / S of category `c`; keeps it and the sums of the shape derivatives over S.
  private mutating func categoryScale(
    _ tables: borrowing ToyLHCTables, _ x: UnsafePointer<Double>, _ c: Int
  ) -> Double {
    var sum = 0.0
    var slope0 = 0.0
    var slope1 = 0.0
    for i in c * Self.size..<(c + 1) * Self.size {
      sum += shape[i]
      slope0 += shapeSlopes[0][i]
      slope1 += shapeSlopes[1][i]
    }
    slopeSums[c] = slope0 / sum
    slopeSums[3 + c] = slope1 / sum
    var logFactor = 0.0
    for j in 0..<4 { logFactor += x[91 + j] * normalisationSlope(tables, x, j, c) }
    let result = tables.categoryYield[c] * exp(logFactor) / sum
    switch c {
    case 0: scale.0 = result
    case 1: scale.1 = result
    default: scale.2 = result
    }
    return result
  }

  /// d ln D / dδ of systematic `j` (ISR, JES, LV, CR) in category `c`.
  private func normalisationSlope(
    _ tables: borrowing ToyLHCTables, _ x: UnsafePointer<Double>, _ j: Int, _ c: Int
  ) -> Double {
    x[91 + j] < 0 ? tables.logNormalisationDown[3 * j + c] : tables.logNormalisationUp[3 * j + c]
  }

  /// The log-likelihood, with the log-prior if asked, and their gradient.
  mutating func logDensity(
    _ tables: borrowing ToyLHCTables, _ x: UnsafePointer<Double>,
    gradient: UnsafeMutablePointer<Double>?, includingPrior: Bool
  ) -> Double {
    let dimension = ToyLHCSearch.nuisanceCount + 1
    let insidePrior = -1 < x[0] && x[0] < 5
    guard !includingPrior || insidePrior, expectedCounts(tables, x) else {
      gradient?.update(repeating: 0, count: dimension)
      return -.infinity
    }
    let n = Self.bins
    vk_log_f64(n, counts, logCounts)
    var value = -tables.logFactorials
    tables.observed.withUnsafeBufferPointer { observed in
      guard let observed = observed.baseAddress else { return }
      var total = 0.0
      for i in 0..<n { total += counts[i] }
      value += vk_dot_f64(n, observed, logCounts) - total
    }
    if includingPrior {
      let nuisances = ToyLHCSearch.nuisanceCount
      tables.constraintCentres.withUnsafeBufferPointer { centres in
        for k in 0..<nuisances { pulls[k] = x[1 + k] - centres[k] }
      }
      let squares = vk_dot_f64(nuisances, pulls, pulls)
      value += -0.5 * (squares + Double(n + 4) * log(2 * Double.pi)) - log(5)
    }
    guard value.isFinite else {
      gradient?.update(repeating: 0, count: dimension)
      return -.infinity
    }
    if let gradient {
      fillGradient(tables, x, gradient)
      if includingPrior { for k in 1..<dimension { gradient[k] -= pulls[k - 1] } }
    }
    return value
  }

  private func fillGradient(
    _ tables: borrowing ToyLHCTables, _ x: UnsafePointer<Double>,
    _ gradient: UnsafeMutablePointer<Double>
  ) {
    let n = Self.bins
    let size = Self.size
    tables.observed.withUnsafeBufferPointer { observed in
      tables.signal.withUnsafeBufferPointer { signal in
        tables.logSimulation.withUnsafeBufferPointer { logSimulation in
          guard let s = signal.baseAddress else { return }
          let residual = logCounts  // the logarithms are no longer needed
          for i in 0..<n { residual[i] = observed[i] / counts[i] - 1 }
          gradient[0] = vk_dot_f64(n, residual, s)
          // g times the background; then g times the statistics factor.
          for i in 0..<n {
            let slope = residual[i] * weighted[i]
            gradient[1 + i] = slope * logSimulation[i]
            weighted[i] = slope
            residual[i] *= statistics[i]
          }
        }
      }
    }
    for j in 0..<4 { gradient[91 + j] = 0 }
    for c in 0..<ToyLHCSearch.categoryCount {
      let factor = c == 0 ? scale.0 : (c == 1 ? scale.1 : scale.2)
      var sum = 0.0
      for i in c * size..<(c + 1) * size { sum += weighted[i] }
      for j in 0..<2 {
        gradient[91 + j] +=
          factor * vk_dot_f64(size, logCounts + c * size, shapeSlopes[j] + c * size)
          - sum * slopeSums[3 * j + c]
      }
      for j in 0..<4 { gradient[91 + j] += sum * normalisationSlope(tables, x, j, c) }
    }
  }
}
