internal import CVectorKernels

/// Collects what the modifiers of every group do.
struct HistFactoryTableLists {
  let layout: HistFactoryLayout
  let sets: [String: HistFactoryParameterSet]
  let interpolation: HistFactoryInterpolation
  var shiftParameters: [Int] = []
  var shifts: [[HistFactoryShift]] = []
  var functions: [HistFactoryFunction] = []
  var factors: [[Int]] = []
  var vectors: [HistFactoryTables.Vector] = []
  private var shiftOfParameter: [Int: Int] = [:]
  private var functionIndex: [HistFactoryFunction: Int] = [:]
  /// Per staterror, the first component that belongs to a channel.
  private var staterrorStarts: [String: [Int: Int]] = [:]

  init(
    _ layout: HistFactoryLayout, sets: [String: HistFactoryParameterSet],
    interpolation: HistFactoryInterpolation
  ) {
    self.layout = layout
    self.sets = sets
    self.interpolation = interpolation
    for (index, channel) in layout.channels.enumerated() {
      var names: Set<String> = []
      for group in channel.groups {
        for modifier in layout.groups[group].modifiers {
          if case .staterror = modifier.effect { names.insert(modifier.name) }
        }
      }
      for name in names {
        let earlier = staterrorStarts[name, default: [:]].keys
          .map { layout.channels[$0].bins.count }
        staterrorStarts[name, default: [:]][index] = earlier.reduce(0, +)
      }
    }
  }

  /// Adds the modifiers of a group; groups come in order.
  mutating func add(_ group: Int) throws(HistFactoryError) {
    let nominal = layout.groups[group].nominal
    shifts.append([])
    factors.append([])
    var slot = 0
    for modifier in layout.groups[group].modifiers {
      guard let set = sets[modifier.name] else { continue }
      let parameter = set.components.lowerBound
      switch modifier.effect {
      case .normfactor, .lumi:
        factors[group].append(index(of: HistFactoryFunction(identity: parameter)))
      case .normsys(let low, let high):
        try requirePositive(low, "lo", modifier, group)
        try requirePositive(high, "hi", modifier, group)
        factors[group].append(
          index(
            of: HistFactoryFunction(
              parameter: parameter, low: low, high: high, code: interpolation.normsys)))
      case .histosys(let low, let high):
        let shift = HistFactoryShift(
          shift: shiftIndex(of: parameter), nominal: nominal, low: low, high: high)
        if !shift.isZero { shifts[group].append(shift) }
      case .shapefactor, .shapesys, .staterror:
        let start = staterrorStarts[modifier.name]?[layout.groups[group].channel] ?? 0
        vectors.append(
          HistFactoryTables.Vector(
            group: group, slot: slot, firstCell: layout.groups[group].firstCell,
            length: nominal.count, firstParameter: parameter + start))
        slot += 1
      }
    }
  }

  private mutating func index(of function: HistFactoryFunction) -> Int {
    if let index = functionIndex[function] { return index }
    functionIndex[function] = functions.count
    functions.append(function)
    return functions.count - 1
  }

  private mutating func shiftIndex(of parameter: Int) -> Int {
    if let index = shiftOfParameter[parameter] { return index }
    shiftOfParameter[parameter] = shiftParameters.count
    shiftParameters.append(parameter)
    return shiftParameters.count - 1
  }

  private func requirePositive(
    _ value: Double, _ key: String, _ modifier: HistFactoryWorkspace.Modifier, _ group: Int
  ) throws(HistFactoryError) {
    guard !(value > 0 && value.isFinite) else { return }
    var place = layout.place(of: modifier, in: group)
    place.key = "data.\(key)"
    throw HistFactoryError(
      place: place,
      expected: "a positive factor, since normsys \(interpolation.normsys.rawValue) interpolates "
        + "exponentially",
      found: "\(value)")
  }

  /// Writes the shifts block by block of consecutive cells, with zeros where a block has cells
  /// of other groups.
  func fillShifts(_ model: inout vk_histfactory_model, _ memory: TableMemory) {
    let lanes = HistFactoryTables.lanes
    let blockCount = (layout.cellCount + lanes - 1) / lanes
    var blocks = Array(repeating: [Int: [Double]](), count: blockCount)
    var nominal = Array(repeating: 0.0, count: layout.cellCount + lanes)
    for (group, list) in zip(layout.groups, shifts) {
      nominal.replaceSubrange(group.cells, with: group.nominal)
      for shift in list {
        for (i, cell) in group.cells.enumerated() {
          let zeros = Array(repeating: 0.0, count: 2 * lanes)
          blocks[cell / lanes][shift.shift, default: zeros][cell % lanes] = shift.odd[i]
          blocks[cell / lanes][shift.shift, default: zeros][lanes + cell % lanes] = shift.even[i]
        }
      }
    }
    let entries: [[(key: Int, value: [Double])]] = blocks.map { block in
      block.sorted { $0.key < $1.key }
    }
    model.template_code = interpolation.histosys.kernelCode
    model.nominal = memory.keep(nominal)
    model.shifts = shiftParameters.count
    model.shift_parameter = memory.keep(indices: shiftParameters)
    model.block_entry = memory.keep(indices: runningTotals(entries.map(\.count)))
    model.entry_shift = memory.keep(indices: entries.joined().map(\.key))
    model.entry_templates = memory.keep(entries.joined().flatMap(\.value))
  }
}
