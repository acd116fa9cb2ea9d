internal import Likelihoods
internal import NumericalCore

/// Conditional fits at the points of a grid, repaired from neighbour to neighbour.
struct ProfileGrid<Density: DifferentiableLogDensity> {
  let fitter: MaximumLikelihood
  let density: Density
  /// The global fit.
  let best: FitResult
  /// The condition at every point.
  let pins: [[Int: Double]]
  /// The points next to every point.
  let neighbours: [[Int]]

  /// A gain in log density beyond what separates two searches of the same maximum.
  static var betterMode: Double { 1e-6 }

  /// The conditional fits: first from where the global fit expects them, from it and from the
  /// initial values; then each from its neighbours, whichever is higher, until no neighbour is
  /// better.
  func fits() throws -> [FitResult] {
    var held: [Int: Double] = [:]
    for k in best.heldIndices { held[k] = best.values[k] }
    let pins = pins.map { held.merging($0) { $1 } }
    var fits = try fitter.with(fitter.effort == .given ? .given : .warm).fits(
      density, pinning: pins,
      startingAt: pins.map {
        [best.conditionalStart($0), best.values, density.parameters.initialValues]
      }, undefinedIsResult: true)
    // Where a neighbour has found a better mode, it spreads until nothing changes any more.
    var changed = Set(fits.indices)
    for _ in fits.indices where !changed.isEmpty {
      let starts = fits.indices.map { i in
        neighbours[i].filter {
          changed.contains($0) && fits[$0].logDensity > -.infinity
            && isWorthTrying(fits[$0], at: i, pins, fits)
        }
        .map { fits[$0].values }
      }
      let targets = fits.indices.filter { !starts[$0].isEmpty }
      if targets.isEmpty { break }
      let again = try fitter.with(.given).fits(
        density, pinning: targets.map { pins[$0] }, startingAt: targets.map { starts[$0] },
        undefinedIsResult: true)
      changed = []
      for (i, fit) in zip(targets, again) where fit.logDensity > fits[i].logDensity {
        // Rounding is no reason to go on.
        if fit.logDensity > fits[i].logDensity + Self.betterMode { changed.insert(i) }
        fits[i] = fit
      }
    }
    return fits
  }

  /// Whether a neighbour may lie in another mode: where the other parameters are far from those of
  /// the fit at `i`, compared with the widths.
  private func isWorthTrying(
    _ neighbour: FitResult, at i: Int, _ pins: [[Int: Double]], _ fits: [FitResult]
  ) -> Bool {
    fits[i].values.indices.contains { k in
      pins[i][k] == nil
        && abs(neighbour.values[k] - fits[i].values[k]) > 0.1 * fits[i].widths[k]
    }
  }
}
