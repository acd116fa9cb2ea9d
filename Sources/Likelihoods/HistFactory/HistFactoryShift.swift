internal import CVectorKernels

/// The additive change of the cells of a group under one parameter: with the templates lo, nom
/// and hi it is α S + g(α) A, where S = (hi - lo) / 2, A = (hi + lo - 2 nom) / 16 and g depends on
/// the interpolation code alone.
struct HistFactoryShift: Sendable {
  /// Position among the parameters that shift templates.
  let shift: Int
  let odd: [Double]
  let even: [Double]

  init(shift: Int, nominal: [Double], low: [Double], high: [Double]) {
    self.shift = shift
    odd = zip(low, high).map { 0.5 * ($1 - $0) }
    even = nominal.indices.map { i in
      ((high[i] - nominal[i]) + (low[i] - nominal[i])) / 16
    }
  }

  /// Whether nothing is changed.
  var isZero: Bool { odd.allSatisfy { $0 == 0 } && even.allSatisfy { $0 == 0 } }
}

extension HistFactoryInterpolation.Histosys {
  /// The number by which the kernels know the code.
  var kernelCode: Int32 {
    switch self {
    case .code0: Int32(VK_TEMPLATE_CODE_0)
    case .code2: Int32(VK_TEMPLATE_CODE_2)
    case .code4p: Int32(VK_TEMPLATE_CODE_4P)
    }
  }

  /// The second derivative of g; the right-hand one where it jumps.
  func secondDerivative(at alpha: Double) -> Double {
    guard abs(alpha) <= 1 else { return 0 }
    let square = alpha * alpha
    switch self {
    case .code0: return 0
    case .code2: return 16
    case .code4p: return 30 + square * (90 * square - 120)
    }
  }
}
