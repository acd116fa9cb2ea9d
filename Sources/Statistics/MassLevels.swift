/// Density levels whose regions enclose given fractions of the mass.
public enum MassLevels {
  /// 1, 2 and 3 standard deviations of a normal distribution in one dimension.
  ///
  /// In the plane they are taken as fractions of the mass too, as in arXiv:1911.03305; a region of
  /// 68.27 % is larger than the ellipse of one standard deviation, which holds 39.3 %.
  public static let sigma123 = [0.6827, 0.9545, 0.9973]

  /// The levels for `fractions`: bins are taken in order of falling `density` and their `mass` is
  /// summed; the level is where the sum reaches the fraction, interpolated between the two bins.
  ///
  /// The mass is that of the sample itself while the order is that of the smoothed density: in
  /// this way smoothing, which widens a density, does not widen the regions.
  ///
  /// - Parameters:
  ///   - density: ordering function on the bins, e.g. the smoothed histogram.
  ///   - mass: the sum of weights in each bin.
  ///   - total: the whole mass, including what lies outside the grid.
  ///   - fractions: fractions of `total` in (0, 1).
  /// - Returns: for each fraction its level, or nil where the bins together do not reach it or
  ///   where it is reached only in empty space.
  public static func levels(
    density: [Double], mass: [Double], total: Double, fractions: [Double]
  ) -> [Double?] {
    precondition(density.count == mass.count, "density and mass on different grids")
    let order = density.indices.sorted { density[$0] > density[$1] }
    return fractions.map { fraction in
      let wanted = fraction * total
      var sum = 0.0
      var previous: (sum: Double, density: Double)?
      for k in order {
        sum += mass[k]
        if sum >= wanted, mass[k] > 0 {
          let level = interpolated(previous, (sum, density[k]), at: wanted)
          return level > 0 ? level : nil
        }
        previous = (sum, density[k])
      }
      return nil
    }
  }

  private static func interpolated(
    _ before: (sum: Double, density: Double)?, _ after: (sum: Double, density: Double),
    at wanted: Double
  ) -> Double {
    guard let before, after.sum > before.sum else { return after.density }
    let t = (wanted - before.sum) / (after.sum - before.sum)
    return before.density + t * (after.density - before.density)
  }
}
