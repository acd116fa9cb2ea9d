import Foundation
import ONNX
import TestSupport
import Testing

/// The checker of ONNX and its runtime agree with what is written here, and the reference
/// evaluator of ONNX with the interpreter.
@Suite(.enabled(if: pythonInterpreter != nil, needsPython))
struct PythonTests {
  @Test func checkerAndRuntime() throws {
    let model = try SampleNetwork().model()
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.onnx")
      try model.write(to: url)
      let points = SampleNetwork.points
      let output = try runPython(
        """
        import sys, json, numpy as np, onnx, onnxruntime
        model = onnx.load(sys.argv[1])
        onnx.checker.check_model(model, full_check=True)
        assert {p.key: p.value for p in model.metadata_props}["parameters"] == "mu,δ_1,δ_2"
        assert model.producer_name == "DNNLikelihood" and model.ir_version == 8
        x = np.array(json.loads(sys.argv[2])).reshape(-1, 3)
        session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
        print("\\n".join(repr(float(v)) for v in session.run(None, {"x": x})[0][:, 0]))
        """, arguments: [url.path, "\(points)"])
      let theirs = output.split(separator: "\n").compactMap { Double($0) }
      let ours = try ONNXInterpreter(model).evaluate(points: points, dimensions: 3)
      #expect(theirs.count == ours.count)
      for (a, b) in zip(theirs, ours) {
        #expect(a == b || abs(a - b) < 1e-6 * max(1, abs(b)))
      }
    }
  }

  private struct Case: Decodable {
    struct Array: Decodable {
      let shape: [Int]
      let elements: [Double]
    }
    let name: String
    let inputs: [String: Array]
    let output: Array
  }

  /// Every operator, with attributes, broadcasting and negative axes, against
  /// `onnx.reference.ReferenceEvaluator` in double precision.
  @Test func referenceEvaluator() throws {
    try withTemporaryFolder { folder in
      try runPython(Self.cases, arguments: [folder.path])
      let list = try JSONDecoder().decode(
        [Case].self, from: try Data(contentsOf: folder.appending(path: "cases.json")))
      #expect(list.count > 80)
      var tested: Set<String> = []
      for test in list {
        let model = try ONNXModel(reading: folder.appending(path: "\(test.name).onnx"))
        tested.formUnion(model.nodes.map(\.operatorType))
        let inputs = test.inputs.mapValues { ONNXArray($0.elements, shape: $0.shape) }
        let value = try #require(try ONNXInterpreter(model).evaluate(inputs)["out"])
        #expect(value.shape == test.output.shape, "\(test.name)")
        for (a, b) in zip(value.elements, test.output.elements) {
          #expect(abs(a - b) <= 1e-6 * max(1, abs(b)), "\(test.name): \(a), expected \(b)")
        }
      }
      #expect(tested.sorted() == ONNXInterpreter.knownOperators)
    }
  }
}
