internal import Foundation

/// The numbers of the toy search in the form that the kernel reads: one flat buffer per table.
struct ToyLHCTables: Sendable {
  let observed = ToyLHCSearch.observedCounts
  let signal = ToyLHCSearch.signal
  let background = ToyLHCSearch.background
  /// ln(1 + ε) of the simulation uncertainty, so that (1 + ε)^δ = exp(δ ln(1 + ε)).
  let logSimulation = ToyLHCSearch.simulationUncertainty.map { log(1 + $0) }
  let shapeUp = [ToyLHCSearch.shapeISRUp, ToyLHCSearch.shapeJESUp]
  let shapeDown = [ToyLHCSearch.shapeISRDown, ToyLHCSearch.shapeJESDown]
  /// ln(1 + K⁺) and -ln(1 + K⁻), rows ISR, JES, LV, CR, one column per category: the slopes of
  /// the logarithm of the category factor on either side of zero.
  let logNormalisationUp = ToyLHCSearch.normalisationUp.flatMap { $0.map { log(1 + $0) } }
  let logNormalisationDown = ToyLHCSearch.normalisationDown.flatMap { $0.map { -log(1 + $0) } }
  /// The background of each category.
  let categoryYield: [Double]
  /// Σ ln Γ(observed + 1).
  let logFactorials: Double

  init() {
    let size = ToyLHCSearch.binsPerCategory
    categoryYield = (0..<ToyLHCSearch.categoryCount).map { c in
      ToyLHCSearch.background[c * size..<(c + 1) * size].reduce(0, +)
    }
    // Counts are integers: ln n! as a sum is as exact as ln Γ.
    logFactorials = ToyLHCSearch.observedCounts.reduce(0) { total, n in
      total + stride(from: 2.0, through: max(n, 1), by: 1).reduce(0) { $0 + log($1) }
    }
  }
}
