internal import CHDF5

/// A named array of numbers or strings in a file.
///
/// The elements stand in row-major order (the last axis varies fastest). A *row* is everything
/// under one index of the first axis.
public struct HDF5Dataset: HDF5Object {
  public let node: HDF5Node

  /// Lengths of the axes; empty for a single number. An element that is itself a small array
  /// adds its axes at the end.
  public var shape: [Int] {
    get throws { try node.locked { _ in try extent() + elementType.innerShape } }
  }

  /// Lengths that the axes may grow to; `nil` for an axis without limit.
  public var maximumShape: [Int?] {
    get throws {
      try node.locked { _ in
        try dimensions().maximum.map { $0 == chdf5_unlimited() ? nil : Int($0) }
      }
    }
  }

  /// Lengths of the axes of one chunk; `nil` for a contiguous dataset.
  public var chunkShape: [Int]? {
    get throws {
      try node.locked { id in
        let creation = try node.owned(H5Dget_create_plist(id), H5Pclose, "reading the layout")
        guard H5Pget_layout(creation.id) == H5D_CHUNKED else { return nil }
        var chunk = [hsize_t](repeating: 0, count: try extent().count)
        try node.check(
          H5Pget_chunk(creation.id, Int32(chunk.count), &chunk), "reading the layout")
        return chunk.map(Int.init)
      }
    }
  }

  /// The type of the elements as the file declares it.
  public var elementType: HDF5ElementType {
    get throws {
      try node.locked { id in
        let type = try node.owned(H5Dget_type(id), H5Tclose, "reading the type")
        return HDF5ElementType(type.id)
      }
    }
  }
}

extension HDF5Dataset {
  /// Lengths of the axes of the dataset itself; inside the lock.
  func extent() throws -> [Int] { try dimensions().current.map(Int.init) }

  /// Current and maximum lengths of the axes; inside the lock.
  func dimensions() throws -> (current: [hsize_t], maximum: [hsize_t]) {
    try node.locked { id in
      let space = try node.owned(H5Dget_space(id), H5Sclose, "reading the shape")
      let rank = Int(H5Sget_simple_extent_ndims(space.id))
      guard rank >= 0 else { throw node.failure("reading the shape") }
      guard H5Sget_simple_extent_type(space.id) != H5S_NULL else {
        throw HDF5Error.wrongShape(
          file: node.file, name: path, expected: "a dataset with elements", found: [])
      }
      var current = [hsize_t](repeating: 0, count: rank)
      var maximum = current
      _ = H5Sget_simple_extent_dims(space.id, &current, &maximum)
      return (current, maximum)
    }
  }
}
