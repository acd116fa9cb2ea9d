internal import CVectorKernels

/// Keys and places of numbers in ascending order, and which of them are equal.
@frozen
public struct KeyedPlaces {
  /// The key in the upper 31 bits of every word, then whether the number equals the one before; the
  /// place in the lower half.
  public let words: UnsafeMutablePointer<UInt64>

  /// The place of the `k`-th number.
  @inlinable @inline(__always)
  public func place(_ k: Int) -> Int { Int(UInt32(truncatingIfNeeded: words[k])) }

  /// The key of the `k`-th number.
  @inlinable @inline(__always)
  public func key(_ k: Int) -> UInt32 { UInt32(truncatingIfNeeded: words[k] &>> 33) }

  /// Whether the `k`-th number equals the one before.
  @inlinable @inline(__always)
  public func isRepeated(_ k: Int) -> Bool { words[k] & 1 << 32 != 0 }
}

/// The places of numbers in ascending order, in memory that is used again for the next numbers.
///
/// A number is sorted by its distance from the least one in units of the range over 2^31 - 1; only
/// different numbers with the same key are compared themselves. The keys stay beside the places:
/// they tell most numbers apart without a look at them.
public final class OrderedPlaces {
  /// The most numbers.
  public let capacity: Int
  /// How many numbers there are.
  public private(set) var count = 0
  /// Memory of ``capacity`` words for the caller, between two sorts.
  public let spare: UnsafeMutablePointer<UInt64>
  /// Key and place of every number, in ascending order of the numbers; equal ones in the order of
  /// their places.
  public let items: KeyedPlaces
  /// The least number and the number of keys in a unit; `scale` is 0 where the keys say nothing.
  public private(set) var low = 0.0
  public private(set) var scale = 0.0

  private static let mostBuckets = 1024
  private static let insertionLimit = 24
  /// Longest run of different numbers with the same key.
  private static let longestRun = 64

  /// Memory for `capacity` numbers, fewer than 2^32.
  public init(capacity: Int) {
    precondition(capacity < Int(UInt32.max), "too many numbers for 32-bit places")
    self.capacity = capacity
    items = KeyedPlaces(words: .allocate(capacity: max(1, capacity)))
    spare = .allocate(capacity: max(1, capacity))
  }

  deinit {
    items.words.deallocate()
    spare.deallocate()
  }

  /// Sorts numbers, none of which is NaN.
  public func sort(_ x: UnsafePointer<Double>, count: Int) {
    precondition(count <= capacity, "more numbers than there is room for")
    self.count = count
    guard count > 0 else { return }
    let extent = vk_extent_f64(count, x)
    low = extent.low
    scale = Double(Int32.max) / (extent.high - extent.low)
    // Numbers that are all equal, or whose range is no number.
    if !scale.isFinite { scale = 0 }
    if scale > 0 {
      vk_order_keys_f64(count, x, low, scale, items.words)
      sort(items.words, spare, count: count, shift: 64, into: items.words)
      if orderEqualKeys(x) { return }
      scale = 0
    }
    compareAll(x)
  }

  /// Keeps the places that `isKept` accepts.
  public func filter(_ isKept: (_ place: Int) -> Bool) {
    let items = self.items
    var kept = 0
    var leftOut = false
    for k in 0..<count {
      // The next number may equal one that was left out, but not the one before that.
      if !items.isRepeated(k) { leftOut = false }
      guard isKept(items.place(k)) else {
        leftOut = leftOut || !items.isRepeated(k)
        continue
      }
      items.words[kept] = leftOut ? items.words[k] & ~(1 << 32) : items.words[k]
      leftOut = false
      kept += 1
    }
    count = kept
  }

  /// Sorts by the bits below `shift`, most significant first, from `source` with the help of
  /// `other`; the result is in `target`, one of the two.
  private func sort(
    _ source: UnsafeMutablePointer<UInt64>, _ other: UnsafeMutablePointer<UInt64>, count: Int,
    shift: Int, into target: UnsafeMutablePointer<UInt64>
  ) {
    // At a shift of 32 what is left are places, which are in order already.
    guard shift > 32, count > Self.insertionLimit else {
      if shift > 32 { Self.insertionSort(source, count: count) }
      if target != source { target.update(from: source, count: count) }
      return
    }
    var bits = 4
    while 1 << bits < Self.mostBuckets, 2 << bits < count { bits += 1 }
    bits = min(bits, shift - 32)
    let buckets = 1 << bits
    let down = UInt64(shift - bits)
    let mask = UInt64(buckets - 1)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: buckets + 1) { ends in
      guard let ends = ends.baseAddress else { return }
      ends.initialize(repeating: 0, count: buckets + 1)
      for k in 0..<count { ends[Int(truncatingIfNeeded: (source[k] &>> down) & mask) + 1] &+= 1 }
      for b in 1...buckets { ends[b] &+= ends[b - 1] }
      for k in 0..<count {
        let item = source[k]
        let b = Int(truncatingIfNeeded: (item &>> down) & mask)
        other[Int(ends[b])] = item
        ends[b] &+= 1
      }
      let isOther = target == other
      var start = 0
      for b in 0..<buckets {
        let end = Int(ends[b])
        if end > start {
          sort(
            other + start, source + start, count: end - start, shift: shift - bits,
            into: (isOther ? other : source) + start)
        }
        start = end
      }
    }
  }

  private static func insertionSort(_ items: UnsafeMutablePointer<UInt64>, count: Int) {
    for k in 1..<max(1, count) {
      let item = items[k]
      var j = k
      while j > 0, item < items[j - 1] {
        items[j] = items[j - 1]
        j -= 1
      }
      items[j] = item
    }
  }

  /// Sorts the numbers with equal keys; false if there are too many of them.
  private func orderEqualKeys(_ x: UnsafePointer<Double>) -> Bool {
    let (items, count) = (self.items, self.count)
    var start = 0
    while start < count {
      let key = items.key(start)
      var end = start + 1
      while end < count, items.key(end) == key { end += 1 }
      defer { start = end }
      guard end - start > 1 else { continue }
      // Numbers that were repeated side by side, as most are, need no look.
      let first = items.place(start)
      var k = start + 1
      while k < end, items.isRepeated(k), items.place(k) == first + k - start { k += 1 }
      if k == end, !items.isRepeated(start) { continue }
      guard end - start <= Self.longestRun || areEqual(x, start..<end) else { return false }
      order(x, start..<end)
    }
    return true
  }

  private func areEqual(_ x: UnsafePointer<Double>, _ run: Range<Int>) -> Bool {
    let first = x[items.place(run.lowerBound)]
    return run.allSatisfy { x[items.place($0)] == first }
  }

  /// Sorts a run by numbers and places, and marks the repeated ones.
  private func order(_ x: UnsafePointer<Double>, _ run: Range<Int>) {
    var words = UnsafeMutableBufferPointer(
      rebasing: UnsafeMutableBufferPointer(
        start: items.words, count: count)[run])
    func place(_ word: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: word)) }
    words.sort { a, b in
      let (u, v) = (x[place(a)], x[place(b)])
      return u < v || (u == v && place(a) < place(b))
    }
    for k in words.indices {
      let isRepeated = k > 0 && x[place(words[k])] == x[place(words[k - 1])]
      words[k] = words[k] & ~(1 << 32) | (isRepeated ? 1 << 32 : 0)
    }
  }

  /// Sorts by comparison, for numbers that lie too unevenly.
  private func compareAll(_ x: UnsafePointer<Double>) {
    for k in 0..<count { items.words[k] = UInt64(k) }
    order(x, 0..<count)
  }
}
