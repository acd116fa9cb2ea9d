import DNNLikelihood
import Foundation
import HDF5
import Likelihoods
import NumericalCore
import Sampling
import TestSupport
import Testing

private func space() throws -> ParameterSpace {
  try ParameterSpace([
    Parameter(name: "mu", initial: 0.5), Parameter(name: "a", initial: -1), Parameter(name: "b"),
  ])
}

private let expected = Matrix<Double>(rows: [[1, 2, 3], [-0.5, 0.25, 8]], columns: 3)

/// Reads `text` from a file of the given kind.
private func read(_ kind: String, _ text: String) throws -> Matrix<Double> {
  try read(kind) { try Data(text.utf8).write(to: $0) }
}

private func read(_ kind: String, _ make: (URL) throws -> Void) throws -> Matrix<Double> {
  try withTemporaryFolder { folder in
    let url = folder.appending(path: "points.\(kind)")
    try make(url)
    return try PointsFile.read(url, for: space())
  }
}

/// The message of the error that reading ends with; empty if it does not.
private func problem(_ kind: String, _ text: String) -> String {
  problem(kind) { try Data(text.utf8).write(to: $0) }
}

private func problem(_ kind: String, _ make: (URL) throws -> Void) -> String {
  do {
    _ = try read(kind, make)
    return ""
  } catch let error as InputError {
    return error.description
  } catch let error as HDF5Error {
    return error.description
  } catch {
    return "another error: \(error)"
  }
}

/// A `.npy` file, version 1 or 2.
private func npy(
  _ type: String, _ shape: String, _ data: Data, fortran: String = "False", version: UInt8 = 1
) -> Data {
  var header = "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': \(shape), }"
  let fixed = version == 1 ? 10 : 12
  while (fixed + header.utf8.count + 1) % 64 != 0 { header += " " }
  header += "\n"
  var bytes = Data([0x93]) + Data("NUMPY".utf8) + Data([version, 0])
  let length = header.utf8.count
  bytes += Data([UInt8(length & 0xff), UInt8(length >> 8)])
  if version > 1 { bytes += Data([0, 0]) }
  return bytes + Data(header.utf8) + data
}

private func bytes<T>(_ values: [T]) -> Data { values.withUnsafeBytes { Data($0) } }

@Suite struct PointsFileTests {
  @Test func json() throws {
    #expect(try read("json", "[[1, 2, 3], [-0.5, 0.25, 8]]") == expected)
    #expect(
      try read("json", "[{\"b\": 3, \"mu\": 1, \"a\": 2}, [-0.5, 0.25, 8]]") == expected)
    // Missing parameters take their initial values; 0 and 1 are numbers.
    let partial = try read("json", "[{\"b\": 1}, {}, {\"mu\": 0}]")
    #expect(partial == Matrix(rows: [[0.5, -1, 1], [0.5, -1, 0], [0, -1, 0]], columns: 3))
  }

  /// Numbers whose last digit matters are the doubles that they are in Swift.
  @Test func jsonKeepsDigits() throws {
    let found = try read(
      "json", "[[0.30000000000000004, 1e23, 5e-324], {\"a\": 9007199254740993, \"b\": -0.0}]")
    #expect(found.elements[0] == 0.1 + 0.2 && found.elements[0] != 0.3)
    #expect(found.elements[1...2] == [1e23, 5e-324])
    #expect(found.elements[3...] == [0.5, 9_007_199_254_740_992, 0])
    #expect(found.elements[5].sign == .minus)
  }

  @Test func malformedJSON() {
    #expect(problem("json", "[[1, 2, 3]").contains("points.json cannot be read: it is not JSON"))
    #expect(
      problem("json", "[[1, 2, 3],\n[1, NaN, 3]]").contains(
        "it is not JSON (line 2, column 5: expected a value, found NaN, which JSON does not have"))
    #expect(problem("json", "[[1, -Infinity, 3]]").contains("(numbers are finite)"))
    #expect(problem("json", "{\"mu\": 1}").contains("top level: expected an array of points"))
    #expect(problem("json", "[[1, 2]]").contains("point 1: expected 3 numbers, found 2"))
    #expect(problem("json", "[[1, 2, 3], 7]").contains("point 2: expected an object"))
    #expect(problem("json", "[{\"muu\": 1}]").contains("found 'muu'"))
    #expect(problem("json", "[{\"mu\": \"1\"}]").contains("point 1, parameter 'mu'"))
    #expect(problem("json", "[{\"mu\": null}]").contains("expected a number"))
    #expect(problem("json", "[{\"mu\": true}]").contains("expected a number"))
    #expect(problem("json", "[[1, false, 3]]").contains("parameter 'a': expected a number"))
    #expect(problem("json", "[[1, [2], 3]]").contains("parameter 'a': expected a number"))
    #expect(problem("json", "[]").contains("at least one point"))
    #expect(problem("json", "[[1, 2, 1e999]]").contains("range of double precision"))
    let large = "1" + String(repeating: "0", count: 400)
    #expect(problem("json", "[[1, 2, \(large)]]").contains("parameter 'b': expected a number with"))
  }

  @Test func malformedJSONNamesTheLine() {
    func place(_ text: String) -> String { problem("json", text) }
    #expect(place("\n{}").contains("points.json, line 2, top level: "))
    #expect(place("[[1, 2, 3],\n[1, 2]]").contains("line 2, point 2: expected 3 numbers"))
    #expect(place("[[1, 2, 3],\n\n7]").contains("line 3, point 2: expected an object"))
    #expect(
      place("[[1,\n2,\n\"x\"]]").contains(
        "line 3, point 1, parameter 'b': expected a number, found the string 'x'"))
    #expect(
      place("[\n{\"a\": 1,\n\"muu\": 1}]").contains(
        "line 3, point 1: expected names of parameters such as 'mu', found 'muu'"))
    #expect(
      place("[\n{\"a\": 1, \"a\": 2}]").contains("line 2, point 1: expected every name once"))
  }

  @Test func csv() throws {
    #expect(try read("csv", "mu,a,b\n1,2,3\n-0.5,0.25,8\n") == expected)
    #expect(try read("csv", "b, mu ,a\r\n3,1,2\r\n8,-0.5,0.25\r\n") == expected)
    #expect(try read("csv", "1,2,3\n\n-5e-1, 0.25,8") == expected)
    #expect(try read("csv", "\u{FEFF}mu,a,b\n1,2,3\n-0.5,0.25,8\n") == expected)
  }

  @Test func malformedCSV() {
    #expect(problem("csv", "mu,a,c\n1,2,3\n").contains("header: expected names of parameters"))
    #expect(problem("csv", "mu,a\n1,2\n").contains("without [\"b\"]"))
    #expect(problem("csv", "mu,a,b,b\n1,2,3,4\n").contains("each of the 3 parameters once"))
    #expect(problem("csv", "mu,a,b\n1,2,3\n1,2\n").contains("line 3: expected 3 columns, found 2"))
    #expect(
      problem("csv", "mu,a,b\n1,x,3\n").contains("line 2, column 'a': expected a number, found 'x'")
    )
    #expect(problem("csv", "1,2,3\n1,nan,3\n").contains("point 2, parameter 'a'"))
    #expect(problem("csv", "mu,a,b\n").contains("at least one point"))
    #expect(problem("csv", "").contains("at least one point"))
    #expect(
      problem("csv") { try Data([0xff, 0xfe, 0x80]).write(to: $0) }.contains("not UTF-8 text"))
  }

  @Test func numpy() throws {
    let values = expected.elements
    for version in [UInt8(1), 2] {
      let file = npy("<f8", "(2, 3)", bytes(values), version: version)
      let found = try read("npy") { try file.write(to: $0) }
      #expect(found == expected)
    }
    let single = npy("<f4", "(2, 3)", bytes(values.map { Float($0) }))
    let found = try read("npy") { try single.write(to: $0) }
    #expect(found == expected)
  }

  @Test(.enabled(if: pythonInterpreter != nil, needsPython))
  func numpyOfNumpy() throws {
    for kind in ["float64", "float32"] {
      let found = try read("npy") { url in
        _ = try runPython(
          """
          import sys, numpy as np
          np.save(sys.argv[1], np.array([[1, 2, 3], [-0.5, 0.25, 8]], dtype=sys.argv[2]))
          """, arguments: [url.path, kind])
      }
      #expect(found == expected)
    }
    let fortran = try read("npy") { url in
      _ = try runPython(
        """
        import sys, numpy as np
        np.save(sys.argv[1], np.asfortranarray([[1, 2, 3], [-0.5, 0.25, 8]]))
        """, arguments: [url.path])
    }
    #expect(fortran == expected)
  }

  @Test func malformedNumpy() {
    let data = bytes(expected.elements)
    func message(_ contents: Data) -> String { problem("npy") { try contents.write(to: $0) } }
    #expect(message(Data("mu,a,b\n1,2,3\n".utf8)).contains("signature of a .npy file"))
    #expect(message(npy("<f8", "(6,)", data)).contains("two-dimensional"))
    #expect(message(npy("<f2", "(2, 3)", data)).contains("elements that are numbers"))
    #expect(message(npy("<U2", "(2, 3)", data)).contains("expected numbers, found <U2"))
    #expect(message(npy("<f8", "(2, 3)", data.dropLast(8))).contains("expected 48 bytes, found 40"))
    #expect(message(npy("<f8", "(3, 2)", data)).contains("columns: expected 3 parameters, found 2"))
    #expect(
      message(npy("<f8", "(9223372036854775807, 3)", data)).contains("9223372036854775807 x 3"))
    #expect(message(npy("<f8", "(2, 3)", data).prefix(40)).contains("the end of the file"))
    #expect(
      message(npy("<f8", "(1, 3)", bytes([1.0, .nan, 2]))).contains(
        "point 1, parameter 'a': expected a finite number, found nan"))
  }

  @Test func hdf5() throws {
    let found = try read("h5") { url in
      try HDF5File.writeAtomically(to: url) { file in
        _ = try file.writeDataset("points", expected.elements, shape: [2, 3])
      }
    }
    #expect(found == expected)
    #expect(problem("h5", "nothing").contains("not an HDF5 file"))
    let other = problem("h5") { url in
      try HDF5File.writeAtomically(to: url) { file in
        _ = try file.writeDataset("x", [1.0], shape: [1])
      }
    }
    #expect(other.contains("points.h5") && other.contains("mcmc"))
  }

  /// Chains match by name; those of emcee itself, which have none, by position.
  @Test func chains() throws {
    func chains(_ names: [String], _ points: Matrix<Double>) -> Chains {
      Chains(
        names: names, walkers: 1, ensembles: 1, positions: points, logDensities: [0, 0],
        acceptance: [1])
    }
    let turned = Matrix<Double>(rows: [[3, 1, 2], [8, -0.5, 0.25]], columns: 3)
    #expect(try read("h5") { try chains(["b", "mu", "a"], turned).write(to: $0) } == expected)
    #expect(try read("h5") { try chains(["mu", "a", "b"], expected).write(to: $0) } == expected)
    #expect(try read("h5") { try chains(["x0", "x1", "x2"], expected).write(to: $0) } == expected)
    #expect(
      problem("h5") { try chains(["b", "mu", "c"], turned).write(to: $0) }.contains("'a'"))
  }

  @Test func filesThatAreNone() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appending(path: "none.csv")
      let error = #expect(throws: InputError.self) { try PointsFile.read(missing, for: space()) }
      #expect(error?.description == "\(missing.path) cannot be read: there is no such file")
    }
    #expect(problem("txt", "1 2 3").contains("points as .json, .csv, .npy or .h5"))
  }
}

@Suite struct LikelihoodLocatorTests {
  @Test func unknownNamesAndFiles() throws {
    let unknown = #expect(throws: InputError.self) { try LikelihoodLocator.load("toy-lhd") }
    #expect(unknown?.description.contains("there is no likelihood 'toy-lhd'") == true)
    #expect(unknown?.description.contains("toy-lhc") == true)
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "model.txt")
      try Data().write(to: file)
      let error = #expect(throws: InputError.self) { try LikelihoodLocator.load(file.path) }
      #expect(error?.description.contains("model.txt: this kind of file") == true)
      #expect(throws: (any Error).self) { try LikelihoodLocator.load(folder.path) }
    }
    #expect(try LikelihoodLocator.load("toy-lhc").parameters.count == 95)
  }
}
