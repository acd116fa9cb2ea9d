extension RandomStream {
  /// The key of the generator ``Philox``, for kernels that draw their words themselves.
  public var keyWords: SIMD2<UInt32> { key }
}
