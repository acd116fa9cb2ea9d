import Foundation
import NumericalCore
import Testing

@testable import Inference

/// Statistics and their large-sample distributions against direct integration over the estimate.
@Suite("Asymptotic distributions") struct AsymptoticDistributionTests {
  @Test func statisticsAtTheirBoundaries() {
    func value(_ statistic: TestStatistic, _ mu: Double, _ best: Double) -> Double {
      statistic.value(at: mu, best: best, free: -1, tested: -3, zero: -1.5)
    }
    #expect(TestStatistic.allCases.map { value($0, 1, 0.5) } == [4, 4, 4, 4])
    // The estimate is above the tested value: nothing speaks against larger values.
    #expect(TestStatistic.allCases.map { value($0, 1, 1.5) } == [4, 0, 0, 4])
    // Below zero: the bounded statistic starts from zero, the one for discovery vanishes.
    #expect(TestStatistic.allCases.map { value($0, 1, -0.5) } == [4, 4, 3, 0])
    // Rounding does not make a statistic negative.
    #expect(TestStatistic.t.value(at: 1, best: 1, free: -3, tested: -3 + 1e-12, zero: -4) == 0)
  }

  /// The statistic of an estimate with standard deviation 1 (arXiv:1007.1727 eqs. 18, 45, 60).
  private func wald(
    _ statistic: TestStatistic, _ mu: Double, _ best: Double, bounded: Bool
  ) -> Double {
    switch statistic {
    case .t where bounded && best < 0: return mu * mu - 2 * mu * best
    case .t: return (mu - best) * (mu - best)
    case .q: return best > mu ? 0 : (mu - best) * (mu - best)
    case .qtilde:
      return best > mu ? 0 : best < 0 ? mu * mu - 2 * mu * best : (mu - best) * (mu - best)
    case .q0: return best < 0 ? 0 : best * best
    }
  }

  @Test(arguments: TestStatistic.allCases, [0.7, 2.5])
  func pValues(statistic: TestStatistic, asimovRoot: Double) {
    for bounded in [true, false] {
      let distribution = AsymptoticDistribution(
        statistic, asimov: asimovRoot * asimovRoot, isBounded: bounded)
      // Discovery tests 0, and the alternative is 1, which lies √q_A standard deviations away.
      let (tested, other) = statistic == .q0 ? (0, asimovRoot) : (asimovRoot, 0.0)
      for best in [-1.3, 0.2, 0.4, 1.1] {
        let q = wald(statistic, tested, best, bounded: bounded)
        guard q > 0 else { continue }
        for (centre, found) in [
          (tested, distribution.testedPValue(q)), (other, distribution.alternativePValue(q)),
        ] {
          var probability = 0.0
          let step = 1e-4
          for k in -90_000...90_000
          where wald(
            statistic, tested, centre + Double(k) * step, bounded: bounded) >= q
          {
            probability += step * SpecialFunctions.normalDensity(Double(k) * step)
          }
          #expect(
            abs(found - probability) < 1e-4, "\(statistic) bounded \(bounded) \(best) \(centre)")
        }
      }
    }
  }

  /// Expected values are those of data at the quantiles of the alternative.
  @Test(arguments: TestStatistic.allCases) func expected(statistic: TestStatistic) {
    let root = 1.4
    let distribution = AsymptoticDistribution(statistic, asimov: root * root)
    for (n, expected) in zip(AsymptoticDistribution.bands, distribution.expectedPValues) {
      let (tested, best) = statistic == .q0 ? (0, root + n) : (root, -n)
      let q = wald(statistic, tested, best, bounded: true)
      // Where the statistic is cut off at zero the formula goes on beyond one half.
      guard q > 0 else { continue }
      #expect(abs(distribution.testedPValue(q) - expected) < 1e-12, "\(statistic) \(n)")
      if statistic.isUpper && !(statistic == .q && n > 0) {
        let index = AsymptoticDistribution.bands.firstIndex(of: n) ?? 0
        #expect(
          abs(distribution.confidenceRatio(q) - distribution.expectedConfidenceRatios[index])
            < 1e-12)
      }
    }
  }

  /// ln Φ(-40) and Φ(-45)/Φ(-40) by mpmath: exp(-213.6...) is far below what Φ itself can hold.
  @Test func farTail() {
    #expect(abs(AsymptoticDistribution.logTail(40) - -804.6084420137538) < 1e-9)
    #expect(abs(AsymptoticDistribution.logTail(30) - -454.3212439563432) < 1e-9)
    let far = AsymptoticDistribution(.qtilde, asimov: 5841.6)
    #expect(far.expectedConfidenceRatios.allSatisfy { $0 >= 0 && $0 < 1e-300 })
    #expect(far.confidenceRatio(1e6).isFinite && far.confidenceRatio(0) == 0.5)
  }
}
