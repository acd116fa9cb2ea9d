internal import CHDF5

/// How the elements of a dataset lie in the file.
public enum HDF5Layout: Sendable, Equatable {
  /// One after the other, as in memory.
  case contiguous
  /// In chunks of rows, bytes shuffled, then compressed (gzip at level 1, which every reader
  /// has); `rowsPerChunk` of `nil` chooses chunks near 1 MiB.
  case compressed(rowsPerChunk: Int? = nil)
  /// In chunks of rows, as they are; `rowsPerChunk` of `nil` chooses chunks near 1 MiB.
  case chunked(rowsPerChunk: Int? = nil)

  /// Bytes of a chunk when its rows are not given: as much as HDF5 keeps in memory by default.
  static let targetChunkBytes = 1 << 20

  /// The lengths of a chunk for rows of this shape; `nil` for a contiguous layout.
  func chunk(rowShape: [Int], elementBytes: Int, atMost rows: Int? = nil) -> [Int]? {
    let given: Int?
    switch self {
    case .contiguous: return nil
    case .compressed(let rows), .chunked(let rows): given = rows
    }
    let rowBytes = max(1, rowShape.reduce(elementBytes, *))
    let chosen = given ?? max(1, Self.targetChunkBytes / rowBytes)
    return [max(1, min(chosen, rows ?? chosen))] + rowShape.map { max(1, $0) }
  }

  var isCompressed: Bool {
    if case .compressed = self { return true }
    return false
  }
}
