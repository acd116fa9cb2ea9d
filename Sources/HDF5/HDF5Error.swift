public import Foundation

/// Why a file could not be read or written; the message names the file and the object.
public enum HDF5Error: Error, Equatable, Sendable {
  /// There is no file of this name.
  case missingFile(file: URL)
  /// The file is not in the HDF5 format.
  case notHDF5(file: URL)
  /// The file ends early, or its structure cannot be read.
  case damaged(file: URL, reason: String)
  /// The file exists but cannot be opened (permissions, or a lock of another program).
  case cannotOpen(file: URL, reason: String)
  /// The file cannot be written (folder missing, not writable, disk full).
  case cannotWrite(file: URL, reason: String)
  /// The file was used after it was closed.
  case closed(file: URL)
  /// There is no group or dataset of this name; `present` lists what is there.
  case missingObject(file: URL, name: String, present: [String])
  /// There is no attribute of this name; `present` lists what is there.
  case missingAttribute(file: URL, object: String, name: String, present: [String])
  /// The name is taken already.
  case alreadyPresent(file: URL, name: String)
  /// A group was found where a dataset was expected, or the reverse.
  case wrongKind(file: URL, name: String, expected: String, found: String)
  /// An object has elements of another type than was asked for.
  case wrongType(file: URL, name: String, expected: String, found: String)
  /// An object has another shape than was asked for.
  case wrongShape(file: URL, name: String, expected: String, found: [Int])
  /// Rows were asked for that the dataset does not have.
  case rowsOutOfRange(file: URL, name: String, rows: Range<Int>, available: Int)
  /// An integer in the file does not fit the type it was read as.
  case valueOutOfRange(file: URL, name: String, value: String, type: String)
  /// A call failed for a reason of its own.
  case failed(file: URL, name: String, operation: String, reason: String)
}

extension HDF5Error: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingFile(let file): "\(file.path): no such file"
    case .notHDF5(let file): "\(file.path): not an HDF5 file"
    case .damaged(let file, let reason): "\(file.path): truncated or damaged HDF5 file (\(reason))"
    case .cannotOpen(let file, let reason): "\(file.path): cannot be opened (\(reason))"
    case .cannotWrite(let file, let reason): "\(file.path): cannot be written (\(reason))"
    case .closed(let file): "\(file.path): used after it was closed"
    case .missingObject(let file, let name, let present):
      "\(file.path): no object '\(name)'; present: \(list(present))"
    case .missingAttribute(let file, let object, let name, let present):
      "\(file.path): '\(object)' has no attribute '\(name)'; present: \(list(present))"
    case .alreadyPresent(let file, let name): "\(file.path): '\(name)' exists already"
    case .wrongKind(let file, let name, let expected, let found):
      "\(file.path): '\(name)' is a \(found), expected a \(expected)"
    case .wrongType(let file, let name, let expected, let found):
      "\(file.path): '\(name)' holds \(found), expected \(expected)"
    case .wrongShape(let file, let name, let expected, let found):
      "\(file.path): '\(name)' has shape \(found), expected \(expected)"
    case .rowsOutOfRange(let file, let name, let rows, let available):
      "\(file.path): '\(name)' has \(available) rows, "
        + "rows \(rows.lowerBound)..<\(rows.upperBound) were asked for"
    case .valueOutOfRange(let file, let name, let value, let type):
      "\(file.path): '\(name)' holds \(value), which is no \(type)"
    case .failed(let file, let name, let operation, let reason):
      "\(file.path): '\(name)': \(operation) failed (\(reason))"
    }
  }

  private func list(_ names: [String]) -> String {
    let shown = names.prefix(12).joined(separator: ", ")
    return names.isEmpty ? "nothing" : names.count > 12 ? shown + ", ..." : shown
  }
}
