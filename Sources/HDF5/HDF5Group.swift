internal import CHDF5

/// A folder inside a file.
public struct HDF5Group: HDF5Container {
  public let node: HDF5Node
}

/// A file or group: anything that holds named groups and datasets.
public protocol HDF5Container: HDF5Object {}

extension HDF5Container {
  /// Names of the groups and datasets in this one, in alphabetical order.
  public func childNames() throws -> [String] {
    try node.locked { id in
      var info = H5G_info_t()
      try node.check(H5Gget_info(id, &info), "listing")
      return try (0..<info.nlinks).map { try linkName(id, index: $0) }
    }
  }

  /// Names of the groups in this one, in alphabetical order.
  public func groupNames() throws -> [String] {
    try childNames().filter { try kind(of: $0) == .group }
  }

  /// Names of the datasets in this one, in alphabetical order.
  public func datasetNames() throws -> [String] {
    try childNames().filter { try kind(of: $0) == .dataset }
  }

  /// Whether there is a group or dataset of this name; `a/b/c` goes down into groups.
  public func exists(_ name: String) throws -> Bool {
    try node.locked { id in
      var path = name.hasPrefix("/") ? "/" : ""
      for part in name.split(separator: "/") {
        path += (path.isEmpty || path == "/" ? "" : "/") + part
        guard H5Lexists(id, path, chdf5_default()) > 0,
          H5Oexists_by_name(id, path, chdf5_default()) > 0
        else { return false }
      }
      return true
    }
  }

  /// Opens a group.
  ///
  /// - Throws: ``HDF5Error/missingObject(file:name:present:)`` with the names that are there.
  public func group(_ name: String) throws -> HDF5Group {
    HDF5Group(node: try open(name, as: .group))
  }

  /// Opens a dataset.
  ///
  /// - Throws: ``HDF5Error/missingObject(file:name:present:)`` with the names that are there.
  public func dataset(_ name: String) throws -> HDF5Dataset {
    HDF5Dataset(node: try open(name, as: .dataset))
  }

  /// Creates a group, and the groups above it in `name` where they are missing.
  ///
  /// - Throws: ``HDF5Error/alreadyPresent(file:name:)``.
  @discardableResult
  public func createGroup(_ name: String) throws -> HDF5Group {
    let path = node.path(of: name)
    return try node.locked { id in
      try requireAbsent(name)
      let links = try intermediateGroups()
      let creation = try node.owned(
        H5Pcreate(chdf5_group_creation()), H5Pclose, "creation", at: path)
      let order = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)
      try node.check(H5Pset_link_creation_order(creation.id, order), "creation", at: path)
      let group = try node.owned(
        H5Gcreate2(id, name, links.id, creation.id, chdf5_default()), H5Gclose, "creation",
        at: path)
      return HDF5Group(
        node: HDF5Node(
          handle: group, fileHandle: node.fileHandle, file: node.file, path: path))
    }
  }
}

/// What a name in a file can stand for.
enum HDF5Kind: String {
  case group, dataset
  case other = "named type"
}

extension HDF5Container {
  /// What stands under a name; `nil` for a link that leads nowhere.
  func kind(of name: String) throws -> HDF5Kind? {
    try node.locked { id in
      guard let object = Handle(H5Oopen(id, name, chdf5_default()), closedBy: H5Oclose) else {
        return nil
      }
      return kind(object)
    }
  }

  private func kind(_ object: Handle) -> HDF5Kind {
    switch H5Iget_type(object.id) {
    case H5I_GROUP: .group
    case H5I_DATASET: .dataset
    default: .other
    }
  }

  private func open(_ name: String, as expected: HDF5Kind) throws -> HDF5Node {
    let path = node.path(of: name)
    return try node.locked { id in
      guard try exists(name) else {
        throw HDF5Error.missingObject(file: node.file, name: path, present: try childNames())
      }
      let object = try node.owned(
        H5Oopen(id, name, chdf5_default()), H5Oclose, "opening", at: path)
      guard kind(object) == expected else {
        throw HDF5Error.wrongKind(
          file: node.file, name: path, expected: expected.rawValue, found: kind(object).rawValue)
      }
      return HDF5Node(handle: object, fileHandle: node.fileHandle, file: node.file, path: path)
    }
  }

  func requireAbsent(_ name: String) throws {
    if try exists(name) {
      throw HDF5Error.alreadyPresent(file: node.file, name: node.path(of: name))
    }
  }

  /// Link properties that create missing groups on the way; inside the lock.
  func intermediateGroups() throws -> Handle {
    let links = try node.owned(H5Pcreate(chdf5_link_creation()), H5Pclose, "creation")
    try node.check(H5Pset_create_intermediate_group(links.id, 1), "creation")
    return links
  }

  private func linkName(_ id: hid_t, index: UInt64) throws -> String {
    let length = H5Lget_name_by_idx(
      id, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, chdf5_default())
    guard length >= 0 else { throw node.failure("listing") }
    var text = [CChar](repeating: 0, count: length + 1)
    _ = H5Lget_name_by_idx(
      id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &text, text.count, chdf5_default())
    return String(decoding: text.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
