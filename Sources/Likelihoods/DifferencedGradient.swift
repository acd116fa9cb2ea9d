public import NumericalCore

/// A density without a gradient, given one by differences of its values.
///
/// The differences are central; at a bound, at a kink and where the density is -∞ on one side
/// they are one-sided, of the same order. Steps are fractions of the parameters' scales. All the
/// values of many points are asked for together, since a density without a gradient is often
/// another program.
public struct DifferencedGradient<Base: LogPosterior>: DifferentiableLogDensity, LogPosterior {
  public typealias Failure = Base.Failure

  /// The order of the error in the step.
  public enum Order: Int, Sendable {
    /// Two values per parameter; 2e-7 of the slope, or of 1, on the toy search.
    case second = 2
    /// Four values per parameter; 2e-9 in the same terms.
    case fourth = 4
  }

  /// The density.
  public let base: Base
  /// The order of the differences.
  public let order: Order
  /// The step in units of the parameters' scales.
  public let relativeStep: Double
  private let counter = EvaluationCounter()

  /// Values asked for in one call.
  private static var batchElements: Int { 1 << 22 }

  /// A density with differences as gradient.
  ///
  /// - Parameters:
  ///   - base: the density.
  ///   - order: the order of the differences.
  ///   - relativeStep: the step in units of the scales; by default the power of the double
  ///     precision that balances rounding against the order's error.
  /// - Precondition: the step is positive.
  public init(_ base: Base, order: Order = .second, relativeStep: Double? = nil) {
    let step = relativeStep ?? (order == .second ? 6e-6 : 7e-4)
    precondition(step > 0 && step.isFinite, "the step must be a positive number")
    self.base = base
    self.order = order
    self.relativeStep = step
  }

  public var parameters: ParameterSpace { base.parameters }
  public var factorizedPrior: ProductPrior? { base.factorizedPrior }
  public var gradientIsDifferenced: Bool { true }
  public var valuesForGradients: Int { counter.count }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure) {
    try base.evaluate(points, values: &values)
  }

  public func logLikelihoods(at points: Matrix<Double>) throws(Failure) -> [Double] {
    try base.logLikelihoods(at: points)
  }

  public func logPriors(at points: Matrix<Double>) -> [Double] { base.logPriors(at: points) }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Failure) {
    let d = parameters.count
    let perPoint = (1 + d * order.rawValue) * max(1, d)
    let block = max(1, Self.batchElements / perPoint)
    for first in stride(from: 0, to: points.rows, by: block) {
      let rows = first..<min(first + block, points.rows)
      let found = try differentiated(points.rows(in: rows))
      values.replaceSubrange(rows, with: found.values)
      gradients.elements.replaceSubrange(
        rows.lowerBound * d..<rows.upperBound * d, with: found.gradients.elements)
    }
  }

  /// One point and one parameter, with the side on which differences are taken.
  private struct Place {
    var row: Int
    var column: Int
    var side: DifferenceStencil.Side
    /// Whether the other side was tried.
    var isLast = false
  }

  private func differentiated(
    _ points: Matrix<Double>
  ) throws(Failure) -> (values: [Double], gradients: Matrix<Double>) {
    let d = points.columns
    var gradients = Matrix<Double>(rows: points.rows, columns: d, repeating: 0)
    var places: [Place] = []
    for i in 0..<points.rows {
      for j in 0..<d { places.append(Place(row: i, column: j, side: .central)) }
    }
    var batch = points
    var stencils = places.map { stencil($0, points) }
    append(stencils, places, points, to: &batch)
    counter.add(batch.rows - points.rows)
    let all = try base.logDensities(at: batch)
    let values = Array(all[..<points.rows])
    var shifted = Array(all[points.rows...])
    while true {
      var failed: [Place] = []
      var next = 0
      for (place, stencil) in zip(places, stencils) {
        let range = next..<next + stencil.shifts.count
        next = range.upperBound
        guard values[place.row] > -.infinity else { continue }
        if let slope = stencil.slope(values[place.row], shifted[range]) {
          gradients[place.row, place.column] = slope
        } else if !place.isLast {
          failed.append(retried(place, stencil))
        }
      }
      guard !failed.isEmpty else { return (values, gradients) }
      places = failed
      stencils = places.map { self.stencil($0, points) }
      var retry = Matrix<Double>(rows: 0, columns: d, elements: [])
      append(stencils, places, points, to: &retry)
      counter.add(retry.rows)
      shifted = try base.logDensities(at: retry)
    }
  }

  /// The place with the next side to try: forward after central, then the other side of what was
  /// tried. A point whose both sides fail keeps a zero.
  private func retried(_ place: Place, _ stencil: DifferenceStencil) -> Place {
    Place(
      row: place.row, column: place.column,
      side: stencil.side == .forward ? .backward : .forward, isLast: stencil.side != .central)
  }

  private func stencil(_ place: Place, _ points: Matrix<Double>) -> DifferenceStencil {
    let parameter = parameters.parameters[place.column]
    let x = points[place.row, place.column]
    var (lower, upper) = (parameter.lower, parameter.upper)
    if let kink = parameter.kink {
      if x >= kink { lower = max(lower, kink) } else { upper = min(upper, kink) }
    }
    return DifferenceStencil(
      order: order.rawValue, at: x, step: relativeStep * parameter.scale, side: place.side,
      lower: lower, upper: upper)
  }

  private func append(
    _ stencils: [DifferenceStencil], _ places: [Place], _ points: Matrix<Double>,
    to batch: inout Matrix<Double>
  ) {
    var elements = batch.elements
    elements.reserveCapacity(elements.count + stencils.count * order.rawValue * points.columns)
    for (place, stencil) in zip(places, stencils) {
      var point = points.row(place.row)
      for shift in stencil.shifts {
        point[place.column] = stencil.center + shift
        elements.append(contentsOf: point)
      }
    }
    batch = Matrix(
      rows: elements.count / points.columns, columns: points.columns, elements: elements)
  }
}
