internal import CHDF5

extension HDF5Dataset {
  /// Makes this dataset the coordinate of an axis (an HDF5 dimension scale), as netCDF-4 wants
  /// for its dimensions.
  ///
  /// - Parameter name: name of the dimension; by default that of the dataset.
  public func makeDimensionScale(name: String? = nil) throws {
    let name = name ?? path.split(separator: "/").last.map(String.init) ?? path
    try node.locked { try node.check(H5DSset_scale($0, name), "making a dimension scale") }
  }

  /// Attaches a dimension scale to an axis of this dataset.
  ///
  /// - Parameters:
  ///   - scale: a dataset on which ``makeDimensionScale(name:)`` was called.
  ///   - axis: index of the axis.
  public func attachScale(_ scale: HDF5Dataset, axis: Int) throws {
    try node.locked { id in
      try node.check(
        H5DSattach_scale(id, scale.node.handle.id, UInt32(axis)), "attaching \(scale.path)")
    }
  }
}
