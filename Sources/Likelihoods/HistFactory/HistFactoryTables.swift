internal import CVectorKernels

/// A model in the form that the kernels read: sparse lists of what exists, shared by all
/// densities of the model.
final class HistFactoryTables: Sendable {
  /// A factor of single bins: cell `firstCell + i` times parameter `firstParameter + i`.
  struct Vector: Sendable {
    let group: Int
    /// Two of the same slot never meet in a cell.
    let slot: Int
    let firstCell: Int
    let length: Int
    let firstParameter: Int
  }

  static let lanes = Int(VK_LANES)

  let layout: HistFactoryLayout
  let interpolation: HistFactoryInterpolation
  let parameterCount: Int
  /// Parameter of every shift.
  let shiftParameters: [Int]
  /// Shifts of every group.
  let shifts: [[HistFactoryShift]]
  let functions: [HistFactoryFunction]
  /// Functions of every group, by position.
  let factors: [[Int]]
  let vectors: [Vector]
  let slotCount: Int
  let kernel: KernelModel
  private let memory: TableMemory

  /// The pointers into `memory`, which is constant once it is filled.
  struct KernelModel: @unchecked Sendable {
    let value: vk_histfactory_model
  }

  init(
    _ layout: HistFactoryLayout, sets: [String: HistFactoryParameterSet], parameterCount: Int,
    interpolation: HistFactoryInterpolation
  ) throws(HistFactoryError) {
    var lists = HistFactoryTableLists(layout, sets: sets, interpolation: interpolation)
    for group in layout.groups.indices { try lists.add(group) }
    self.layout = layout
    self.interpolation = interpolation
    self.parameterCount = parameterCount
    shiftParameters = lists.shiftParameters
    shifts = lists.shifts
    let padding = (Self.lanes - lists.functions.count % Self.lanes) % Self.lanes
    functions = lists.functions + Array(repeating: .one, count: padding)
    factors = lists.factors
    vectors = lists.vectors
    slotCount = (lists.vectors.map(\.slot).max() ?? -1) + 1
    let memory = TableMemory()
    self.memory = memory
    var model = vk_histfactory_model()
    model.parameters = parameterCount
    model.channels = layout.channels.count
    model.bins = layout.binCount
    model.cells = layout.cellCount
    model.groups = layout.groups.count
    model.group_cell = memory.keep(indices: layout.groups.map(\.firstCell) + [layout.cellCount])
    model.group_bin = memory.keep(indices: layout.groups.map(\.firstBin))
    let first = Set(layout.channels.map(\.groups.lowerBound))
    model.group_is_first = memory.keep(
      indices: layout.groups.indices.map { first.contains($0) ? 1 : 0 })
    lists.fillShifts(&model, memory)
    Self.fillFunctions(&model, functions, factors, memory)
    model.slots = slotCount
    model.vectors = vectors.count
    model.vector_slot = memory.keep(indices: vectors.map(\.slot))
    model.vector_cell = memory.keep(indices: vectors.map(\.firstCell))
    model.vector_length = memory.keep(indices: vectors.map(\.length))
    model.vector_parameter = memory.keep(indices: vectors.map(\.firstParameter))
    kernel = KernelModel(value: model)
  }

  private static func fillFunctions(
    _ model: inout vk_histfactory_model, _ functions: [HistFactoryFunction], _ factors: [[Int]],
    _ memory: TableMemory
  ) {
    model.functions = functions.count
    model.function_parameter = memory.keep(indices: functions.map(\.parameter))
    model.function_coefficients = memory.keep(
      (0..<7).flatMap { degree in functions.map { $0.coefficients[degree] } })
    model.function_limit = memory.keep(functions.map(\.limit))
    model.function_log_up = memory.keep(functions.map(\.logUp))
    model.function_log_down = memory.keep(functions.map(\.logDown))
    model.group_factor = memory.keep(indices: runningTotals(factors.map(\.count)))
    model.factor_function = memory.keep(indices: factors.flatMap { $0 })
  }
}

/// 0, and the sums of the first 1, 2, ... elements.
func runningTotals(_ values: [Int]) -> [Int] {
  values.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
}
