/// How long the kicks of a trajectory last, in units of the time between two gradients.
///
/// Between kicks are drifts of equal length. An odd number of steps makes leapfrog steps: kicks of
/// 1/2, 1, …, 1, 1/2. An even number makes two-stage steps (Blanes, Casas and Sanz-Serna,
/// arXiv:1405.3153): 2b, 2 - 4b, 4b, 2 - 4b, …, 2b with b = (3 - √3)/6, whose energy errors in a
/// Gaussian are those of leapfrog with 1.75 times as many gradients. Both are symmetric in time and
/// keep the volume.
struct KickSchedule {
  /// Number of gradients after the first.
  let steps: Int

  private static let b = (3 - 3.0.squareRoot()) / 6

  /// The length of a kick, from 0 to ``steps``.
  func weight(_ index: Int) -> Double {
    let isLast = index == 0 || index == steps
    guard steps % 2 == 0 else { return isLast ? 0.5 : 1 }
    return isLast ? 2 * Self.b : index % 2 == 1 ? 2 - 4 * Self.b : 4 * Self.b
  }
}
