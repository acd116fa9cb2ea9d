import Foundation
import TestSupport
import Testing

@Suite("Data sets") struct DatasetTests {
  @Test("the designs S1 with ridge, S2 and S3") func designs() throws {
    try withTemporaryFolder { folder in
      try Program.run(Miniature.sample + ["--allow-unconverged"], in: folder, status: 0)
      let s1 = try Program.json(
        [
          "dataset", "build", "toy-lhc", "--chains", "chains.h5", "-o", "s1.h5", "--points",
          "1000", "--ridge", "200", "--gradients",
        ], in: folder)
      #expect(try s1.at("points").number == 1200)
      #expect(try s1.at("parameters").number == 95)
      #expect(try s1.at("samples", "S1").number == 1000)
      #expect(try s1.at("samples", "ridge").number == 200)
      // Equal points share a role, so that the fractions are met up to their number.
      let test = try s1.at("split", "test").number
      let training = try s1.at("split", "training").number
      #expect(abs(test - 120) < 20 && abs(training - 960) < 30)
      #expect(try test + training + s1.at("split", "validation").number == 1200)
      let s2 = try Program.json(
        [
          "dataset", "build", "toy-lhc", "-o", "s2.h5", "--design", "s2", "--points", "400",
          "--walk-steps", "50",
        ], in: folder)
      #expect(try s2.at("samples").keys == ["S2"])
      #expect(try s2.at("points").number == 400)
      let s3 = try Program.json(
        [
          "dataset", "build", "toy-lhc", "-o", "s3.h5", "--design", "s3", "--points", "1000",
          "--walk-steps", "50", "--chains", "chains.h5",
        ], in: folder)
      #expect(try s3.at("samples", "S1").number == 700)
      #expect(try s3.at("samples", "S2").number == 300)
      #expect(try files(below: folder) == ["chains.h5", "s1.h5", "s2.h5", "s3.h5"])
      let info = try Program.json(["dataset", "info", "s3.h5"], in: folder)
      #expect(try info.at("samples", "S2").number == 300)
      #expect(info.keys == ["parameters", "points", "provenance", "samples", "split"])
      let text = try Program.run(["dataset", "info", "s1.h5"], in: folder, status: 0)
      #expect(text.standardOutput.hasPrefix("1200 points of 95 parameters\n"))
      #expect(text.standardOutput.contains("sample ridge: 200"))
      try expectValues("s1.h5", in: folder)
    }
  }

  /// `logpdf` reads the points of a data set; an independent reader compares the stored values.
  private func expectValues(_ name: String, in folder: URL) throws {
    guard pythonInterpreter != nil else { return }
    let values = try Program.json(
      ["logpdf", "toy-lhc", "--points", name, "--gradient"], in: folder)
    let text = try JSONSerialization.data(withJSONObject: values.value)
    try text.write(to: folder.appending(path: "values.json"))
    let output = try runPython(
      """
      import h5py, json, numpy as np, sys
      v = json.load(open(sys.argv[2]))
      with h5py.File(sys.argv[1]) as f:
          total = f["log_likelihood"][:] + f["log_prior"][:]
          print(np.abs(f["log_posterior"][:] - total).max() < 1e-9,
                np.abs(f["log_posterior"][:] - v["logpdf"]).max() < 1e-9)
      """,
      arguments: [name, "values.json"].map { folder.appending(path: $0).path })
    #expect(output == "True True\n")
  }
}
