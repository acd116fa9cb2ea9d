extension HistFactoryRequirement {
  /// The order of kinds in the parameter vector.
  private static let typeOrder = [
    "histosys", "lumi", "normfactor", "normsys", "shapefactor", "shapesys", "staterror",
  ]

  /// The requirements of all names, in the order of the parameter vector: kind by kind, in a kind
  /// by first encounter (staterror alphabetically). A name keeps its first place.
  static func all(in layout: HistFactoryLayout) throws(HistFactoryError)
    -> [HistFactoryRequirement]
  {
    var result: [HistFactoryRequirement] = []
    var position: [String: Int] = [:]
    for type in typeOrder {
      for requirement in try encounters(of: type, in: layout) {
        guard let index = position[requirement.name] else {
          position[requirement.name] = result.count
          result.append(requirement)
          continue
        }
        // Only these two need the same of their parameter.
        guard type == "normsys", result[index].types == ["histosys"] else {
          throw HistFactoryError(
            place: requirement.place,
            expected: "a name that only modifiers of type \(type) have, since modifiers of one "
              + "name share one parameter",
            found: "a \(result[index].types.joined(separator: " and ")) of this name "
              + "(\(result[index].place))")
        }
        result[index].types.append(type)
      }
    }
    return result
  }

  private static func encounters(
    of type: String, in layout: HistFactoryLayout
  ) throws(HistFactoryError) -> [HistFactoryRequirement] {
    var result: [HistFactoryRequirement] = []
    var seen: [String: HistFactoryError.Place] = [:]
    for group in layout.groups.indices {
      for modifier in layout.groups[group].modifiers where modifier.effect.type == type {
        if let first = seen[modifier.name] {
          guard type != "shapesys" else {
            throw HistFactoryError(
              place: layout.place(of: modifier, in: group),
              expected: "a name of its own, since a shapesys cannot be shared",
              found: "a shapesys of this name (\(first))")
          }
          continue
        }
        seen[modifier.name] = layout.place(of: modifier, in: group)
        result.append(try HistFactoryRequirement(modifier, in: group, of: layout))
      }
    }
    return type == "staterror" ? result.sorted { codePointsPrecede($0.name, $1.name) } : result
  }
}
