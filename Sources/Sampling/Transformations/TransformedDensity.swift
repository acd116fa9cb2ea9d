public import Likelihoods
public import NumericalCore

/// A density in coordinates without bounds: ln p(x(y)) + ln |dx/dy|, whose draws, mapped back,
/// are draws of the density itself.
///
/// Parameters keep their names and their order; bounds that are mapped are gone. Parameters that
/// are not mapped keep bounds, which the density itself enforces.
public struct TransformedDensity<Base: DifferentiableLogDensity>: DifferentiableLogDensity {
  public typealias Failure = Base.Failure

  /// The density of the parameters.
  public let base: Base
  /// The map of every parameter.
  public let maps: [BoundMap]
  public let parameters: ParameterSpace
  /// The columns that are mapped.
  let mapped: [Int]
  private let margins: [Double]

  /// A density with maps for its parameters.
  public init(_ base: Base, maps: [BoundMap]) {
    precondition(maps.count == base.parameters.count, "one map for each parameter")
    self.base = base
    self.maps = maps
    mapped = maps.indices.filter { maps[$0] != .identity }
    let margins = base.parameters.parameters.map { Self.relativeMargin * $0.scale }
    self.margins = margins
    let unbounded = zip(base.parameters.parameters, maps).enumerated().map { index, pair in
      var (parameter, map) = pair
      guard map != .identity else { return parameter }
      let y = map.coordinate(of: parameter.initial, margin: margins[index])
      let scale = parameter.scale / abs(map.parameter(at: y).slope)
      (parameter.initial, parameter.lower, parameter.upper) = (y, -.infinity, .infinity)
      // A coordinate changes by about one where the map bends.
      parameter.scale = min(max(scale, 1e-12), 1)
      parameter.kink = parameter.kink.map { map.coordinate(of: $0, margin: margins[index]) }
      return parameter
    }
    do {
      parameters = try ParameterSpace(unbounded)
    } catch {
      preconditionFailure("coordinates of a valid space are valid: \(error)")
    }
  }

  /// A density with the maps that `handling` asks for.
  public init(_ base: Base, handling: BoundHandling = .always) {
    self.init(base, maps: handling.maps(for: base.parameters))
  }

  /// A value nearer to its bound than this many scales is moved inside at the start.
  static var relativeMargin: Double { 0.01 }

  public var gradientIsDifferenced: Bool { base.gradientIsDifferenced }
  public var valuesForGradients: Int { base.valuesForGradients }

  /// The coordinates of points; values on bounds or outside are moved inside by a hundredth of the
  /// parameter's scale.
  public func coordinates(of points: Matrix<Double>) -> Matrix<Double> {
    var result = points
    for row in 0..<points.rows {
      for j in mapped {
        result[row, j] = maps[j].coordinate(of: points[row, j], margin: margins[j])
      }
    }
    return result
  }

  /// The points at coordinates.
  public func points(at coordinates: Matrix<Double>) -> Matrix<Double> {
    let (rows, width, mapped, maps) = (coordinates.rows, coordinates.columns, mapped, maps)
    let elements = [Double](unsafeUninitializedCapacity: rows * width) { buffer, count in
      count = rows * width
      coordinates.elements.withUnsafeBufferPointer { source in
        guard let to = buffer.baseAddress.map({ DisjointRows($0) }),
          let from = source.baseAddress.map({ SharedRows($0) })
        else { return }
        parallelFor(rows, grain: 64) { range in
          let start = range.lowerBound * width
          (to.base + start).initialize(from: from.base + start, count: range.count * width)
          for row in range {
            for j in mapped {
              let k = row * width + j
              to.base[k] = maps[j].parameter(at: from.base[k]).value
            }
          }
        }
      }
    }
    return Matrix(rows: rows, columns: width, elements: elements)
  }

  /// The sum of ln |dx/dy| over the parameters, for every row of `coordinates`.
  public func logSlopes(at coordinates: Matrix<Double>) -> [Double] {
    (0..<coordinates.rows).map { row in
      mapped.reduce(0) { $0 + maps[$1].parameter(at: coordinates[row, $1]).logSlope }
    }
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure) {
    try base.evaluate(self.points(at: points), values: &values)
    for (row, slope) in logSlopes(at: points).enumerated() where values[row] != -.infinity {
      values[row] += slope
      if values[row].isNaN, !slope.isFinite { values[row] = -.infinity }
    }
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Failure) {
    guard !mapped.isEmpty else {
      return try base.evaluate(points, values: &values, gradients: &gradients)
    }
    try base.evaluate(self.points(at: points), values: &values, gradients: &gradients)
    let (rows, width, mapped, maps) = (points.rows, points.columns, mapped, maps)
    values.withUnsafeMutableBufferPointer { values in
      gradients.elements.withUnsafeMutableBufferPointer { gradients in
        points.elements.withUnsafeBufferPointer { points in
          guard let value = values.baseAddress.map({ DisjointRows($0) }),
            let gradient = gradients.baseAddress.map({ DisjointRows($0) }),
            let x = points.baseAddress.map({ SharedRows($0) })
          else { return }
          parallelFor(rows, grain: 64) { range in
            for row in range where value.base[row] != -.infinity {
              for j in mapped {
                let k = row * width + j
                let map = maps[j].parameter(at: x.base[k])
                value.base[row] += map.logSlope
                gradient.base[k] = gradient.base[k] * map.slope + map.logSlopeDerivative
              }
            }
          }
        }
      }
    }
  }
}
