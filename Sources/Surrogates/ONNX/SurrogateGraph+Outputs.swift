internal import Likelihoods
internal import NumericalCore
internal import ONNX

/// From the network's output to the log density.
extension SurrogateGraph {
  /// The log densities of networks, one a column: standardisation undone, the quadratic part added,
  /// the continuation outside the region.
  mutating func addValue(_ network: String, _ place: Place) -> String {
    let scale = number("target_scale", preconditioner.targetScale)
    let mean = number("target_mean", preconditioner.targetMean)
    var value = builder.add("Add", [builder.add("Mul", [network, scale]), mean])
    if let peak = preconditioner.peak {
      let squares = sum(builder.add("Mul", [place.whitened, place.whitened]))
      let quadratic = builder.add(
        "Add", [builder.add("Mul", [squares, number("minus_half", -0.5)]), number("peak", peak)])
      value = builder.add("Add", [quadratic, value])
    }
    if let exit = place.exit, let region { value = addContinuation(value, exit, region) }
    return value
  }

  /// What the residual part makes of the outputs of a network; one column.
  mutating func addResiduals(_ outputs: String, _ place: Place) -> String {
    guard let residuals = preconditioner.residuals else { return outputs }
    let (d, count) = (parameters.count, residuals.count)
    func columns(_ name: String, _ columns: Range<Int>) -> String {
      let indices = constant(name) {
        $0.initializer(name, columns.map { Int64($0) }, shape: [columns.count])
      }
      return builder.add("Gather", [outputs, indices], attributes: ["axis": .int(1)])
    }
    let slopes = constant("residual_slopes_transposed") {
      $0.initializer(
        "residual_slopes_transposed", residuals.slopes.transposed().elements, shape: [d, count])
    }
    let offset = constant("residual_offset") {
      $0.initializer("residual_offset", residuals.offset, shape: [1, count])
    }
    let linear =
      residualLines
      ?? builder.add(
        "Add", [builder.add("MatMul", [place.whitened, slopes]), offset])
    residualLines = linear
    let shifts = columns("residual_columns", 1..<count + 1)
    let half = builder.add(
      "Mul", [shifts, number("half_target_scale", 0.5 * preconditioner.targetScale)])
    let change = sum(builder.add("Mul", [shifts, builder.add("Add", [linear, half])]))
    return builder.add("Sub", [columns("remainder_column", 0..<1), change])
  }

  /// The value, and another one where a parameter is not inside its bounds.
  mutating func addBounds(_ value: String, _ place: Place, otherwise: String) -> String {
    let allowed = allowed ?? addAllowed(place.point)
    self.allowed = allowed
    return builder.add("Where", [allowed, value, otherwise])
  }

  /// Whether all parameters are inside their bounds.
  private mutating func addAllowed(_ x: String) -> String {
    let bounds = parameters.parameters
    let d = bounds.count
    // Strict comparisons with the next numbers outside, because runtimes make GreaterOrEqual of a
    // NaN true. Infinite bounds, too: then NaN and infinities give -∞ as in Swift.
    let lower = builder.initializer(
      "lower_bounds", bounds.map(\.lower.nextDown), shape: [1, d])
    let upper = builder.initializer("upper_bounds", bounds.map(\.upper.nextUp), shape: [1, d])
    let inside = builder.add(
      "And", [builder.add("Greater", [x, lower]), builder.add("Less", [x, upper])])
    let all = builder.add(
      "ReduceMin", [builder.cast(inside, to: .float64), column()],
      attributes: ["keepdims": .int(1)])
    return builder.add("Greater", [all, number("half", 0.5)])
  }

  /// Declares a column to be an output, one number a point.
  mutating func addOutput(_ value: String, _ name: String) {
    let flat = builder.add(
      "Squeeze", [value, column()], output: interface == .float64 ? name : nil)
    if interface != .float64 { builder.cast(flat, to: interface, output: name) }
    builder.output(name, interface, shape: ["batch"])
  }
}
