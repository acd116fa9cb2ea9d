import Foundation
import Likelihoods
import Testing

@Suite("Poisson terms") struct PoissonTermTests {
  @Test("agree with 60 digits", arguments: SimplifiedReference.values.poisson.indices)
  func reference(_ index: Int) throws {
    let expected = SimplifiedReference.values.poisson[index]
    let term = PoissonTerm(observed: expected.n)
    if let rate = expected.rate {
      // λ itself carries a relative rounding of 1e-16: n (n/λ - 1) of it appears in the value.
      let unavoidable = abs(term.slope(rate)) * rate * 2.3e-16
      let difference = abs(term.logProbability(rate) - expected.value)
      #expect(difference <= 1e-13 * max(1, abs(expected.value)) + unavoidable)
    }
    if let excess = expected.excess {
      #expect(close(term.logProbability(relativeExcess: excess), expected.value, 1e-13))
    }
  }

  /// At n = 2·10¹¹ the naive formula cannot tell the expectations n and n + 1000 apart to better
  /// than 10⁻⁵; the difference is -10⁶/(2 n).
  @Test("large counts keep small differences") func smallDifferences() {
    let n = 2e11
    let term = PoissonTerm(observed: n)
    let difference = term.logProbability(n + 1000) - term.logProbability(n)
    #expect(close(difference, -1e6 / (2 * n) * (1 - 2 * 1000 / (3 * n)), 1e-9))
    let naive = { (rate: Double) in n * log(rate) - rate - lgamma(n + 1) }
    #expect(!close(naive(n + 1000) - naive(n), difference, 1e-3))
  }

  @Test("the two forms meet", arguments: [0.3, 0.95, 1.0, 1.2, 3])
  func continuity(_ ratio: Double) {
    let (below, above) = (PoissonTerm.stableFrom.nextDown, PoissonTerm.stableFrom)
    let (a, b) = (PoissonTerm(observed: below), PoissonTerm(observed: above))
    #expect(close(a.logProbability(1000 * ratio), b.logProbability(1000 * ratio), 3e-13, unit: 10))
  }

  @Test("outside the support", arguments: [0.0, 3, 5000])
  func support(_ n: Double) {
    let term = PoissonTerm(observed: n)
    for rate in [-1.0, -.infinity, .nan, .infinity] {
      #expect(term.logProbability(rate) == -.infinity)
    }
    #expect(term.logProbability(0) == (n == 0 ? 0 : -.infinity))
    #expect(term.logProbability(relativeExcess: -2) == (n == 0 ? 0 : -.infinity))
    #expect(term.logProbability(relativeExcess: .nan) == -.infinity)
  }

  @Test("slopes are derivatives", arguments: [0.0, 2.5, 999, 1e4])
  func slopes(_ n: Double) {
    let term = PoissonTerm(observed: n)
    for rate in [0.5 * max(n, 1), max(n, 1), 1.7 * max(n, 1)] {
      let step = 1e-5 * rate
      let slope =
        (term.logProbability(rate + step) - term.logProbability(rate - step)) / (2 * step)
      #expect(abs(slope - term.slope(rate)) < 1e-7)
    }
  }
}
