internal import Foundation
internal import NumericalCore

/// The numbers of the toy search in the form that the kernel reads: one flat buffer per table.
struct ToyLHCTables: Sendable {
  /// The counts of the bins.
  private(set) var observed = ToyLHCSearch.observedCounts
  /// The centres of the unit normal constraints of the nuisance parameters.
  private(set) var constraintCentres = [Double](repeating: 0, count: ToyLHCSearch.nuisanceCount)
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
  private(set) var logFactorials: Double

  init() {
    let size = ToyLHCSearch.binsPerCategory
    categoryYield = (0..<ToyLHCSearch.categoryCount).map { c in
      ToyLHCSearch.background[c * size..<(c + 1) * size].reduce(0, +)
    }
    logFactorials = Self.logFactorials(observed)
  }

  /// The same model with other counts and centres of the constraints.
  mutating func setData(counts: [Double], centres: [Double]) {
    observed = counts
    constraintCentres = centres
    logFactorials = Self.logFactorials(counts)
  }

  /// Σ ln Γ(n + 1). For integers ln n! as a sum is as exact as ln Γ.
  private static func logFactorials(_ counts: [Double]) -> Double {
    counts.reduce(0) { total, n in
      guard n == n.rounded(), n < 1000 else { return total + SpecialFunctions.logGamma(n + 1) }
      return total + stride(from: 2.0, through: max(n, 1), by: 1).reduce(0) { $0 + log($1) }
    }
  }
}
