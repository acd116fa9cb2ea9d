internal import Likelihoods
internal import NeuralNetworks
internal import NumericalCore
internal import ONNX

/// The operators of a surrogate, put together piece by piece: standard ones only, in double
/// precision but for the networks, which keep their own.
struct SurrogateGraph {
  let parameters: ParameterSpace
  let preconditioner: Preconditioner
  let region: ValidityRegion?
  let interface: ONNXElementType
  var builder: ONNXGraphBuilder
  /// Values that are there in single precision too.
  var singles: [String: String] = [:]
  /// The value that says whether a point is inside the bounds, once it is there.
  var allowed: String?
  /// The linear residuals of the points, once they are there.
  var residualLines: String?
  /// Constants that are there already.
  private var constants: Set<String> = []

  /// A graph with its input.
  init(
    parameters: ParameterSpace, preconditioner: Preconditioner, region: ValidityRegion?,
    interface: ONNXElementType
  ) {
    self.parameters = parameters
    self.preconditioner = preconditioner
    self.region = region
    self.interface = interface
    // From opset 18 on, runtimes know all our activations in double precision too.
    builder = ONNXGraphBuilder(name: "dnnlikelihood", opset: 18, irVersion: 8)
    builder.producerName = "DNNLikelihood for Swift"
    builder.input(
      SurrogateLikelihood.inputName, interface, shape: ["batch", .fixed(parameters.count)])
  }

  private var d: Int { parameters.count }

  /// Where a point is: itself, and its network inputs with what the region makes of them.
  struct Place {
    /// The point as it was given, in double precision.
    var point: String
    /// The whitened point, on the boundary of the region if it is outside.
    var whitened: String
    /// The inputs of the networks.
    var inputs: String
    /// What the region makes of the point, where there is one.
    var exit: Exit?
  }

  /// The point and its whitened form.
  mutating func addPlace() -> Place {
    let x =
      interface == .float64
      ? SurrogateLikelihood.inputName
      : builder.cast(SurrogateLikelihood.inputName, to: .float64)
    guard let region else {
      let z = whitening(centred(x), preconditioner.whitening)
      return Place(point: x, whitened: z, inputs: addFeatures(x, z), exit: nil)
    }
    let exit = addExit(x, region)
    let z =
      region.sharesCoordinates(with: preconditioner)
      ? builder.add("Div", [exit.coordinates, exit.bounded])
      : whitening(centred(exit.point), preconditioner.whitening)
    return Place(
      point: x, whitened: z, inputs: addFeatures(exit.point, z), exit: exit)
  }

  private mutating func centred(_ x: String) -> String {
    let center = builder.initializer("center", preconditioner.center, shape: [1, d])
    return builder.add("Sub", [x, center])
  }

  /// W t for centred points t.
  mutating func whitening(
    _ centred: String, _ whitening: Matrix<Double>?, name: String = "whitening_transposed"
  ) -> String {
    guard let whitening else { return centred }
    let matrix = builder.initializer(name, whitening.transposed().elements, shape: [d, d])
    return builder.add("MatMul", [centred, matrix])
  }

  /// The network's inputs: z, and the distances from the kinks.
  private mutating func addFeatures(_ x: String, _ z: String) -> String {
    let kinks = preconditioner.kinks
    guard !kinks.isEmpty else { return z }
    let indices = builder.initializer(
      "kink_index", kinks.map { Int64($0.index) }, shape: [kinks.count])
    let position = builder.initializer(
      "kink_position", kinks.map(\.position), shape: [1, kinks.count])
    let scale = builder.initializer("kink_scale", kinks.map(\.scale), shape: [1, kinks.count])
    let chosen = builder.add("Gather", [x, indices], attributes: ["axis": .int(1)])
    let distance = builder.add("Abs", [builder.add("Sub", [chosen, position])])
    return builder.add(
      "Concat", [z, builder.add("Div", [distance, scale])], attributes: ["axis": .int(1)])
  }

  /// The sums over the columns of a value, as one column.
  mutating func sum(_ value: String) -> String {
    let axes = column()
    return builder.add("ReduceSum", [value, axes], attributes: ["keepdims": .int(1)])
  }

  /// The axis of the columns.
  mutating func column() -> String {
    constant("column_axis") { $0.initializer("column_axis", [Int64(1)], shape: [1]) }
  }

  /// A scalar constant.
  mutating func number(_ name: String, _ value: Double) -> String {
    constant(name) { $0.initializer(name, [value], shape: [1]) }
  }

  /// A constant that may be asked for several times.
  mutating func constant(
    _ name: String, _ make: (inout ONNXGraphBuilder) -> String
  ) -> String {
    constants.insert(name).inserted ? make(&builder) : name
  }
}
