/// Evaluates a model in double precision, one operation after the other.
///
/// It is made to check other evaluators and to read models of other programs: simple and right
/// rather than fast. Values declared as single precision are rounded where they enter that type
/// (inputs, initializers, `Cast`) and not after each operation, so that the result is what the
/// formula gives for these inputs; a single-precision runtime differs from it by its own
/// rounding.
///
/// ```swift
/// let interpreter = try ONNXInterpreter(ONNXModel(reading: url))
/// let lnp = try interpreter.evaluate(["x": ONNXArray(points, shape: [1000, 95])])["lnp"]
/// ```
public struct ONNXInterpreter: Sendable {
  /// What one operator does with its operands.
  typealias Operator = @Sendable (OperatorCall) throws -> ONNXArray

  /// The model that is evaluated.
  public let model: ONNXModel

  private let constants: [String: ONNXArray]
  private let steps: [(node: ONNXNode, operation: Operator)]

  private static let operators: [String: Operator] = [
    Elementwise.operators, LinearAlgebra.operators, Reductions.operators,
    Rearrangements.operators,
  ].reduce(into: [:]) { $0.merge($1) { $1 } }

  /// Names of the operators that the interpreter knows, in alphabetical order.
  public static var knownOperators: [String] { operators.keys.sorted() }

  /// Prepares a model for evaluation.
  ///
  /// - Throws: ``ONNXError/unsupportedOperator(node:operatorType:domain:)`` for the first node
  ///   with an operator that is not known, or ``ONNXError/invalidGraph(reason:)``, also for
  ///   operator sets before version 7, where operands were stretched by other rules.
  public init(_ model: ONNXModel) throws {
    try model.validate()
    guard model.opset >= 7 else {
      throw ONNXError.invalidGraph(reason: "operator set \(model.opset), expected 7 or later")
    }
    self.model = model
    constants = Dictionary(
      uniqueKeysWithValues: model.initializers.map { ($0.name, ONNXArray($0)) })
    steps = try model.nodes.map { node in
      guard node.domain.isEmpty, let operation = Self.operators[node.operatorType],
        node.outputs.count == 1
      else {
        throw ONNXError.unsupportedOperator(
          node: node.name, operatorType: node.operatorType, domain: node.domain)
      }
      return (node, operation)
    }
  }

  /// Computes the outputs of the model.
  ///
  /// - Parameter inputs: a value for each input of the model, by name; converted to the declared
  ///   type.
  /// - Returns: the outputs by name.
  /// - Throws: ``ONNXError/missingInput(name:given:)``,
  ///   ``ONNXError/wrongShape(tensor:expected:found:)`` if an input does not have the declared
  ///   shape, ``ONNXError/failedNode(node:operatorType:reason:)``.
  public func evaluate(_ inputs: [String: ONNXArray]) throws -> [String: ONNXArray] {
    var values = constants
    var lengths: [String: Int] = [:]
    for input in model.inputs {
      guard let value = inputs[input.name] else {
        throw ONNXError.missingInput(name: input.name, given: inputs.keys.sorted())
      }
      try check(value, fits: input, &lengths)
      values[input.name] = value.cast(to: input.elementType)
    }
    for (node, operation) in steps {
      let call = OperatorCall(
        node: node, operands: node.inputs.map { values[$0] })
      values[node.outputs[0]] = try operation(call)
    }
    let names = model.outputs.map(\.name)
    return values.filter { names.contains($0.key) }
  }

  /// Computes the first output of a model with one input, for points that are its rows.
  ///
  /// - Parameters:
  ///   - points: the coordinates, point after point.
  ///   - dimensions: coordinates of a point.
  /// - Returns: the elements of the output, in row-major order.
  /// - Throws: as ``evaluate(_:)``.
  /// - Precondition: `dimensions` divides the number of coordinates.
  public func evaluate(points: [Double], dimensions: Int) throws -> [Double] {
    precondition(
      dimensions > 0 && points.count % dimensions == 0,
      "\(points.count) coordinates are no points of \(dimensions)")
    guard model.inputs.count == 1, let input = model.inputs.first, let output = model.outputs.first
    else {
      throw ONNXError.invalidGraph(reason: "\(model.inputs.count) inputs, expected one")
    }
    let value = ONNXArray(points, shape: [points.count / dimensions, dimensions])
    return try evaluate([input.name: value])[output.name]?.elements ?? []
  }

  /// Checks the declared lengths; symbolic ones must agree with each other.
  private func check(
    _ value: ONNXArray, fits input: ONNXValue, _ lengths: inout [String: Int]
  ) throws {
    guard let shape = input.shape else { return }
    let fits =
      shape.count == value.shape.count
      && zip(shape, value.shape).allSatisfy { dimension, length in
        switch dimension {
        case .fixed(let expected): return expected == length
        case .unknown: return true
        case .symbolic(let name):
          let known = lengths[name, default: length]
          lengths[name] = known
          return known == length
        }
      }
    guard fits else {
      let text = shape.map(\.description).joined(separator: ", ")
      throw ONNXError.wrongShape(tensor: input.name, expected: "[\(text)]", found: value.shape)
    }
  }
}
