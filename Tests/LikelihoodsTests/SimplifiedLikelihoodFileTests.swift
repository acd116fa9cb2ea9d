import Foundation
import Likelihoods
import NumericalCore
import TestSupport
import Testing

@Suite("Files of simplified likelihoods") struct SimplifiedLikelihoodFileTests {
  static let head = #""kind": "simplified-likelihood", "version": 1"#
  static let minimal = """
    {\(head), "observed": [4, 0], "background": [5, 0.5], "covariance": [[2, 0.1], [0.1, 0.3]]}
    """

  static func read(_ text: String) throws -> SimplifiedLikelihoodFile {
    try SimplifiedLikelihoodFile(Data(text.utf8), file: "published.json")
  }

  @Test("what is written is read again") func roundTrip() throws {
    var input = SimplifiedLikelihoodTests.small
    input.background[0] = 0.1 + 0.2  // needs 17 digits
    input.thirdMomentPolicy = .clip
    input.parameterOfInterest = .init(name: "r", initial: 0.5, lower: -.infinity, upper: 4)
    let file = SimplifiedLikelihoodFile(
      input, summary: "a \"small\" one", provenance: ["model": "toy"],
      momentErrors: MomentErrors(
        draws: 10, background: [0.1, 0.2, 0], variance: [1, 2, 0], thirdMoments: [3, 4, 0]),
      accuracy: SimplificationAccuracy(
        parameter: "r", values: [0, 1], full: [0, 2.5], simplified: [0.25, 2],
        fullMaximum: .init(value: 0, error: nil), simplifiedMaximum: .init(value: 0.1, error: 1),
        limits: [.init(level: 2.71, full: nil, simplified: 1.5)], isValid: true))
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "simplified.json")
      try file.write(to: url)
      #expect(try SimplifiedLikelihoodFile(reading: url) == file)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
      let likelihood = try SimplifiedLikelihood(reading: url)
      #expect(likelihood.input == input)
      #expect(likelihood.parameters.names == ["r", "theta_1", "theta_2"])
      #expect(SimplifiedLikelihoodFile.isSimplifiedLikelihood(try Data(contentsOf: url)))
    }
    #expect(file.accuracy?.largestDifference == 0.5)
  }

  @Test("only its own kind is recognised") func recognition() {
    for text in ["", "[]", "{}", "{\"kind\": 1}", "{\"kind\": \"hs3\"}", "{\"channels\": []}"] {
      #expect(!SimplifiedLikelihoodFile.isSimplifiedLikelihood(Data(text.utf8)))
    }
    #expect(SimplifiedLikelihoodFile.isSimplifiedLikelihood(Data(Self.minimal.utf8)))
  }

  @Test("absent keys have their usual values") func defaults() throws {
    let input = try Self.read(Self.minimal).input
    #expect(input.binNames == ["bin_1", "bin_2"])
    #expect(input.signal == nil && input.thirdMoments == nil)
    #expect(input.thirdMomentPolicy == .refuse)
    #expect(input.parameterOfInterest == .init(name: "mu", initial: 1, lower: 0, upper: 10))
    #expect(input.covariance == Matrix(rows: 2, columns: 2, elements: [2, 0.1, 0.1, 0.3]))
    let narrow = Self.minimal.dropLast() + #", "parameterOfInterest": {"upper": 0.5}}"#
    #expect(try Self.read(String(narrow)).input.parameterOfInterest.initial == 0.5)
  }

  @Test("correlations with uncertainties are covariances") func correlation() throws {
    let input = try Self.read(
      """
      {\(Self.head), "observed": [4, 0], "background": [5, 0.5],
       "correlation": [[1, 0.5], [0.5, 1]], "uncertainties": [2, 0.3], "thirdMoments": [1, 0]}
      """
    ).input
    let expected = [4, 0.3, 0.3, 0.09]
    #expect(zip(input.covariance.elements, expected).allSatisfy { close($0, $1) })
    #expect(input.thirdMoments == [1, 0])
  }

  /// Errors +2 -1 of the reference (numerical integration): the mean lies above the peak.
  @Test("asymmetric errors are those of a split normal distribution") func asymmetric() throws {
    let expected = try #require(
      SimplifiedReference.values.splitNormals.first { $0.upper == 2 && $0.lower == 1 })
    let widths = #""uncertaintiesUp": [2, 1], "uncertaintiesDown": [1, 1]"#
    let input = try Self.read(
      """
      {\(Self.head), "observed": [4, 0], "background": [5, 3],
       "correlation": [[1, 0.5], [0.5, 1]], \(widths)}
      """
    ).input
    #expect(close(input.background[0], 5 + expected.shift))
    #expect(input.background[1] == 3)
    #expect(close(input.covariance[0, 0], expected.variance))
    #expect(close(input.covariance[0, 1], 0.5 * expected.variance.squareRoot()))
    #expect(close(input.thirdMoments?[0] ?? 0, expected.third))
    #expect(input.thirdMoments?[1] == 0)
    let mixed = try Self.read(
      """
      {\(Self.head), "observed": [4, 0], "background": [5, 3],
       "covariance": [[2, 0.5], [0.5, 1]], \(widths)}
      """
    ).input
    #expect(mixed.background == [5, 3])
    #expect(mixed.covariance[0, 0] == 2)
    #expect(close(mixed.thirdMoments?[0] ?? 0, expected.third))
  }

  /// A change of the minimal file, and what the message has to contain.
  static let wrong: [(old: String, new: String, parts: [String])] = [
    (minimal, "{", ["published.json", "not JSON"]),
    (minimal, "[1]", ["top level: expected an object, found an array of 1"]),
    (head, #""version": 1"#, ["the key 'kind'", "observed"]),
    (#""simplified-likelihood""#, #""hs3""#, ["kind: expected 'simplified-likelihood', found"]),
    (#""version": 1"#, #""version": 2"#, ["version: expected the version 1, found 2.0"]),
    (#""version": 1"#, #""version": true"#, ["version: expected a number, found true"]),
    (#""observed": [4, 0], "#, "", ["the key 'observed'"]),
    ("[4, 0]", #"[4, "0"]"#, ["observed[1]: expected a number, found the string '0'"]),
    ("[4, 0]", "[4, null]", ["observed[1]: expected a number, found null"]),
    ("[4, 0]", "7", ["observed: expected an array of numbers, found 7.0"]),
    ("[5, 0.5]", "[5, 0.5, 1]", ["background: expected 2 numbers, found 3"]),
    ("[[2, 0.1], [0.1, 0.3]]", "[[2, 0.1]]", ["covariance: expected 2 rows, found 1"]),
    ("[0.1, 0.3]]", "[0.1]]", ["covariance[1]: expected 2 numbers, found 1"]),
    ("[0.1, 0.3]]", "[0.1, []]]", ["covariance[1][1]: expected a number, found an array of 0"]),
    (#""covariance""#, #""covarianc""#, ["only the keys", "the key 'covarianc'"]),
    (
      #""covariance": [[2, 0.1], [0.1, 0.3]]"#, #""bins": ["a", "b"]"#,
      ["'covariance', or 'correlation' with uncertainties"]
    ),
    (#""covariance": [[2,"#, #""correlation": [[2,"#, ["1 on the diagonal, found 2.0 in row 1"]),
    ("[4, 0]", #"[4, 0], "bins": ["a"]"#, ["bins: expected 2 names", "found 1"]),
    ("[4, 0]", #"[4, 0], "signal": [1]"#, ["signal: expected 2 numbers, found 1"]),
    (
      "[4, 0]", #"[4, 0], "thirdMomentPolicy": "ignore""#,
      ["thirdMomentPolicy: expected refuse or clip"]
    ),
    (
      "[4, 0]", #"[4, 0], "parameterOfInterest": {"min": 0}"#,
      ["parameterOfInterest: expected only the keys name, initial, lower, upper"]
    ),
    (
      "[4, 0]", #"[4, 0], "uncertaintiesUp": [1, 1], "uncertaintiesDown": [1, -1]"#,
      ["uncertaintiesDown[1]: expected a finite number >= 0, found -1.0"]
    ),
    ("[4, 0]", #"[4, 0], "uncertaintiesUp": [1, 1]"#, ["the key 'uncertaintiesDown'"]),
    ("[4, 0]", #"[4, 0], "uncertainties": [1, 1]"#, ["covariance: expected either this key"]),
    ("[4, 0]", #"[4, 0], "accuracy": {"parameter": 3}"#, ["published.json, accuracy.parameter"]),
  ]

  @Test("malformed files are refused by key and index", arguments: wrong.indices)
  func refusal(_ index: Int) {
    let (old, new, parts) = Self.wrong[index]
    let text = Self.minimal.replacingOccurrences(of: old, with: new)
    #expect {
      try Self.read(text)
    } throws: { error in
      parts.allSatisfy { "\(error)".contains($0) } && error is SimplifiedLikelihoodError
    }
  }

  @Test("errors of the numbers name the file and the bin") func numbers() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "wrong.json")
      try Self.minimal.replacingOccurrences(of: "[4, 0]", with: "[4, -1]")
        .write(to: url, atomically: true, encoding: .utf8)
      #expect {
        try SimplifiedLikelihood(reading: url)
      } throws: {
        "\($0)".contains("wrong.json, observed, bin 'bin_2': expected a finite count >= 0")
      }
      #expect {
        try SimplifiedLikelihood(reading: folder.appending(path: "none.json"))
      } throws: { "\($0)".contains("none.json cannot be read") }
    }
  }
}
