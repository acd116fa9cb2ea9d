import Foundation
import TestSupport
import Testing

/// Exit code 65 with a message that names what was wrong; nothing on standard output.
@Suite("Bad input") struct BadInputTests {
  static let header = Points.names.joined(separator: ",")
  static let zeros = Array(repeating: "0", count: 94).joined(separator: ",")

  static let malformed: [(name: String, content: String, message: String)] = [
    ("syntax.json", "[{", "not JSON"),
    ("nan.json", #"[{"mu": NaN}]"#, "not JSON"),
    ("empty.json", "", "not JSON"),
    ("none.json", "[]", "at least one point"),
    ("object.json", #"{"mu": 1}"#, "an array of points"),
    ("short.json", "[[1, 2]]", "expected 95 numbers, found 2"),
    ("name.json", #"[{"mu": 1}, {"nu": 2}]"#, "point 2: expected names"),
    ("text.json", #"[{"mu": "one"}]"#, "parameter 'mu': expected a number"),
    ("null.json", #"[{"mu": null}]"#, "parameter 'mu': expected a number"),
    ("empty.csv", "", "at least one point"),
    ("short.csv", "1,2,3\n", "line 1: expected 95 columns, found 3"),
    ("header.csv", "mu,delta_1\n0,0\n", "header: expected each of the 95 parameters once"),
    ("name.csv", "mu,nu\n0,0\n", "header: expected names of parameters, found 'nu'"),
    (
      "text.csv", "\(header)\n\(zeros),x\n",
      "line 2, column 'delta_94': expected a number, found 'x'"
    ),
    ("nan.csv", "\(header)\n\(zeros),nan\n", "parameter 'delta_94': expected a finite number"),
    ("inf.csv", "\(zeros),inf\n", "parameter 'delta_94': expected a finite number"),
    ("ragged.csv", "\(header)\n\(zeros)\n", "line 2: expected 95 columns, found 94"),
    ("noise.npy", "no array", "signature of a .npy file"),
    ("noise.h5", "no HDF5", "not an HDF5 file"),
    ("points.txt", "0 0 0", "expected points as .json, .csv, .npy or .h5"),
  ]

  @Test("malformed points file", arguments: malformed)
  func points(_ name: String, _ content: String, _ message: String) throws {
    try withTemporaryFolder { folder in
      try Data(content.utf8).write(to: folder.appending(path: name))
      try expectRefusal(["logpdf", "toy-lhc", "--points", name], [name, message], in: folder)
    }
  }

  @Test("malformed NumPy arrays") func numpy() throws {
    try withTemporaryFolder { folder in
      let narrow = folder.appending(path: "narrow.npy")
      try Points.npy([[1, 2, 3]]).write(to: narrow)
      try expectRefusal(
        ["logpdf", "toy-lhc", "--points", narrow.path], ["narrow.npy", "expected 95 parameters"])
      let cut = folder.appending(path: "cut.npy")
      try Points.npy([LogDensityTests.zero]).dropLast(8).write(to: cut)
      try expectRefusal(
        ["logpdf", "toy-lhc", "--points", cut.path], ["cut.npy", "expected 760 bytes, found 752"])
      let nan = folder.appending(path: "nan.npy")
      try Points.npy([LogDensityTests.zero, [.nan] + LogDensityTests.zero.dropLast()])
        .write(to: nan)
      try expectRefusal(
        ["logpdf", "toy-lhc", "--points", nan.path],
        ["nan.npy", "point 2, parameter 'mu'", "finite"])
    }
  }

  @Test("unknown likelihoods, parameters, files; values outside bounds")
  func names() throws {
    try expectRefusal(["fit", "toy-lhcc"], ["there is no likelihood 'toy-lhcc'", "toy-lhc"])
    try expectRefusal(["inspect", "/dev/null"], ["/dev/null", ".onnx"])
    try expectRefusal(["fit", "toy-lhc", "--fix", "nu=1"], ["there is no parameter 'nu'", "mu"])
    try expectRefusal(["fit", "toy-lhc", "--fix", "mu=5.5"], ["'mu'", "5.5", "[-1.0, 5.0]"])
    try expectRefusal(["scan", "toy-lhc", "--parameter", "nu"], ["there is no parameter 'nu'"])
    try expectRefusal(["scan", "toy-lhc", "--from", "4", "--to", "9"], ["'mu'", "[-1.0, 5.0]"])
    try expectRefusal(
      ["logpdf", "toy-lhc", "--points", "none.json"], ["none.json", "no such file"])
    try expectRefusal(["diagnose", "none.h5"], ["none.h5", "no such file"])
    try expectRefusal(["export", "none.onnx", "-o", "/tmp/x.onnx"], ["none.onnx", "no such file"])
    try expectRefusal(["plot", "loss", "none", "-o", "/tmp/figures"], ["none", "no such model"])
  }

  @Test("an output that cannot be written is refused before the work begins")
  func outputs() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: folder.appending(path: "file"))
      let before = try files(below: folder)
      let below = "file/result"
      for arguments in [
        ["sample", "toy-lhc", "-o", "file/chains.h5"], ["sample", "toy-lhc", "-o", "none/c.h5"],
        ["sample", "toy-lhc", "-o", "."],
        ["dataset", "build", "toy-lhc", "--design", "s2", "-o", "file/data.h5"],
        ["train", "data.h5", "-o", below], ["train", "data.h5", "-o", "file"],
        ["export", "model", "-o", "file/model.onnx"], ["plot", "tmu", "toy-lhc", "-o", below],
        ["quickstart", "-o", below],
      ] {
        try expectRefusal(arguments, ["--output"], in: folder)
      }
      #expect(try files(below: folder) == before)
    }
  }

  @Test(
    "usage errors have status 64 and show the usage",
    arguments: [
      ["nonsense"], ["fit"], ["fit", "toy-lhc", "--fix", "mu"],
      ["fit", "toy-lhc", "--fix", "mu=a"],
      ["fit", "toy-lhc", "--fix", "mu=1", "--fix", "mu=2"], ["fit", "toy-lhc", "--bogus"],
      ["scan", "toy-lhc", "--from", "1", "--to", "0"], ["scan", "toy-lhc", "--points", "1"],
      ["scan", "toy-lhc", "--from", "nan"], ["scan", "toy-lhc", "--from", "x"],
      ["inspect", "toy-lhc", "--threads", "0"], ["inspect", "toy-lhc", "--threads", "-2"],
      ["sample", "toy-lhc"], ["sample", "toy-lhc", "-o", "c.h5", "--draws", "0"],
      ["sample", "toy-lhc", "-o", "c.h5", "--sampler", "gibbs"],
      ["sample", "toy-lhc", "-o", "c.h5", "--seed", "-1"],
      ["sample", "toy-lhc", "-o", "c.h5", "--stretch-scale", "1"],
      ["dataset", "build", "toy-lhc", "-o", "d.h5"],
      ["dataset", "build", "toy-lhc", "-o", "d.h5", "--design", "s4"],
      ["dataset", "build", "toy-lhc", "-o", "d.h5", "--design", "s2", "--validation", "-0.1"],
      [
        "dataset", "build", "toy-lhc", "-o", "d.h5", "--design", "s2", "--validation", "0.5",
        "--test", "0.5",
      ],
      ["train", "d.h5", "-o", "m", "--width", "0"],
      ["train", "d.h5", "-o", "m", "--recipe", "mine"],
      ["export", "m", "-o", "model.pb"], ["plot", "corner", "a.h5", "b.h5", "c.h5", "-o", "f"],
    ])
  func usage(_ arguments: [String]) throws {
    let result = try Program.run(arguments, status: 64)
    #expect(result.standardOutput.isEmpty)
    #expect(result.standardError.hasPrefix("Error: "))
    #expect(result.standardError.contains("Usage: dnnlik"))
  }
}

/// Expects status 65, nothing on standard output, and one line of message with all of `parts`.
func expectRefusal(
  _ arguments: [String], _ parts: [String], in folder: URL? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let result = try Program.run(arguments, in: folder, status: 65, sourceLocation: sourceLocation)
  #expect(result.standardOutput.isEmpty, sourceLocation: sourceLocation)
  #expect(result.standardError.hasPrefix("Error: "), sourceLocation: sourceLocation)
  let message = result.standardError
  #expect(message.split(separator: "\n").count == 1, "\(message)", sourceLocation: sourceLocation)
  for part in parts {
    #expect(
      message.contains(part), "'\(part)' is not in: \(message)", sourceLocation: sourceLocation)
  }
}
