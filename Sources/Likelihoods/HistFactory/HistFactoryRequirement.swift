/// What the modifiers of one name need of their parameters, before and after the settings of the
/// measurement.
struct HistFactoryRequirement: Sendable {
  let name: String
  var types: [String]
  let isVector: Bool
  let count: Int
  /// Where the first of the modifiers stands.
  let place: HistFactoryError.Place
  // Nil where there is no default and the measurement must say it.
  var inits: [Double]?
  var bounds: [ClosedRange<Double>]?
  var fixed: [Bool]
  /// Nil for free parameters.
  var constraint: Constraint?

  struct Constraint: Sendable {
    enum Kind: Sendable {
      /// Widths, nil where the measurement must say them.
      case gaussian([Double]?)
      case poisson([Double])
    }
    var kind: Kind
    /// Outcomes, nil where the measurement must say them.
    var observed: [Double]?
    /// Whether the measurement may set the widths.
    var widthsCanBeSet = false
  }

  /// Constraints of the components, in order.
  ///
  /// - Precondition: nothing is nil any more.
  var constraints: [HistFactoryConstraint] {
    guard let constraint, let observed = constraint.observed else {
      return Array(repeating: .none, count: count)
    }
    switch constraint.kind {
    case .gaussian(let widths):
      return zip(observed, widths ?? []).map { .gaussian(observed: $0, width: $1) }
    case .poisson(let factors):
      return zip(observed, factors).map { .poisson(observed: $0, factor: $1) }
    }
  }
}

extension HistFactoryRequirement {
  /// What a modifier needs by the rules of its kind.
  ///
  /// - Parameters:
  ///   - layout: all channels, samples and modifiers.
  ///   - group: the group of the first modifier of this name and kind.
  init(
    _ modifier: HistFactoryWorkspace.Modifier, in group: Int, of layout: HistFactoryLayout
  ) throws(HistFactoryError) {
    name = modifier.name
    types = [modifier.effect.type]
    place = layout.place(of: modifier, in: group)
    let nominal = layout.groups[group].nominal
    switch modifier.effect {
    case .normfactor:
      (isVector, count) = (false, 1)
      (inits, bounds, fixed) = ([1], [0...10], [false])
    case .shapefactor:
      isVector = true
      count = Self.largestBinCount(of: modifier, in: layout)
      inits = Array(repeating: 1, count: count)
      bounds = Array(repeating: 0...10, count: count)
      fixed = Array(repeating: false, count: count)
    case .normsys, .histosys:
      (isVector, count) = (false, 1)
      (inits, bounds, fixed) = ([0], [-5...5], [false])
      constraint = Constraint(kind: .gaussian([1]), observed: [0])
    case .lumi:
      (isVector, count) = (false, 1)
      fixed = [false]
      constraint = Constraint(kind: .gaussian(nil), observed: nil, widthsCanBeSet: true)
    case .shapesys(let uncertainties):
      let factors = zip(nominal, uncertainties).map { yield, uncertainty in
        yield > 0 && uncertainty > 0 ? yield * yield / (uncertainty * uncertainty) : nil
      }
      (isVector, count) = (true, factors.count)
      (inits, bounds) = Self.gammas(count)
      fixed = factors.map { $0 == nil }
      constraint = Constraint(
        kind: .poisson(factors.map { $0 ?? 1 }), observed: factors.map { $0 ?? 1 })
    case .staterror:
      let widths = try Self.relativeErrors(of: modifier, in: layout)
      (isVector, count) = (true, widths.count)
      (inits, bounds) = Self.gammas(count)
      fixed = widths.map { $0 == 0 }
      constraint = Constraint(
        kind: .gaussian(widths.map { $0 == 0 ? 1 : $0 }),
        observed: Array(repeating: 1, count: count), widthsCanBeSet: true)
    }
  }

  private static func gammas(_ count: Int) -> ([Double], [ClosedRange<Double>]) {
    (Array(repeating: 1, count: count), Array(repeating: 1e-10...10, count: count))
  }

  /// A shapefactor on channels of different sizes has the components of the largest.
  private static func largestBinCount(
    of modifier: HistFactoryWorkspace.Modifier, in layout: HistFactoryLayout
  ) -> Int {
    layout.groups.filter {
      $0.modifiers.contains { $0.name == modifier.name && $0.effect == .shapefactor }
    }
    .map(\.nominal.count).max() ?? 0
  }

  /// The combined relative uncertainty √(Σσ²)/Σν of the samples that carry a staterror, for every
  /// bin of its channels in order; zero where there is none.
  private static func relativeErrors(
    of modifier: HistFactoryWorkspace.Modifier, in layout: HistFactoryLayout
  ) throws(HistFactoryError) -> [Double] {
    var carriers: [String: [Int]] = [:]
    var result: [Double] = []
    for (index, channel) in layout.channels.enumerated() {
      var yields = Array(repeating: 0.0, count: channel.bins.count)
      var squares = yields
      var found = false
      for group in channel.groups {
        for other in layout.groups[group].modifiers where other.name == modifier.name {
          guard case .staterror(let uncertainties) = other.effect else { continue }
          found = true
          carriers[layout.groups[group].sample, default: []].append(index)
          for bin in yields.indices {
            yields[bin] += layout.groups[group].nominal[bin]
            squares[bin] += uncertainties[bin] * uncertainties[bin]
          }
        }
      }
      guard found else { continue }
      result += zip(yields, squares).map { $0 > 0 ? $1.squareRoot() / $0 : 0 }
    }
    try requireEqualChannels(of: modifier, carriers, in: layout)
    return result
  }

  private static func requireEqualChannels(
    of modifier: HistFactoryWorkspace.Modifier, _ carriers: [String: [Int]],
    in layout: HistFactoryLayout
  ) throws(HistFactoryError) {
    let sorted = carriers.sorted { codePointsPrecede($0.key, $1.key) }
    guard let first = sorted.first,
      let other = sorted.first(where: { $0.value != first.value })
    else { return }
    let names = { (channels: [Int]) in
      channels.map { "'\(layout.channels[$0].name)'" }.joined(separator: ", ")
    }
    var place = HistFactoryError.Place()
    place.modifier = .named(modifier.name)
    place.modifierType = modifier.effect.type
    throw HistFactoryError(
      place: place,
      expected: "the samples that carry it to carry it in the same channels",
      found: "sample '\(first.key)' in \(names(first.value)) and sample '\(other.key)' in "
        + names(other.value))
  }
}
