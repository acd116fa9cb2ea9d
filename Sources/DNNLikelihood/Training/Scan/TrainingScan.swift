public import Foundation
internal import NumericalCore

/// Many trainings on one data set: a grid, random draws, and repetitions of each.
public struct TrainingScan: Sendable {
  /// One training of a scan.
  public struct Member: Codable, Sendable, Hashable {
    /// The recipe and what is different from it.
    public var settings: TrainingSettings
    /// Training points, drawn from those of the data set; all of them if absent.
    public var points: Int?
    /// Which repetition, from 1.
    public var repetition: Int
    /// Seed of the draw of points, of weights, order and dropout.
    public var seed: UInt64
  }

  /// The file it was read from.
  public let file: URL
  /// The trainings, in the order of the file: the last field of the grid changes fastest, then the
  /// draws, then the repetitions.
  public let members: [Member]

  /// Reads a scan from a YAML file; see `Documentation/Training.md`.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - settings: what holds for all members unless the file says otherwise.
  ///   - seed: the seed of the first repetition, unless the file has one.
  /// - Throws: ``InputError`` naming the line and the field.
  public init(
    reading file: URL, settings: TrainingSettings = TrainingSettings(), seed: UInt64 = 1
  ) throws {
    let yaml = try YAMLValue.read(file)
    let entries = try yaml.fields(
      "a scan", known: ["repeats", "seed", "grid", "random", "ranges"])
    let repeats = try entries["repeats"]?.integer(atLeast: 1) ?? 1
    let seed = try entries["seed"].map { UInt64(try $0.integer(atLeast: 0)) } ?? seed
    let grid = try Self.axes(entries["grid"], "grid", ScanAxis.grid)
    let ranges = try Self.axes(entries["ranges"], "ranges", ScanAxis.random)
    if let both = ranges.first(where: { axis in grid.contains { $0.field == axis.field } }) {
      throw (entries["ranges"] ?? yaml).error(
        expected: "every field once", found: "'\(both.field.rawValue)' in grid and in ranges")
    }
    guard (entries["random"] == nil) == ranges.isEmpty else {
      throw (entries["random"] ?? entries["ranges"] ?? yaml).error(
        expected: "random: the number of draws, beside ranges: what to draw from",
        found: ranges.isEmpty ? "no ranges" : "no random")
    }
    guard !(grid.isEmpty && ranges.isEmpty && repeats == 1) else {
      throw yaml.error(expected: "a scan with 'grid', or 'random' and 'ranges'", found: "neither")
    }
    let draws = try entries["random"]?.integer(atLeast: 1) ?? 1
    var members: [Member] = []
    for point in Self.product(grid) {
      for draw in 0..<draws {
        let values = point + Self.draw(ranges, number: draw, seed: seed)
        let (settings, points) = try Self.settings(settings, values, yaml)
        members += (1...repeats).map {
          Member(
            settings: settings, points: points, repetition: $0, seed: seed &+ UInt64($0 - 1))
        }
      }
    }
    self.file = file
    self.members = members
  }

  private typealias Choice = (field: ScanField, value: ScanValue)

  private static func axes(
    _ yaml: YAMLValue?, _ what: String,
    _ read: (ScanField, YAMLValue) throws(InputError) -> ScanAxis
  ) throws(InputError) -> [ScanAxis] {
    guard let yaml else { return [] }
    let known = try yaml.fields(what, known: ScanField.names)
    var result: [ScanAxis] = []
    for (key, value) in try yaml.mapping(of: what) where known[key] != nil {
      if let field = ScanField(rawValue: key) { result.append(try read(field, value)) }
    }
    return result
  }

  private static func product(_ axes: [ScanAxis]) -> [[Choice]] {
    axes.reduce([[]]) { points, axis in
      guard case .values(let values) = axis.source else { return points }
      return points.flatMap { point in values.map { point + [(axis.field, $0)] } }
    }
  }

  /// One draw of every range; a field's numbers do not depend on what else is drawn.
  private static func draw(_ axes: [ScanAxis], number: Int, seed: UInt64) -> [Choice] {
    axes.map { axis in
      var random = RandomStream(seed: seed, purpose: "scan " + axis.field.rawValue)
        .sequence(step: number)
      return (axis.field, axis.draw(random.uniform()))
    }
  }

  private static func settings(
    _ base: TrainingSettings, _ values: [Choice], _ yaml: YAMLValue
  ) throws(InputError) -> (TrainingSettings, Int?) {
    var settings = base
    var points, width, layers: Int?
    for (field, value) in values {
      switch (field, value) {
      case (.points, .whole(let n)): points = n
      case (.width, .whole(let n)): width = n
      case (.layers, .whole(let n)): layers = n
      default: settings.set(field, value)
      }
    }
    if width != nil || layers != nil {
      guard !values.contains(where: { $0.field == .widths }) else {
        throw yaml.error(expected: "'widths', or 'width' and 'layers'", found: "both")
      }
      let usual = base.widths ?? [settings.recipe == .paper ? 500 : 256]
      settings.widths = Array(repeating: width ?? usual[0], count: layers ?? max(2, usual.count))
    }
    do {
      try settings.validate()
    } catch {
      throw .inside(yaml.file, place: "the combination of fields", error)
    }
    return (settings, points)
  }
}

extension TrainingSettings {
  /// Sets one field of a scan.
  fileprivate mutating func set(_ field: ScanField, _ value: ScanValue) {
    switch value {
    case .whole(let n):
      switch field {
      case .batchSize: batchSize = n
      case .epochs: epochs = n
      case .earlyStopping: earlyStopping = n
      default: break
      }
    case .real(let x):
      switch field {
      case .learningRate: learningRate = x
      case .momentum: momentum = x
      case .weightDecay: weightDecay = x
      case .huberThreshold: huberThreshold = x
      case .dropout: dropout = x
      case .alphaDropout: alphaDropout = x
      case .l1: l1 = x
      case .l2: l2 = x
      default: break
      }
    case .flag(let isOn): if field == .batchNormalization { batchNormalization = isOn }
    case .widths(let list): widths = list
    case .text(let text):
      switch field {
      case .recipe: recipe = Recipe(rawValue: text) ?? recipe
      case .activation: activation = .init(rawValue: text)
      case .initializer: initializer = .init(rawValue: text)
      case .optimizer: optimizer = .init(rawValue: text)
      case .loss: loss = .init(rawValue: text)
      case .sampleWeights: sampleWeights = .init(rawValue: text)
      case .schedule: schedule = .init(rawValue: text)
      case .precision: precision = .init(rawValue: text)
      default: break
      }
    }
  }
}
