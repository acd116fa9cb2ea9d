import Foundation
import ONNX

/// A small stand-in for a likelihood: double input, bounds, preconditioning, a single-precision
/// Selu network, and a quadratic form in double precision.
struct SampleNetwork {
  static let dimensions = 3
  static let width = 4

  /// Numbers between -1 and 1 without a pattern.
  static func values(_ count: Int, _ phase: Double) -> [Double] {
    (0..<count).map { sin(12.9898 * Double($0) + phase) }
  }

  let mean = values(3, 1)
  let scale = values(3, 2).map { 1.5 + $0 }
  let weights1 = values(12, 3).map(Float.init)
  let offsets1 = values(4, 4).map(Float.init)
  let weights2 = values(4, 5).map(Float.init)
  let curvature = values(9, 6)
  let lower = [-2.0, -2, -2]
  let upper = [2.0, 2, 2]

  /// The graph x -> ln p, minus infinity outside of the bounds.
  func model() throws -> ONNXModel {
    var graph = ONNXGraphBuilder(name: "sample")
    graph.producerName = "DNNLikelihood"
    graph.producerVersion = "0.1"
    graph.documentation = "ln p of three parameters"
    graph.metadata = ["parameters": "mu,δ_1,δ_2", "created": "today"]
    let x = graph.input("x", .float64, shape: ["batch", 3])
    let centred = graph.add("Sub", [x, graph.initializer("mean", mean, shape: [3])])
    let z = graph.add("Div", [centred, graph.initializer("scale", scale, shape: [3])])
    let hidden = graph.add(
      "Gemm",
      [
        graph.cast(z, to: .float32), graph.initializer("w1", weights1, shape: [4, 3]),
        graph.initializer("b1", offsets1, shape: [4]),
      ], attributes: ["transB": .int(1)])
    let active = graph.add("Selu", [hidden])
    let y = graph.add("MatMul", [active, graph.initializer("w2", weights2, shape: [4, 1])])
    let network = graph.cast(y, to: .float64)
    // -1/2 z' A z, row by row.
    let az = graph.add("MatMul", [z, graph.initializer("A", curvature, shape: [3, 3])])
    let axis = graph.initializer("axis", [1] as [Int64], shape: [1])
    let form = graph.add("ReduceSum", [graph.add("Mul", [az, z]), axis])
    let half = graph.initializer("half", [-0.5], shape: [])
    let sum = graph.add("Add", [network, graph.add("Mul", [form, half])])
    graph.output(try bounded(sum, x, &graph), .float64, shape: ["batch", 1])
    return try graph.build()
  }

  private func bounded(
    _ value: String, _ x: String, _ graph: inout ONNXGraphBuilder
  ) throws -> String {
    let below = graph.add("Less", [x, graph.initializer("lower", lower, shape: [3])])
    let above = graph.add("Greater", [x, graph.initializer("upper", upper, shape: [3])])
    let inside = graph.add("Not", [graph.add("Or", [below, above])])
    let axis = graph.initializer("last", [1] as [Int64], shape: [1])
    let count = graph.add("ReduceSum", [graph.cast(inside, to: .float64), axis])
    let all = graph.add("Greater", [count, graph.initializer("most", [2.5], shape: [])])
    return graph.add(
      "Where", [all, value, graph.initializer("nothing", [-Double.infinity], shape: [])],
      output: "lnp")
  }

  /// The same function, written out.
  func logDensity(_ x: [Double]) -> Double {
    guard zip(x, lower).allSatisfy({ $0 >= $1 }), zip(x, upper).allSatisfy({ $0 <= $1 }) else {
      return -.infinity
    }
    let z = (0..<3).map { (x[$0] - mean[$0]) / scale[$0] }
    var network = 0.0
    for j in 0..<4 {
      var sum = Double(offsets1[j])
      for i in 0..<3 { sum += Double(weights1[3 * j + i]) * Double(Float(z[i])) }
      let active = sum > 0 ? sum : 1.6732632423543772 * expm1(sum)
      network += Double(weights2[j]) * 1.0507009873554805 * active
    }
    var form = 0.0
    for i in 0..<3 { for j in 0..<3 { form += z[i] * curvature[3 * i + j] * z[j] } }
    return Double(Float(network)) - 0.5 * form
  }

  /// Points in and around the bounds.
  static let points = values(60, 7).map { 2.2 * $0 }
}
