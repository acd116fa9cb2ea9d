public import Likelihoods
internal import NumericalCore
internal import Optimization

extension ProfileScan {
  /// All ranges in which t is at or below `level`, with ends by root-finding on the profile itself,
  /// to 1e-6 in √t.
  ///
  /// - Parameters:
  ///   - level: of t; for one degree of freedom 1 encloses 68.27 %, 4 encloses 95.45 %.
  ///   - density: the density that was scanned.
  ///   - fitter: makes the conditional fits.
  /// - Returns: the ranges; `isValid` is false if a fit on the way had no valid certificate.
  /// - Throws: what the density throws.
  public func intervals(
    at level: Double, of density: some DifferentiableLogDensity,
    with fitter: MaximumLikelihood = .init()
  ) throws -> (intervals: [ProfileInterval], isValid: Bool) {
    let index = try density.parameters.index(of: parameter)
    let t = testStatistic
    let sides = values.indices.dropLast().filter { (t[$0] <= level) != (t[$0 + 1] <= level) }
    var held: [Int: Double] = [:]
    for k in best.heldIndices { held[k] = best.values[k] }
    let target = level.squareRoot()
    var roots = sides.map { i in
      BracketedRoot(
        (values[i], finite(t[i]) - target), (values[i + 1], finite(t[i + 1]) - target),
        tolerance: 1e-10 * (values[i + 1] - values[i]), valueTolerance: 1e-6 * target)
    }
    var isValid = true
    for _ in 0..<60 {
      let open = roots.indices.filter { !roots[$0].isFinished }
      if open.isEmpty { break }
      let found = try fitter.with(.given).fits(
        density, pinning: open.map { held.merging([index: roots[$0].next]) { $1 } },
        startingAt: open.map { [fits[sides[$0]].values, fits[sides[$0] + 1].values] })
      for (k, fit) in zip(open, found) {
        isValid = isValid && fit.certificate.isValid
        roots[k].receive(finite(2 * (best.logDensity - fit.logDensity)) - target)
      }
    }
    let ends = Dictionary(uniqueKeysWithValues: zip(sides, roots.map(\.next)))
    var result: [ProfileInterval] = []
    var lower: Double?
    var isInside = (t.first ?? .infinity) <= level
    for i in sides {
      if isInside {
        result.append(ProfileInterval(lower: lower, upper: ends[i]))
      } else {
        lower = ends[i]
      }
      isInside.toggle()
    }
    if isInside { result.append(ProfileInterval(lower: lower, upper: nil)) }
    return (result, isValid)
  }

  /// √t, and a large number where the density is -∞.
  private func finite(_ t: Double) -> Double { min(max(t, 0).squareRoot(), 1e150) }
}
