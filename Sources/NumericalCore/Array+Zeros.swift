extension Array where Element: BLASScalar {
  /// Zeros, many times faster than `Array(repeating: 0, count:)` in generic code, which initialises
  /// one element at a time where it is not specialised.
  public static func zeros(count: Int) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).initializeMemory(as: UInt8.self, repeating: 0)
      initialized = count
    }
  }
}
