import Foundation
import Likelihoods
import TestSupport
import Testing

/// Rules on parameters that one modifier alone cannot break.
@Suite("Rules of HistFactory models")
struct HistFactoryRuleTests {
  private let mu = ["name": "mu", "type": "normfactor", "data": NSNull()] as [String: Any]

  /// The message of the model made of one channel `c` with a sample `s` (5, 6), which has `mu`,
  /// and a sample `b` (20, 30).
  private func message(
    _ modifiers: [[String: Any]], on sample: [[String: Any]] = [], poi: String = "mu",
    parameters: [Any] = [], measurement: String? = nil, interest: String? = nil
  ) throws -> String {
    let workspace = try workspace(
      channels: [channel("c", [("s", [5, 6], [mu] + sample), ("b", [20, 30], modifiers)])],
      observed: ["c": [24, 37]], poi: poi, parameters: parameters)
    do {
      _ = try HistFactoryModel(
        workspace, measurement: measurement, parameterOfInterest: interest)
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func settings(_ name: String, _ key: String, _ value: Any) -> [Any] {
    [["name": name, key: value]]
  }

  @Test func validModels() throws {
    let norm = modifier("a", "normsys", ["hi": 1.1, "lo": 0.9])
    let shape = modifier("a", "histosys", ["hi_data": [21.0, 30], "lo_data": [19.0, 31]])
    #expect(try message([norm, shape]) == "")
    #expect(try message([norm], on: [shape]) == "")
    #expect(try message([norm], parameters: settings("unknown", "inits", [3.0])) == "")
    #expect(try message([norm], interest: "a") == "")
    #expect(try message([norm], measurement: "measurement") == "")
    #expect(try message([modifier("f", "shapefactor")], interest: "f[1]") == "")
  }

  @Test func conflictingNames() throws {
    for (other, kinds) in [
      (modifier("mu", "normsys", ["hi": 1.1, "lo": 0.9]), "normsys"),
      (modifier("mu", "shapefactor"), "shapefactor"),
      (modifier("mu", "staterror", [1.0, 1]), "staterror"),
      (modifier("mu", "shapesys", [1.0, 1]), "shapesys"),
    ] {
      let text = try message([other])
      #expect(text.contains("channel 'c', sample 'b', modifier 'mu' (\(kinds))"), "\(text)")
      #expect(text.contains("a normfactor of this name (channel 'c', sample 's'"), "\(text)")
    }
    let three = try message(
      [
        modifier("a", "normsys", ["hi": 1.1, "lo": 0.9]),
        modifier("a", "histosys", ["hi_data": [21.0, 30], "lo_data": [19.0, 31]]),
      ], on: [modifier("a", "staterror", [1.0, 1])])
    #expect(three.contains("a histosys and normsys of this name"), "\(three)")
  }

  @Test func factorsThatAreNotPositive() throws {
    for (high, low, key) in [(0.0, 0.9, "hi"), (1.1, -0.2, "lo")] {
      let text = try message([modifier("a", "normsys", ["hi": high, "lo": low])])
      #expect(
        text.contains("channel 'c', sample 'b', modifier 'a' (normsys): data.\(key)"), "\(text)")
      #expect(text.contains("found \(key == "hi" ? high : low)"), "\(text)")
    }
  }

  @Test func luminosityWithoutSettings() throws {
    let lumi = modifier("lumi", "lumi")
    #expect(
      try message([lumi]).contains(
        "measurement 'measurement', parameter 'lumi': expected inits, bounds, auxdata and sigmas"))
    let partial: [Any] = [["name": "lumi", "inits": [1.0], "bounds": [[0.5, 1.5]]]]
    #expect(try message([lumi], parameters: partial).contains("found no auxdata, no sigmas"))
  }

  @Test func settingsThatDoNotFit() throws {
    let gamma = modifier("g", "shapesys", [2.0, 3])
    let alpha = modifier("a", "normsys", ["hi": 1.1, "lo": 0.9])
    let cases: [([[String: Any]], String, String, Any, String)] = [
      ([gamma], "g", "inits", [1.0], "inits: expected 2 values, one for every bin, found 1"),
      ([gamma], "g", "bounds", [[0.0, 2.0]], "bounds: expected 2 values"),
      ([gamma], "g", "auxdata", [1.0, 2, 3], "auxdata: expected 2 values"),
      ([gamma], "g", "factors", [1.0], "factors: expected 2 values"),
      ([gamma], "g", "factors", [1.0, 0], "factors: expected positive numbers, found 0"),
      ([gamma], "g", "auxdata", [1.0, -2], "auxdata: expected counts that are not negative"),
      ([gamma], "g", "sigmas", [1.0, 1], "sigmas: expected no such key"),
      ([alpha], "a", "sigmas", [2.0], "sigmas: expected no such key"),
      ([alpha], "a", "factors", [2.0], "factors: expected no such key"),
      ([alpha], "mu", "auxdata", [2.0], "auxdata: expected no such key"),
      ([alpha], "mu", "inits", [12.0], "inits: expected a value between the bounds [0.0, 10.0]"),
      ([alpha], "mu", "bounds", [[1.0, 1.0]], "bounds: expected a lower bound below the upper"),
      (
        [modifier("st", "staterror", [1.0, 1])], "st", "sigmas", [0.1, 0],
        "sigmas: expected positive numbers"
      ),
    ]
    for (modifiers, name, key, value, expected) in cases {
      let text = try message(modifiers, parameters: settings(name, key, value))
      #expect(
        text.contains("measurement 'measurement', parameter '\(name)': \(expected)"), "\(text)")
    }
  }

  @Test func parameterOfInterest() throws {
    let gamma = modifier("g", "shapesys", [2.0, 3])
    #expect(
      try message([gamma], poi: "g").contains(
        "measurement 'measurement': poi: expected the name of a parameter with one component, "
          + "found 'g', which has 2 components"))
    #expect(try message([gamma], poi: "nu").contains("'nu', which no modifier has"))
    #expect(try message([gamma], interest: "nu").contains("'nu', which no modifier has"))
    #expect(
      try message([gamma], measurement: "other").contains(
        "one of the measurements 'measurement', found 'other'"))
  }

  @Test func withoutModifiers() throws {
    let workspace = try workspace(
      channels: [channel("c", [("b", [5], [])])], observed: ["c": [5]], poi: "")
    #expect(throws: HistFactoryError.self) { try HistFactoryModel(workspace) }
  }

  /// A staterror on several channels needs the same channels for all its samples.
  @Test func staterrorInDifferentChannels() throws {
    let stat = modifier("st", "staterror", [1.0])
    let make = { (last: [[String: Any]]) in
      try workspace(
        channels: [
          channel("a", [("s", [9], [stat]), ("t", [8], [stat])]),
          channel("b", [("s", [9], [stat]), ("t", [8], last)]),
        ], observed: ["a": [17], "b": [17]], poi: "")
    }
    #expect(try HistFactoryModel(make([stat])).parameters.names == ["st[0]", "st[1]"])
    let error = #expect(throws: HistFactoryError.self) { try HistFactoryModel(make([])) }
    #expect(
      "\(error.map { "\($0)" } ?? "")".contains("sample 's' in 'a', 'b' and sample 't' in 'a'"))
  }

  /// An element of a vector has the name of another modifier.
  @Test func namesLikeElements() throws {
    let text = try message(
      [modifier("x", "shapesys", [2.0, 3]), modifier("x[0]", "normsys", ["hi": 1.1, "lo": 0.9])])
    #expect(text.contains("modifier 'x"), "\(text)")
    #expect(text.contains("the parameter 'x[0]' here and of the"), "\(text)")
    #expect(text.contains("'x[0]' (normsys)") && text.contains("shapesys"), "\(text)")
  }

  /// Bounds of a held parameter widen to hold its value; those of a free one are an error.
  @Test func boundsOfFixedParameters() throws {
    func space(_ bounds: [Double], _ initial: Double) throws -> Parameter {
      let workspace = try workspace(
        channels: [channel("c", [("s", [5, 6], [mu])])], observed: ["c": [4, 7]],
        parameters: [["name": "mu", "inits": [initial], "bounds": [bounds], "fixed": true]])
      let density = try HistFactoryDensity(workspace)
      #expect(density.logDensity(at: [initial]).isFinite)
      return density.parameters.parameters[0]
    }
    let held = try space([1, 1], 1)
    #expect(held.fixed && held.initial == 1 && held.scale > 0)
    #expect(held.lower == 1 - held.scale && held.upper == 1 + held.scale)
    let outside = try space([0, 1], 3)
    #expect(outside.lower == 0 && outside.upper == 3 && outside.initial == 3)
    let usual = try space([0, 10], 1)
    #expect(usual.lower == 0 && usual.upper == 10)
  }

  /// What is wrong with the model names the file that the workspace was read from.
  @Test func modelsNameTheirFile() throws {
    let good = try workspace(
      channels: [channel("c", [("s", [5, 6], [mu])])], observed: ["c": [4, 7]], poi: "nu")
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "ws.json")
      try good.write(to: file)
      let read = try HistFactoryWorkspace(reading: file)
      #expect(read == good)
      for (measurement, part) in [(nil, "poi: expected"), ("other", "found 'other'")] {
        let error = #expect(throws: HistFactoryError.self) {
          try HistFactoryDensity(read, measurement: measurement)
        }
        #expect(error?.file == file && "\(error.map { "\($0)" } ?? "")".contains(part))
      }
    }
  }

  /// é in two normal forms, in every place that has names.
  @Test func namesInTwoNormalForms() throws {
    let (one, two) = ("\u{E9}", "e\u{301}")
    func text(
      _ channels: [String] = ["c", "d"], _ samples: [String] = ["s", "t"],
      _ modifiers: [String] = ["a", "b"], observed: String? = nil, setting: String = "a"
    ) -> String {
      do {
        _ = try workspace([
          "version": "1.0.0",
          "channels": (0..<2).map {
            channel(channels[$0], [(samples[$0], [5], [modifier(modifiers[$0], "normfactor")])])
          },
          "observations": [observed ?? channels[0], channels[1]].map {
            ["name": $0, "data": [5.0]]
          },
          "measurements": [
            ["name": "m", "config": ["poi": "", "parameters": [["name": setting]]]]
          ],
        ])
        return ""
      } catch { return "\(error)" }
    }
    #expect(text() == "" && text([one, "d"], [one, one], [one, one], setting: one) == "")
    let codes = "found 'e\\u{0301}'"
    #expect(text([one, two]).contains(codes))
    #expect(text([one, "d"], observed: two).contains(codes))
    #expect(text(["c", "d"], [one, two]).contains(codes))
    let both = text(["c", "d"], ["s", "t"], [one, two])
    #expect(both.contains("channel 'd', sample 't'") && both.contains("as in channel 'c'"))
    #expect(both.contains("'\\u{00E9}'") && both.contains(codes), "\(both)")
    #expect(text(["c", "d"], ["s", "t"], [one, "b"], setting: two).contains(codes))
  }
}
