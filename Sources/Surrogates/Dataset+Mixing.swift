internal import Likelihoods
internal import NumericalCore

extension Dataset {
  /// A data set and its part of a mixture.
  public struct Component: Sendable {
    /// Where the points are taken from.
    public var data: Dataset
    /// The fraction of the mixture that comes from it; fractions are relative to their sum.
    public var fraction: Double

    /// A component.
    public init(_ data: Dataset, fraction: Double) {
      self.data = data
      self.fraction = fraction
    }
  }

  /// Mixes data sets of one density in stated fractions: random points of each, without
  /// replacement, in a random order and with a new split. Points keep the name of their sample.
  ///
  /// - Parameters:
  ///   - components: data sets over the same parameters with the same prior.
  ///   - points: number of points; as many as the fractions allow without it.
  ///   - mergingRepeats: whether repeated points are used once.
  ///   - validation: fraction of the points for validation.
  ///   - test: fraction of the points for the final test.
  ///   - seed: seed of choice, order and split.
  /// - Throws: ``DatasetError``.
  public init(
    mixing components: [Component], points: Int? = nil, mergingRepeats: Bool = false,
    validation: Double, test: Double, seed: UInt64
  ) throws {
    guard let first = components.first?.data else { throw DatasetError.empty }
    let total = components.reduce(0) { $0 + $1.fraction }
    for component in components {
      guard component.fraction > 0, component.fraction.isFinite else {
        throw DatasetError.mixtureFraction(component.fraction)
      }
      guard component.data.parameters.names == first.parameters.names else {
        throw DatasetError.differentParameters(
          expected: first.parameters.names, found: component.data.parameters.names)
      }
      guard component.data.prior == first.prior else { throw DatasetError.differentPriors }
    }
    let parts = components.map { component in
      let data = component.data
      let rows =
        mergingRepeats
        ? PointGroups(of: data.points).representatives : Array(0..<data.count)
      return (data: data, fraction: component.fraction / total, rows: rows)
    }
    let most = parts.map { Int(Double($0.rows.count) / $0.fraction) }.min() ?? 0
    let count = points ?? most
    var rows: [(part: Int, row: Int)] = []
    for (k, part) in parts.enumerated() {
      let wanted = Int((part.fraction * Double(count)).rounded())
      guard wanted <= part.rows.count else {
        throw DatasetError.tooFewToMix(
          samples: part.data.sampleNames, needed: wanted, found: part.rows.count, possible: most)
      }
      var random = RandomStream(seed: seed, purpose: "choice for a mixture").sequence(walker: k)
      rows += random.permutation(part.rows.count).prefix(wanted).map { (k, part.rows[$0]) }
    }
    var random = RandomStream(seed: seed, purpose: "order of a mixture").sequence()
    var order = random.permutation(rows.count).map { rows[$0] }
    func matrix(_ table: KeyPath<Dataset, Matrix<Double>>) -> Matrix<Double> {
      var elements: [Double] = []
      elements.reserveCapacity(order.count * first.parameters.count)
      for (part, row) in order { elements += parts[part].data[keyPath: table].row(row) }
      return Matrix(
        rows: order.count, columns: first.parameters.count, elements: elements)
    }
    var chosen = matrix(\.points)
    if mergingRepeats {
      // The same point may be in two data sets.
      let distinct = PointGroups(of: chosen).representatives
      order = distinct.map { order[$0] }
      chosen = chosen.selectingRows(distinct)
    }
    func column(_ values: KeyPath<Dataset, [Double]?>) -> [Double]? {
      guard parts.allSatisfy({ $0.data[keyPath: values] != nil }) else { return nil }
      return order.map { parts[$0.part].data[keyPath: values]?[$0.row] ?? .nan }
    }
    var names: [String] = []
    let labels = parts.map { part in
      part.data.sampleNames.map { name in
        if let place = names.firstIndex(of: name) { return place }
        names.append(name)
        return names.count - 1
      }
    }
    let gradients = parts.compactMap(\.data.gradients)
    try self.init(
      parameters: first.parameters, points: chosen,
      logPosteriors: order.map { parts[$0.part].data.logPosteriors[$0.row] },
      logLikelihoods: column(\.logLikelihoods), logPriors: column(\.logPriors),
      gradients: gradients.count == parts.count
        ? Matrix(
          rows: order.map { gradients[$0.part].row($0.row) }, columns: first.parameters.count)
        : nil,
      sampleNames: names,
      sampleOfPoint: order.map { labels[$0.part][parts[$0.part].data.sampleOfPoint[$0.row]] },
      split: Split(
        groups: PointGroups(of: chosen).groups, validation: validation, test: test, seed: seed),
      prior: first.prior,
      provenance: [
        "mixture": parts.map { "\($0.data.sampleNames.joined(separator: "+")): \($0.fraction)" }
          .joined(separator: ", "),
        "seed": "\(seed)",
      ])
  }
}
