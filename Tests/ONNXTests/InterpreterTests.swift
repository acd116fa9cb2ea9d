import Foundation
import ONNX
import TestSupport
import Testing

/// The interpreter gives what the formula gives.
@Suite struct InterpreterTests {
  @Test func sampleNetwork() throws {
    let network = SampleNetwork()
    let interpreter = try ONNXInterpreter(try network.model())
    let values = try interpreter.evaluate(points: SampleNetwork.points, dimensions: 3)
    #expect(values.count == 20)
    #expect(values.contains(-.infinity))
    #expect(values.count(where: \.isFinite) > 5)
    for (i, value) in values.enumerated() {
      let expected = network.logDensity(Array(SampleNetwork.points[3 * i..<3 * i + 3]))
      // Single precision enters at the cast of the network's output.
      #expect(value == expected || abs(value - expected) < 2e-7 * max(1, abs(expected)))
    }
  }

  @Test func unknownOperator() throws {
    var graph = ONNXGraphBuilder(name: "g")
    let x = graph.input("x", .float64, shape: ["batch"])
    graph.output(graph.add("Hardmax", [x], output: "y"), .float64, shape: ["batch"])
    let model = try graph.build()
    let error = try #require(throws: ONNXError.self) { try ONNXInterpreter(model) }
    #expect(
      error == .unsupportedOperator(node: "Hardmax_0", operatorType: "Hardmax", domain: ""))
    #expect(error.description == "node 'Hardmax_0': operator Hardmax is not known")
  }

  @Test func badInputs() throws {
    let interpreter = try ONNXInterpreter(try SampleNetwork().model())
    let missing = try #require(throws: ONNXError.self) {
      try interpreter.evaluate(["y": ONNXArray([1, 2, 3], shape: [1, 3])])
    }
    #expect(missing == .missingInput(name: "x", given: ["y"]))
    let shape = try #require(throws: ONNXError.self) {
      try interpreter.evaluate(points: [1, 2], dimensions: 2)
    }
    #expect(shape == .wrongShape(tensor: "x", expected: "[batch, 3]", found: [1, 2]))
  }

  @Test func operandsThatDoNotFit() throws {
    var graph = ONNXGraphBuilder(name: "g")
    let x = graph.input("x", .float64, shape: ["n", 2])
    let c = graph.initializer("c", [1.0, 2, 3], shape: [3])
    graph.output(graph.add("Add", [x, c]), .float64, shape: ["n", 2])
    let interpreter = try ONNXInterpreter(try graph.build())
    let error = try #require(throws: ONNXError.self) {
      try interpreter.evaluate(points: [1, 2], dimensions: 2)
    }
    #expect(
      error
        == .failedNode(
          node: "Add_0", operatorType: "Add", reason: "shapes [1, 2] and [3] do not fit together"))
  }

  /// What enters single precision is rounded once, what follows is not.
  @Test func roundingHappensAtTheCast() throws {
    var graph = ONNXGraphBuilder(name: "g")
    let x = graph.input("x", .float64, shape: ["n", 1])
    let narrow = graph.cast(x, to: .float32)
    graph.output(graph.add("Mul", [narrow, narrow]), .float32, shape: ["n", 1])
    let value = try ONNXInterpreter(try graph.build()).evaluate(points: [0.1], dimensions: 1)
    let rounded = Double(Float(0.1))
    #expect(value == [rounded * rounded])
  }
}
