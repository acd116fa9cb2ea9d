/// Memory for tables that kernels read: filled once, then constant, freed with the owner.
final class TableMemory: @unchecked Sendable {
  // Written only while the owner is being made.
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  /// A copy of `values` that lives as long as this object.
  func keep<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafePointer<Element> {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, values.count) * MemoryLayout<Element>.stride, alignment: 64)
    blocks.append(raw)
    let typed = raw.bindMemory(to: Element.self, capacity: max(1, values.count))
    for (i, value) in values.enumerated() { (typed + i).initialize(to: value) }
    return UnsafePointer(typed)
  }

  /// A copy of whole numbers in the width of the kernels.
  func keep(indices values: [Int]) -> UnsafePointer<Int32> { keep(values.map { Int32($0) }) }
}
