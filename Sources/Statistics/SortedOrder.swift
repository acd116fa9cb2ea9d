/// Numbers in ascending order, with the place each one had before.
///
/// Radix sort on the bits of the doubles, least digit first: linear in the number of points and
/// stable (equal values keep their order). NaN must not occur; -0 counts as 0.
public struct SortedOrder: Sendable {
  /// The values in ascending order.
  public let values: [Double]
  /// `values[k]` was element `indices[k]` of the input.
  public let indices: [UInt32]

  /// Sorts values and remembers their places.
  ///
  /// - Precondition: fewer than 2^32 values.
  public init(_ input: [Double]) {
    precondition(input.count < Int(UInt32.max), "too many values for 32-bit indices")
    var keys = input.map(Self.key)
    var indices = (0..<UInt32(input.count)).map { $0 }
    Self.radixSort(&keys, payload: &indices)
    values = keys.map(Self.value)
    self.indices = indices
  }

  /// The values in ascending order, without their places.
  public static func sorted(_ input: [Double]) -> [Double] {
    if input.count < 256 { return input.sorted() }
    var keys = input.map(key)
    var none: [UInt32] = []
    radixSort(&keys, payload: &none)
    return keys.map(value)
  }

  // Order of the unsigned keys = order of the numbers: flip all bits of negative ones, the sign
  // bit of the others.
  @inline(__always)
  private static func key(_ x: Double) -> UInt64 {
    let bits = (x + 0.0).bitPattern
    return bits ^ (UInt64(bitPattern: Int64(bitPattern: bits) >> 63) | 1 << 63)
  }

  @inline(__always)
  private static func value(_ key: UInt64) -> Double {
    let mask = key >> 63 == 1 ? 1 << 63 : UInt64.max
    return Double(bitPattern: key ^ mask)
  }

  private static let digitBits = 11
  private static let digits = 6

  /// Sorts `keys`; `payload` follows where it is not empty.
  private static func radixSort(_ keys: inout [UInt64], payload: inout [UInt32]) {
    let n = keys.count
    guard n > 1 else { return }
    let buckets = 1 << digitBits
    let mask = UInt64(buckets - 1)
    var counts = [Int](repeating: 0, count: digits * buckets)
    for key in keys {
      for digit in 0..<digits {
        counts[digit * buckets + Int(key >> UInt64(digit * digitBits) & mask)] += 1
      }
    }
    let carries = !payload.isEmpty
    var otherKeys = keys
    var otherPayload = payload
    for digit in 0..<digits {
      let shift = UInt64(digit * digitBits)
      // All keys share this digit: nothing to move.
      if counts[digit * buckets + Int(keys[0] >> shift & mask)] == n { continue }
      var start = 0
      var starts = [Int](repeating: 0, count: buckets)
      for b in 0..<buckets {
        starts[b] = start
        start += counts[digit * buckets + b]
      }
      keys.withUnsafeBufferPointer { source in
        payload.withUnsafeBufferPointer { sourcePayload in
          otherKeys.withUnsafeMutableBufferPointer { target in
            otherPayload.withUnsafeMutableBufferPointer { targetPayload in
              starts.withUnsafeMutableBufferPointer { starts in
                for i in 0..<n {
                  let key = source[i]
                  let bucket = Int(key >> shift & mask)
                  let place = starts[bucket]
                  starts[bucket] = place + 1
                  target[place] = key
                  if carries { targetPayload[place] = sourcePayload[i] }
                }
              }
            }
          }
        }
      }
      swap(&keys, &otherKeys)
      swap(&payload, &otherPayload)
    }
  }
}
