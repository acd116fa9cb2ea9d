import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import ONNX
import Surrogates
import TestSupport
import Testing

/// All forms of a surrogate: every activation in both precisions, with and without quadratic part;
/// some with kinks.
private func variants() throws -> [(name: String, surrogate: SurrogateLikelihood)] {
  var result: [(String, SurrogateLikelihood)] = []
  for (seed, activation) in Activation.allCases.enumerated() {
    for double in [true, false] {
      for quadratic in [true, false] {
        result.append(
          (
            "\(activation)-\(double ? "double" : "float")\(quadratic ? "-quadratic" : "")",
            try randomSurrogate(
              activation, quadratic: quadratic, double: double, seed: UInt64(seed + 1))
          ))
      }
    }
  }
  for double in [true, false] {
    for quadratic in [true, false] {
      result.append(
        (
          "kinks-\(double ? "double" : "float")\(quadratic ? "-quadratic" : "")",
          try randomSurrogate(quadratic: quadratic, double: double, seed: 20, kinks: true)
        ))
    }
  }
  for double in [true, false] {
    for quadratic in [true, false] {
      for kinks in [true, false] {
        result.append(
          (
            "region-\(double ? "double" : "float")\(quadratic ? "-quadratic" : "")"
              + (kinks ? "-kinks" : ""),
            try randomSurrogate(
              quadratic: quadratic, double: double, seed: 30, kinks: kinks, region: true)
          ))
      }
    }
  }
  for double in [true, false] {
    for region in [true, false] {
      result.append(
        (
          "\(region ? "region-" : "")residuals-\(double ? "double" : "float")",
          try randomSurrogate(
            double: double, seed: 40, kinks: true, region: region, residuals: region ? 1 : 4)
        ))
    }
  }
  return result
}

/// Points inside and outside the bounds, exactly on them, not numbers at all, and from the middle of
/// the density to far outside.
private func trialPoints() throws -> Matrix<Double> {
  var points = try Skewed().points(40, seed: 8)
  // What both element types of the interface hold exactly.
  for k in points.elements.indices { points.elements[k] = Double(Float(points.elements[k])) }
  for (i, mu) in [3.0000003, -3.0000003, 4, -50, 3].enumerated() { points[i, 0] = mu }
  for i in 20..<40 {
    for k in 1..<5 { points[i, k] *= Double(i - 16) / 4 }
  }
  return points
}

@Suite struct SurrogateFileTests {
  @Test func roundTrip() throws {
    try withTemporaryFolder { folder in
      for (name, surrogate) in try variants() {
        for interface in [ONNXElementType.float32, .float64] {
          let url = folder.appending(path: "model.onnx")
          try surrogate.write(to: url, interface: interface)
          let copy = try SurrogateLikelihood(reading: url)
          #expect(copy.parameters == surrogate.parameters, "\(name)")
          #expect(copy.preconditioner == surrogate.preconditioner, "\(name)")
          #expect(copy.network == surrogate.network, "\(name)")
          #expect(copy.region == surrogate.region, "\(name)")
          #expect(copy.prior == surrogate.prior && copy.provenance == surrogate.provenance)
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.onnx"])
    }
  }

  @Test func withoutPriorAndWithoutBounds() throws {
    let network = MultilayerPerceptron<Float>(
      NetworkArchitecture(inputs: 1, hiddenWidths: [3]), seed: 1)
    let surrogate = SurrogateLikelihood(
      parameters: try ParameterSpace([Parameter(name: "a")]),
      preconditioner: .identity(dimension: 1), network: .float(network), prior: nil)
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a.onnx")
      try surrogate.write(to: url)
      let copy = try SurrogateLikelihood(reading: url)
      #expect(copy.prior == nil && copy.network == surrogate.network)
      #expect(copy.parameters.parameters[0].lower == -.infinity)
    }
  }

  @Test func interpreterAgrees() throws {
    let points = try trialPoints()
    for (name, surrogate) in try variants() where name.contains("double") {
      let values = surrogate.logDensities(at: points)
      let other = try ONNXInterpreter(surrogate.onnxModel()).evaluate(
        points: points.elements, dimensions: 5)
      for (a, b) in zip(values, other) {
        let tolerance = name.contains("gelu") ? 1e-5 : 1e-10
        #expect(a == b || abs(a - b) <= tolerance * abs(a), "\(name): \(a), \(b)")
      }
    }
  }

  @Test func foreignModelsAreNoSurrogates() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "f.onnx")
      #expect(throws: ONNXError.missingFile(file: url)) { try SurrogateLikelihood(reading: url) }
      try Data("not a model".utf8).write(to: url)
      #expect(throws: ONNXError.self) { try SurrogateLikelihood(reading: url) }
      var model = try randomSurrogate().onnxModel()
      let full = model
      model.metadata = [:]
      try model.write(to: url)
      let foreign = #expect(throws: SurrogateFileError.self) {
        try SurrogateLikelihood(reading: url)
      }
      #expect(foreign?.description.contains("f.onnx is not a surrogate") == true)
      #expect(foreign?.problem.contains("not made by dnnlik") == true)

      func problem(_ change: (inout ONNXModel) -> Void) throws -> String {
        var changed = full
        change(&changed)
        try changed.write(to: url)
        do {
          _ = try SurrogateLikelihood(reading: url)
          return ""
        } catch let error as SurrogateFileError {
          return error.problem
        }
      }
      let key = "dnnlikelihood.surrogate"
      #expect(try problem { _ in } == "")
      #expect(try problem { $0.metadata[key] = "{" }.contains("cannot be read"))
      func renamed(_ old: String, _ new: String) throws -> String {
        try problem { $0.metadata[key] = $0.metadata[key]?.replacing(old, with: new) }
      }
      #expect(try renamed("\"hiddenWidths\":[16,12]", "\"hiddenWidths\":[16,13]") != "")
      #expect(try renamed("\"inputs\":5", "\"inputs\":4").contains("4 and 1"))
      let kinked = try randomSurrogate(kinks: true).onnxModel()
      try kinked.write(to: url)
      #expect(try SurrogateLikelihood(reading: url).preconditioner.kinks.count == 2)
      var far = kinked
      far.metadata[key] = far.metadata[key]?.replacing("\"index\":3", with: "\"index\":5")
      try far.write(to: url)
      #expect(throws: SurrogateFileError.self) { try SurrogateLikelihood(reading: url) }
      #expect(try renamed("\"hasWhitening\":true", "\"hasWhitening\":7").contains("hasWhitening"))
      #expect(try renamed("\"float64\"", "\"float32\"").contains("layer0.weight"))
    }
  }

  @Test func truncatedFiles() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "t.onnx")
      try randomSurrogate().write(to: url)
      let bytes = try Data(contentsOf: url)
      for fraction in [0.2, 0.6, 0.95] {
        try bytes.prefix(Int(fraction * Double(bytes.count))).write(to: url)
        let error = #expect(throws: (any Error).self) { try SurrogateLikelihood(reading: url) }
        #expect(error is ONNXError || error is SurrogateFileError)
      }
    }
  }
}

@Suite(.enabled(if: pythonInterpreter != nil, needsPython))
struct SurrogateRuntimeTests {
  private struct Answer: Decodable {
    let names: [String]
    let values: [String: [Double?]]
    let inside: [String: [Bool]]
  }

  /// The full check of onnx, the numbers of onnxruntime, the metadata as JSON.
  @Test func runtimeAgreesWithSwift() throws {
    let points = try trialPoints()
    let all = try variants()
    let output = try withTemporaryFolder { folder in
      for (name, surrogate) in all {
        for interface in [ONNXElementType.float32, .float64] {
          try surrogate.write(
            to: folder.appending(path: "\(name)-\(interface.rawValue).onnx"), interface: interface)
        }
      }
      return try runPython(
        """
        import glob, json, math, os, sys, numpy as np, onnx, onnxruntime
        points = np.array(json.loads(sys.argv[2])).reshape(-1, 5)
        points = np.concatenate([points, np.full((1, 5), np.nan), [[0, np.inf, 0, 0, 0]]])
        result, flags = {}, {}
        for path in sorted(glob.glob(sys.argv[1] + "/*.onnx")):
            model = onnx.load(path)
            onnx.checker.check_model(model, full_check=True)
            metadata = {p.key: p.value for p in model.metadata_props}
            record = json.loads(metadata["dnnlikelihood.surrogate"])
            names = json.loads(metadata["parameter_names"])
            assert [p["name"] for p in record["parameters"]] == names
            assert record["parameters"][0]["lower"] == -3 and record["parameters"][0]["upper"] == 3
            assert "lower" not in record["parameters"][1]
            assert len(record["prior"]["factors"]) == 5
            assert record["provenance"]["comment"] == 'ünïcode "quoted"'
            assert metadata["recipe"] == "test"
            assert all(i.domain in ("", "ai.onnx") for i in model.opset_import)
            kind = np.float32 if path.endswith("float32.onnx") else np.float64
            session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
            values = session.run(["logpdf"], {"parameters": points.astype(kind)})[0]
            assert values.shape == (len(points),) and values.dtype == kind
            assert not np.isnan(values).any()
            if os.path.basename(path).startswith("region"):
                inside = session.run(["inside"], {"parameters": points.astype(kind)})[0]
                assert inside.shape == (len(points),) and inside.dtype == np.bool_
                assert not inside[-2:].any()
                flags[os.path.basename(path)] = inside[:-2].tolist()
            else:
                assert [o.name for o in session.get_outputs()] == ["logpdf"]
            one = session.run(["logpdf"], {"parameters": points[:1].astype(kind)})[0]
            assert one[0] == values[0]
            result[os.path.basename(path)] = [
                float(v) if math.isfinite(v) else None for v in values]
        print(json.dumps({"names": names, "values": result, "inside": flags}))
        """, arguments: [folder.path, "\(points.elements)"])
    }
    let answer = try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
    #expect(answer.names == ["mu", "nu_1", "nu_2", "nu_3", "nu_4"])
    #expect(answer.values.count == 2 * all.count)
    var worst = ["float": 0.0, "double": 0]
    for (name, surrogate) in all {
      let values = surrogate.logDensities(at: points)
      if surrogate.region != nil {
        let inside = surrogate.isInside(points)
        #expect(inside.contains(true) && inside[5...].contains(false), "\(name)")
        for interface in ["float32", "float64"] {
          #expect(answer.inside["\(name)-\(interface).onnx"] == inside, "\(name) \(interface)")
        }
      }
      #expect(values.prefix(4).allSatisfy { $0 == -.infinity } && values[4].isFinite)
      for interface in ["float32", "float64"] {
        let theirs = try #require(answer.values["\(name)-\(interface).onnx"])
        #expect(theirs.count == values.count + 2 && theirs.suffix(2).allSatisfy { $0 == nil })
        // Runtimes know GELU's error function in single precision only.
        let isDouble =
          name.contains("double") && interface == "float64" && !name.contains("gelu")
        for (a, b) in zip(values, theirs) {
          guard let b else {
            #expect(a == -.infinity, "\(name) \(interface)")
            continue
          }
          let difference = abs(a - b) / max(abs(a), isDouble ? 1 : 20)
          worst[isDouble ? "double" : "float", default: 0] = max(
            worst[isDouble ? "double" : "float", default: 0], difference)
          #expect(difference <= (isDouble ? 1e-10 : 1e-5), "\(name) \(interface): \(a), \(b)")
        }
      }
    }
    Test.note("largest relative differences \(worst)")
  }
}

extension Test {
  /// Measured numbers, for the log where `DNNLIK_TEST_VERBOSE` is set.
  static func note(_ text: String) {
    if ProcessInfo.processInfo.environment["DNNLIK_TEST_VERBOSE"] != nil { print(text) }
  }
}
