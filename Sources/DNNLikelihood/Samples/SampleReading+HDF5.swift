internal import Foundation
internal import HDF5
internal import NumericalCore

extension SampleReading {
  /// A file with one data set a column, a table of records, or one block whose columns an
  /// attribute `names` or `columns` names (of the data set or of what holds it).
  func hdf5(_ url: URL) throws -> SampleTable {
    let file = try HDF5File(reading: url)
    let place: any HDF5Container = try group.map { try file.group($0) } ?? file
    let names = try place.datasetNames()
    guard !names.isEmpty else {
      throw InputError.malformed(
        url, place: "'\(place.path)'",
        expected: "data sets; --group names the group that holds them",
        found: "the groups \(listed(try place.groupNames()))")
    }
    var collector = ColumnCollector(url)
    var ignored: [String] = []
    for name in names {
      if isIgnored(name) {
        ignored.append(name)
        continue
      }
      let dataset = try place.dataset(name)
      if case .compound(let fields) = try dataset.elementType {
        try add(dataset, fields, to: &collector, &ignored)
      } else {
        try add(dataset, name, in: place, to: &collector)
      }
    }
    var table = try dropping(collector.table(.hdf5))
    table.ignored += ignored
    return table
  }

  private func add(
    _ dataset: HDF5Dataset, _ fields: [HDF5ElementType.Field],
    to collector: inout ColumnCollector, _ ignored: inout [String]
  ) throws {
    let shape = try dataset.shape
    guard shape.count == 1 else {
      throw InputError.malformed(
        dataset.fileURL, place: "'\(dataset.path)'", expected: "one record a row",
        found: "the shape \(shape)")
    }
    for field in fields {
      guard !isIgnored(field.name) else {
        ignored.append(field.name)
        continue
      }
      try collector.add(
        field.name, block: try dataset.readField(field.name, as: Double.self), rows: shape[0],
        shape: field.type.axes)
    }
  }

  private func add(
    _ dataset: HDF5Dataset, _ name: String, in place: any HDF5Container,
    to collector: inout ColumnCollector
  ) throws {
    let shape = try dataset.shape
    switch shape.count {
    case 1: try collector.add(name, try dataset.read(as: Double.self))
    case 2:
      let own = try attributeNames(dataset) ?? attributeNames(place)
      let names = try self.names(own, count: shape[1], dataset.fileURL)
      guard names.count == shape[1] else {
        throw InputError.malformed(
          dataset.fileURL, place: "'\(dataset.path)'",
          expected: "\(names.count) columns, one for each name", found: "\(shape[1])")
      }
      try collector.add(names, block: try dataset.read(as: Double.self), rows: shape[0])
    default:
      throw InputError.malformed(
        dataset.fileURL, place: "'\(dataset.path)'",
        expected: "one axis (a column) or two (a named block); --ignore leaves it out",
        found: "the shape \(shape)")
    }
  }

  private func attributeNames(_ object: some HDF5Object) throws -> [String]? {
    for key in Self.namingKeys where try object.hasAttribute(key) {
      return try object.textAttributes(key)
    }
    return nil
  }
}
