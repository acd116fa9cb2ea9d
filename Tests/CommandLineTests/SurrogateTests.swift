import Foundation
import TestSupport
import Testing

/// train, evaluate, export, plot, and every other verb on a surrogate.
@Suite("Surrogates") struct SurrogateTests {
  @Test("the pipeline from data set to figures") func pipeline() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try train(in: folder)
      try evaluate(in: folder)
      try useAsLikelihood(in: folder)
      try plot(in: folder)
    }
  }

  private func train(in folder: URL) throws {
    let summary = try Program.json(Miniature.train, in: folder)
    #expect(
      summary.keys.isSuperset(of: ["testRMSE", "testMSE", "epochs", "seconds", "parameters"]))
    // (95 + 4 distances from kinks) x 16 + 16 x 16 + 16 weights and 33 biases.
    #expect(try summary.at("parameters").number == 1889)
    #expect(try summary.at("epochs").number == 8)
    let rmse = try summary.at("testRMSE").number
    #expect(rmse < 2, "a quadratic approximation with a small network is at 1 nat")
    #expect(abs(try summary.at("testMSE").number - rmse * rmse) < 1e-9)
    let left = try files(below: folder.appending(path: "model"))
    #expect(left == ["model.onnx", "history.csv", "history.json", "training.json"])
    let paper = try Program.json(
      [
        "train", "data.h5", "-o", "paper", "--recipe", "paper", "--width", "8", "--epochs", "2",
        "--precision", "float64",
      ], in: folder)
    #expect(try paper.at("parameters").number == 849)
  }

  private func evaluate(in folder: URL) throws {
    let report = try Program.json(
      ["evaluate", "model", "--dataset", "data.h5", "--likelihood", "toy-lhc"], in: folder)
    let training = try JSON(contentsOf: folder.appending(path: "model/training.json"))
    #expect(
      abs(try report.at("testRMSE").number - training.at("testRMSE").number) < 1e-6)
    #expect(try report.at("metrics").keys == ["training", "validation", "test"])
    let profile = try report.at("profile")
    for (t, expected) in zip(try profile.at("truth").numbers, FitTests.t) {
      #expect(abs(t - expected) < 1e-3)
    }
    #expect(try profile.at("meanAbsoluteError").number < 1)
    let text = try Program.run(
      ["evaluate", "model/model.onnx", "--dataset", "data.h5", "--sample", "S1"], in: folder,
      status: 0)
    #expect(text.standardOutput.contains("\ntest "))
    try expectRefusal(
      ["evaluate", "model", "--dataset", "data.h5", "--sample", "S9"], ["--sample", "S1"],
      in: folder)
  }

  @Test("an ensemble: training, evaluation, errors, region") func ensemble() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      let summary = try Program.json(Miniature.train + ["--members", "2"], in: folder)
      let members = try summary.at("memberRMSE").numbers
      #expect(members.count == 2 && members[0] != members[1])
      #expect(try summary.at("weights").numbers.count == 2)
      #expect(try summary.at("coverage", "standardizedRMS").number > 0.3)
      #expect(
        try files(below: folder.appending(path: "model"))
          == ["model.onnx", "history.csv", "history.json", "training.json"])
      let report = try Program.json(
        ["evaluate", "model", "--dataset", "data.h5", "--figures", "figures"], in: folder)
      #expect(try abs(report.at("testRMSE").number - summary.at("testRMSE").number) < 1e-6)
      #expect(
        report.keys.isSuperset(of: [
          "metrics", "testRMSE", "insideFraction", "depth", "posterior", "ensemble",
        ]))
      #expect(try report.at("ensemble", "memberRMSE").numbers.count == 2)
      #expect(try report.at("insideFraction", "training").number > 0.999)
      let drawn = try files(below: folder.appending(path: "figures"))
      #expect(drawn.isSuperset(of: ["residuals.png", "error-depth.png"]))
      try Program.run(["export", "model", "-o", "both.onnx"], in: folder, status: 0)
      let far = LogDensityTests.zero.map { $0 + 2 }
      try Points.rows([LogDensityTests.zero, far]).write(to: folder.appending(path: "p.json"))
      let value = try Program.json(["logpdf", "both.onnx", "--points", "p.json"], in: folder)
      #expect(try value.at("inside").elements.map { try $0.flag } == [true, false])
      let errors = try value.at("logpdfError").numbers
      #expect(errors[0] > 0 && errors[1] > errors[0])
      let text = try Program.run(
        ["logpdf", "both.onnx", "--points", "p.json"], in: folder, status: 0)
      #expect(text.standardOutput.contains("outside the region of validity"))
      let scan = try Program.json(
        ["scan", "model", "--from", "0", "--to", "1", "--points", "3", "--allow-unconverged"],
        in: folder)
      #expect(try scan.at("tError").numbers.count == 3 && scan.at("inside").elements.count == 3)
      let sample = try Program.run(
        [
          "sample", "model", "-o", "wide.h5", "--power", "0.05", "--chains", "32", "--draws",
          "640", "--warm-up", "60", "--allow-unconverged", "--json",
        ], in: folder, status: 0)
      let wide = try JSON(text: sample.standardOutput)
      #expect(try wide.at("outsideRegion").number > 0.5)
      #expect(
        try wide.at("warnings").texts.contains { $0.contains("outside the region where") })
      try Program.run(["train", "data.h5", "-o", "m", "--members", "0"], in: folder, status: 64)
    }
  }

  private func useAsLikelihood(in folder: URL) throws {
    try Program.run(["export", "model", "-o", "surrogate.onnx"], in: folder, status: 0)
    try Points.rows([LogDensityTests.zero]).write(to: folder.appending(path: "p.json"))
    var values: [Double] = []
    for model in ["model", "surrogate.onnx"] {
      let inspected = try Program.json(["inspect", model], in: folder)
      #expect(try inspected.at("parameterOfInterest").text == "mu")
      #expect(
        try inspected.at("parameters").elements.map { try $0.at("name").text } == Points.names)
      let fit = try Program.json(["fit", model, "--allow-unconverged"], in: folder)
      #expect(abs(try fit.at("logpdf").number - FitTests.maximum.logPosterior) < 3)
      #expect(abs(try fit.at("parameters", "mu", "value").number) < 0.4)
      let scan = try Program.json(
        ["scan", model, "--from", "0", "--to", "1", "--points", "3", "--allow-unconverged"],
        in: folder)
      #expect(abs(try scan.at("t").numbers[2] - 7.374) < 3)
      let value = try Program.json(
        ["logpdf", model, "--points", "p.json", "--gradient"], in: folder)
      values.append(try value.at("logpdf").numbers[0])
      #expect(try value.at("gradient").elements[0].numbers.count == 95)
      let sample = try Program.json(
        [
          "sample", model, "-o", "again.h5", "--chains", "32", "--draws", "640", "--warm-up",
          "60", "--allow-unconverged",
        ], in: folder)
      #expect(try sample.at("draws").number == 640)
      #expect(abs(try sample.at("parameters", "mu", "mean").number - 0.23) < 0.3)
    }
    #expect(abs(values[0] - LogDensityTests.atZero.logPosterior) < 4)
    #expect(abs(values[0] - values[1]) < 1e-9)
  }

  private func plot(in folder: URL) throws {
    let corner = try Program.json(
      ["plot", "corner", "chains.h5", "again.h5", "-p", "mu", "-p", "delta_91", "-o", "figures"],
      in: folder)
    let tmu = try Program.json(
      [
        "plot", "tmu", "toy-lhc", "model", "--from", "0", "--to", "1", "--points", "3", "-o",
        "figures",
        "--allow-unconverged",
      ], in: folder)
    let loss = try Program.json(["plot", "loss", "model", "-o", "figures"], in: folder)
    for (figure, name) in [(corner, "corner"), (tmu, "tmu"), (loss, "loss")] {
      let paths = try figure.at("files").texts.map { URL(filePath: $0) }
      #expect(Set(paths.map(\.lastPathComponent)) == ["pdf", "svg", "png"].asFiles(name))
      for path in paths { #expect(isFilled(path), "\(path.path)") }
    }
    let names = try files(below: folder.appending(path: "figures"))
    #expect(!names.contains { $0.hasPrefix(".") }, "\(names)")
    let text = try Program.run(["plot", "loss", "model", "-o", "figures"], in: folder, status: 0)
    #expect(text.standardOutput.split(separator: "\n").count == 3)
  }

  @Test("foreign and damaged ONNX files are refused") func foreign() throws {
    try withTemporaryFolder { folder in
      try Data("not a model".utf8).write(to: folder.appending(path: "noise.onnx"))
      try Data().write(to: folder.appending(path: "empty.onnx"))
      for name in ["noise.onnx", "empty.onnx"] {
        try expectRefusal(["fit", name], [name], in: folder)
        try expectRefusal(["export", name, "-o", "out.onnx"], [name], in: folder)
      }
      try Miniature.model(in: folder)
      let whole = try Data(contentsOf: folder.appending(path: "model/model.onnx"))
      try whole.prefix(whole.count / 2).write(to: folder.appending(path: "cut.onnx"))
      try expectRefusal(["fit", "cut.onnx"], ["cut.onnx"], in: folder)
      try expectRefusal(["inspect", "."], ["model.onnx"], in: folder)
      #expect(!(try files(below: folder).contains("out.onnx")))
    }
  }

  @Test(
    "the exported file gives the same numbers in onnxruntime",
    .enabled(if: pythonInterpreter != nil, needsPython))
  func onnxRuntime() throws {
    try withTemporaryFolder { folder in
      try Miniature.model(in: folder)
      let points = (0..<20).map { i in (0..<95).map { 0.4 * sin(Double(31 * i + 7 * $0)) } }
      try Points.rows(points).write(to: folder.appending(path: "points.json"))
      for (flags, type, tolerance) in [([], "float64", 1e-6), (["--float32"], "float32", 1e-5)] {
        try Program.run(["export", "model", "-o", "out.onnx"] + flags, in: folder, status: 0)
        let ours = try Program.json(
          ["logpdf", "out.onnx", "--points", "points.json"], in: folder
        ).at("logpdf").numbers
        let theirs = try JSON(
          text: try runPython(
            """
            import json, numpy as np, onnxruntime as ort, sys
            x = np.array(json.load(open(sys.argv[2])), dtype=sys.argv[3])
            y, = ort.InferenceSession(sys.argv[1]).run(["logpdf"], {"parameters": x})
            assert y.dtype == x.dtype, y.dtype
            print(json.dumps(y.ravel().astype("float64").tolist()))
            """,
            arguments: ["out.onnx", "points.json"].map { folder.appending(path: $0).path }
              + [type])
        ).numbers
        #expect(theirs.count == 20)
        for (a, b) in zip(ours, theirs) { #expect(abs(a - b) <= tolerance * abs(b), "\(type)") }
      }
      // A network of someone else: valid ONNX, but no surrogate.
      _ = try runPython(
        """
        import onnx, sys
        from onnx import helper as h, TensorProto as t
        g = h.make_graph([h.make_node("Relu", ["x"], ["y"])], "foreign",
          [h.make_tensor_value_info("x", t.FLOAT, [None, 2])],
          [h.make_tensor_value_info("y", t.FLOAT, [None, 2])])
        onnx.save(h.make_model(g), sys.argv[1])
        """, arguments: [folder.appending(path: "foreign.onnx").path])
      try expectRefusal(["fit", "foreign.onnx"], ["foreign.onnx"], in: folder)
    }
  }
}

extension [String] {
  /// File names with these extensions.
  fileprivate func asFiles(_ name: String) -> Set<String> { Set(map { "\(name).\($0)" }) }
}
