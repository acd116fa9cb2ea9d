public import NumericalCore

/// Which rows of a matrix are the same point: all their coordinates are equal.
public struct PointGroups: Sendable {
  /// For every row the number of its group, counted from zero in the order of first appearance.
  public let groups: [Int]
  /// The first row of every group.
  public let representatives: [Int]

  /// Finds equal rows by a hash table with open addresses.
  public init(of points: Matrix<Double>) {
    let (n, d) = (points.rows, points.columns)
    var size = 16
    while size < 2 * n { size *= 2 }
    var table = [Int](repeating: -1, count: size)
    var groups = [Int](repeating: 0, count: n)
    var representatives: [Int] = []
    points.elements.withUnsafeBufferPointer { elements in
      for row in 0..<n {
        let point = UnsafeBufferPointer(rebasing: elements[row * d..<(row + 1) * d])
        var place = Int(truncatingIfNeeded: Self.hash(point)) & (size - 1)
        while true {
          let group = table[place]
          if group < 0 {
            table[place] = representatives.count
            groups[row] = representatives.count
            representatives.append(row)
            break
          }
          let first = representatives[group] * d
          if elements[first..<first + d].elementsEqual(point) {
            groups[row] = group
            break
          }
          place = (place + 1) & (size - 1)
        }
      }
    }
    self.groups = groups
    self.representatives = representatives
  }

  /// Mixes the bits of all coordinates (the finaliser of SplitMix64, one round a coordinate).
  private static func hash(_ point: UnsafeBufferPointer<Double>) -> UInt64 {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for value in point {
      // -0 equals 0 and has other bits.
      state ^= (value + 0).bitPattern
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
    }
    return state
  }
}
