internal import NumericalCore
internal import ONNX

/// The region of validity as operators.
extension SurrogateGraph {
  /// What the region makes of a point.
  struct Exit {
    /// The coordinates u.
    var coordinates: String
    /// s, below 1 inside.
    var scale: String
    /// max(1, s).
    var bounded: String
    /// The point, on the boundary if it is outside; itself, without rounding, inside.
    var point: String
  }

  /// The distance from the boundary, and the point pulled back to it.
  mutating func addExit(_ x: String, _ region: ValidityRegion) -> Exit {
    let d = region.dimension
    let shared = region.sharesCoordinates(with: preconditioner)
    let center = builder.initializer(
      shared ? "center" : "region_center", region.center, shape: [1, d])
    let centred = builder.add("Sub", [x, center])
    let u = whitening(
      centred, region.whitening,
      name: shared ? "whitening_transposed" : "region_whitening_transposed")
    let square = sum(builder.add("Mul", [u, u]))
    let ball = builder.add(
      "Div", [builder.add("Sqrt", [square]), number("region_radius", region.radius)])
    let sides = [("lower", region.lowerSlopes), ("upper", region.upperSlopes)].map { name, slopes in
      let slope = builder.initializer("region_\(name)_slopes", slopes, shape: [1, d])
      return builder.add(
        "ReduceMax", [builder.add("Mul", [centred, slope]), column()],
        attributes: ["keepdims": .int(1)])
    }
    let scale = builder.add("Max", [ball] + sides)
    let one = number("one", 1)
    let bounded = builder.add("Max", [scale, one])
    let boundary = builder.add("Add", [center, builder.add("Div", [centred, bounded])])
    let isOutside = builder.add("Greater", [scale, one])
    return Exit(
      coordinates: u, scale: scale, bounded: bounded,
      point: builder.add("Where", [isOutside, boundary, x]))
  }

  /// The continuation of a value at the boundary; unchanged inside.
  mutating func addContinuation(_ value: String, _ exit: Exit, _ region: ValidityRegion) -> String {
    let below = builder.add("Sub", [number("region_peak", region.peak), value])
    let drop = builder.add("Max", [below, number("region_least_drop", region.leastDrop)])
    let square = builder.add("Mul", [exit.bounded, exit.bounded])
    let excess = builder.add("Sub", [square, number("one", 1)])
    return builder.add("Sub", [value, builder.add("Mul", [excess, drop])])
  }

  /// Declares the output that says whether a point is inside, given its log density.
  mutating func addFlag(_ value: String, _ place: Place) {
    guard let region, let exit = place.exit else { return }
    // Not "less or equal": of a NaN, runtimes make that true.
    let range = region.logDensities
    let flags = [
      ("Less", exit.scale, number("region_edge", 1.0.nextUp)),
      ("Greater", value, number("region_lowest", range.lowerBound.nextDown)),
      ("Less", value, number("region_highest", range.upperBound.nextUp)),
    ].map { builder.add($0.0, [$0.1, $0.2]) }
    let all = flags.dropFirst().reduce(flags[0]) { builder.add("And", [$0, $1]) }
    builder.add("Squeeze", [all, column()], output: SurrogateLikelihood.insideName)
    builder.output(SurrogateLikelihood.insideName, .bool, shape: ["batch"])
  }
}
