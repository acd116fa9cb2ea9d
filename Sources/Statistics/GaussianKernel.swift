internal import Foundation

/// Convolution with a Gaussian, cut at four standard deviations.
package enum GaussianKernel {
  /// `values` smoothed by `width` bins; the kernel is normalised within the range.
  package static func smooth(_ values: [Double], width: Double) -> [Double] {
    let reach = Int((4 * width).rounded(.up))
    guard width > 0, reach > 0 else { return values }
    let kernel = (0...reach).map { exp(-0.5 * Double($0 * $0) / (width * width)) }
    return values.indices.map { i in
      var sum = 0.0
      var norm = 0.0
      for k in max(0, i - reach)...min(values.count - 1, i + reach) {
        let weight = kernel[abs(k - i)]
        sum += weight * values[k]
        norm += weight
      }
      return sum / norm
    }
  }
}
