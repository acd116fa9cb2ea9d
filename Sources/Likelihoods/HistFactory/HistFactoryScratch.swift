internal import CVectorKernels

/// Memory for the evaluation of one point at a time.
struct HistFactoryScratch: ~Copyable {
  private let memory: UnsafeMutablePointer<Double>
  let kernel: vk_histfactory_workspace

  /// - Parameter termCount: the largest number of constraint terms of one kind.
  init(_ tables: HistFactoryTables, termCount: Int) {
    let spare = 2 * HistFactoryTables.lanes
    // Every array begins on a multiple of 64 bytes.
    let length = { (n: Int) in (n + spare + 7) / 8 * 8 }
    let cells = length(tables.layout.cellCount)
    let bins = length(tables.layout.binCount)
    let shifts = length(tables.shiftParameters.count)
    let functions = length(tables.functions.count)
    let entries = length(tables.factors.reduce(0) { $0 + $1.count })
    let terms = length(termCount)
    let slots = length(tables.slotCount * (tables.layout.cellCount + HistFactoryTables.lanes))
    let adjoints = length(tables.shiftParameters.count * HistFactoryTables.lanes)
    let sizes = [
      cells, cells, slots, cells, cells, bins, bins, cells, shifts, shifts, shifts, adjoints,
      functions, functions, functions, entries, terms, terms,
    ]
    let total = sizes.reduce(0, +)
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: total * MemoryLayout<Double>.stride, alignment: 64)
    memory = raw.bindMemory(to: Double.self, capacity: total)
    memory.initialize(repeating: 0, count: total)
    var next = memory
    var starts: [UnsafeMutablePointer<Double>] = []
    for size in sizes {
      starts.append(next)
      next += size
    }
    kernel = vk_histfactory_workspace(
      shape: starts[0], group_product: starts[1], slot_factor: starts[2], slot_product: starts[3],
      rate: starts[4], expected: starts[5], adjoint: starts[6], cell_adjoint: starts[7],
      shift_odd: starts[8], shift_even: starts[9], shift_slope: starts[10],
      shift_adjoint: starts[11], function_value: starts[12], function_slope: starts[13],
      function_adjoint: starts[14], prefix: starts[15], variables: starts[16],
      variable_slope: starts[17])
    kernel.slot_factor.update(repeating: 1, count: slots)
    kernel.slot_product.update(repeating: 1, count: cells)
    // Spare constraint terms read a parameter of 1.
    kernel.variables.update(repeating: 1, count: terms)
  }

  deinit { memory.deallocate() }

  /// Fills the rates at a point.
  func fillRates(_ tables: HistFactoryTables, _ point: UnsafePointer<Double>) {
    var (model, workspace) = (tables.kernel.value, kernel)
    vk_histfactory_rates(&model, point, &workspace)
  }

  /// The expected counts after ``fillRates(_:_:)``.
  func expected(_ tables: HistFactoryTables) -> [Double] {
    Array(UnsafeBufferPointer(start: kernel.expected, count: tables.layout.binCount))
  }

  /// The expected counts of every group after ``fillRates(_:_:)``.
  func rates(_ group: Int, _ tables: HistFactoryTables) -> [Double] {
    tables.layout.groups[group].cells.map { kernel.rate[$0] }
  }
}
