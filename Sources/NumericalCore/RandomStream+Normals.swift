internal import CVectorKernels

extension RandomStream {
  /// Writes standard normal numbers of the sequence that belongs to a step and a walker, many
  /// times faster than one by one.
  ///
  /// The numbers come from the same counters as those of `sequence(step:walker:)`, so that one of
  /// the two is used, not both.
  ///
  /// - Parameters:
  ///   - numbers: where they are written, `count` places.
  ///   - count: how many.
  ///   - step, walker: two indices below 2³².
  public func fillNormals(
    _ numbers: UnsafeMutablePointer<Double>, count: Int, step: Int = 0, walker: Int = 0
  ) {
    vk_normals_f64(count, key[0], key[1], UInt32(walker), UInt32(step), numbers)
  }
}
