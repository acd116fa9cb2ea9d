import Foundation
import ONNX
import TestSupport
import Testing

/// Models are built, written and read back without loss.
@Suite struct ModelTests {
  @Test func roundTrip() throws {
    let model = try SampleNetwork().model()
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.onnx")
      try model.write(to: url)
      let back = try ONNXModel(reading: url)
      #expect(back == model)
      #expect(back.metadata["parameters"] == "mu,δ_1,δ_2")
      #expect(back.producerName == "DNNLikelihood")
      #expect(back.opset == 13)
      #expect(back.irVersion == 8)
      #expect(back.inputs == [ONNXValue(name: "x", elementType: .float64, shape: ["batch", 3])])
      #expect(try back.initializer("w1").shape == [4, 3])
      #expect(try back.initializer("w1").floats() == SampleNetwork().weights1)
      #expect(try back.initializer("A").doubles() == SampleNetwork().curvature)
      #expect(try back.initializer("axis").integers() == [1])
      #expect(try back.serialized() == Data(contentsOf: url))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.onnx"])
    }
  }

  @Test func missingAndWrongTensors() throws {
    let model = try SampleNetwork().model()
    let missing = try #require(throws: ONNXError.self) { try model.initializer("w3") }
    #expect(missing == .missingTensor(name: "w3", present: model.initializers.map(\.name)))
    let wrong = try #require(throws: ONNXError.self) { try model.initializer("A").floats() }
    #expect(wrong == .wrongType(tensor: "A", expected: "float32", found: "float64"))
    #expect(throws: ONNXError.self) {
      try ONNXTensor(name: "t", elementType: .float64, shape: [2, 2], data: Data(count: 31))
    }
    #expect(throws: ONNXError.self) {
      try ONNXTensor(name: "t", elementType: .float64, shape: [1 << 40, 1 << 40], data: Data())
    }
  }

  @Test func badFiles() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.onnx")
      let missing = try #require(throws: ONNXError.self) { try ONNXModel(reading: url) }
      #expect(missing == .missingFile(file: url))
      let whole = try SampleNetwork().model().serialized()
      for bytes in [Data(), Data("text".utf8), whole.prefix(whole.count / 2)] {
        try bytes.write(to: url)
        let error = try #require(throws: ONNXError.self) { try ONNXModel(reading: url) }
        guard case .notONNX(url.path, _) = error else {
          Issue.record("\(error)")
          continue
        }
      }
      let nowhere = URL(filePath: "/nowhere/a.onnx")
      let unwritable = try #require(throws: ONNXError.self) {
        try SampleNetwork().model().write(to: nowhere)
      }
      guard case .cannotWrite(nowhere, _) = unwritable else {
        Issue.record("\(unwritable)")
        return
      }
    }
  }

  @Test func contradictoryGraphs() throws {
    var undefined = ONNXGraphBuilder(name: "g")
    let x = undefined.input("x", .float64, shape: ["batch"])
    undefined.output(undefined.add("Add", [x, "y"]), .float64, shape: ["batch"])
    let first = try #require(throws: ONNXError.self) { try undefined.build() }
    #expect(first.description.contains("uses 'y'"))

    var twice = ONNXGraphBuilder(name: "g")
    twice.input("x", .float64, shape: ["batch"])
    twice.output(twice.add("Exp", ["x"], output: "x"), .float64, shape: ["batch"])
    let second = try #require(throws: ONNXError.self) { try twice.build() }
    #expect(second.description.contains("'x' is defined twice"))

    var absent = ONNXGraphBuilder(name: "g")
    absent.output("y", .float64, shape: [])
    #expect(throws: ONNXError.self) { try absent.build() }
  }
}
