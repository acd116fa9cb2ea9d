internal import Foundation

extension SpecialFunctions {
  /// The Kolmogorov survival function Q_KS(λ) = 2 Σ (-1)^(j-1) exp(-2 j² λ²), j = 1, 2, ...: the
  /// asymptotic p value of a Kolmogorov-Smirnov distance λ = D √n.
  ///
  /// Below λ = 1.18 the transformed series 1 - (√(2π)/λ) Σ exp(-(2j-1)² π² / (8 λ²)) is summed,
  /// which converges where the first does not (Marsaglia, Tsang, Wang, J. Stat. Soft. 8 (2003) 18).
  public static func kolmogorovSurvival(_ lambda: Double) -> Double {
    guard lambda > 0 else { return lambda.isNaN ? lambda : 1 }
    if lambda < 1.18 {
      let y = exp(-Double.pi * Double.pi / (8 * lambda * lambda))
      let y8 = pow(y, 8)
      let sum = y * (1 + y8 * (1 + pow(y8, 2) * (1 + pow(y8, 3))))
      return 1 - (2 * Double.pi).squareRoot() / lambda * sum
    }
    var sum = 0.0
    for j in 1...6 {
      let term = exp(-2 * Double(j * j) * lambda * lambda)
      sum += j % 2 == 1 ? term : -term
      if term < 1e-18 * sum { break }
    }
    return min(1, 2 * sum)
  }
}
