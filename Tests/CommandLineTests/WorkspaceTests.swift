import Foundation
import TestSupport
import Testing

/// HistFactory workspaces on the command line.
@Suite("Workspaces") struct WorkspaceTests {
  static let names = [
    "xmlimport_input", "xmlimport_input2", "xmlimport_input3", "multichannel_histfactory",
    "shared_nuispar", "tutorial_bkg_only", "SRee_SRmm_Srem_v2", "ttbar_ljets_xsec_pruned",
  ]

  /// Names, bounds and data of pyhf; its log densities; gradients as differences of our values.
  @Test(
    "inspect, logpdf and fit agree with pyhf",
    .enabled(if: sharedFile("data/workspaces/README.md") != nil, "shared data are absent"),
    arguments: names)
  func agrees(name: String) throws {
    let workspace = try #require(sharedFile("data/workspaces/\(name).json"))
    let reference = try JSON(
      contentsOf: #require(sharedFile("data/workspaces/\(name).reference.json")))
    let inspected = try Program.json(["inspect", workspace.path])
    let parameters = try inspected.at("parameters").elements
    #expect(
      try parameters.map { try $0.at("name").text } == reference.at("par_names").texts)
    #expect(
      try parameters.map { try $0.at("initial").number }
        == reference.at("suggested_init").numbers)
    let bins = try inspected.at("bins").elements
    let data = try reference.at("data").numbers
    #expect(
      try bins.map { try $0.at("observed").number } == Array(data.prefix(bins.count)))

    try withTemporaryFolder { folder in
      let points = try reference.at("points").elements
      var rows = try points.map { try $0.at("pars").numbers }
      // Two neighbours of the last point along each of the first parameters, where that is not at a
      // bound.
      var base = try #require(rows.last)
      for (k, parameter) in parameters.enumerated() {
        let bounds = (try parameter.at("lower").number, try parameter.at("upper").number)
        base[k] = min(max(base[k], bounds.0 + 1e-3), bounds.1 - 1e-3)
      }
      rows.append(base)
      let count = min(base.count, 12)
      let steps = base.prefix(count).map { 1e-5 * max(abs($0), 0.1) }
      for k in 0..<count {
        for sign in [1.0, -1] {
          rows.append(base)
          rows[rows.count - 1][k] += sign * steps[k]
        }
      }
      try JSONEncoder().encode(rows).write(to: folder.appending(path: "points.json"))
      let result = try Program.json(
        ["logpdf", workspace.path, "--points", "points.json", "--gradient"], in: folder)
      let values = try result.at("logpdf").numbers
      for (point, value) in zip(points, values) {
        let expected = try point.at("logpdf").number
        #expect(abs(value - expected) <= 1e-10 * abs(expected))
      }
      let gradient = try result.at("gradient").elements[points.count].numbers
      for k in 0..<count {
        let up = values[points.count + 1 + 2 * k]
        let down = values[points.count + 2 + 2 * k]
        let difference = (up - down) / (2 * steps[k])
        let rounding = 1e-15 * abs(up) / steps[k]
        #expect(abs(gradient[k] - difference) < 1e-5 * abs(difference) + 10 * rounding + 1e-6)
      }
    }
    let fit = try Program.json(["fit", workspace.path])
    #expect(try fit.at("certificate", "valid").flag)
    let best = try reference.at("robust", "mle", "twice_nll").number
    #expect(try fit.at("twiceNegativeLogLikelihood").number < best + 1e-5)
  }

  /// The expected count is 12 s f + 50 b with s of the patch.
  @Test("patches, measurements, interpolation codes and the parameter of interest")
  func options() throws {
    try withTemporaryFolder { folder in
      try Data(Self.workspace.utf8).write(to: folder.appending(path: "w.json"))
      try Data(Self.patch.utf8).write(to: folder.appending(path: "p.json"))
      func expected(_ options: [String]) throws -> Double {
        try Program.json(["inspect", "w.json"] + options, in: folder)
          .at("bins").elements[0].at("expected").number
      }
      #expect(try expected([]) == 62)
      #expect(try expected(["--patch", "p.json"]) == 80)
      #expect(try expected(["--measurement", "second"]) == 74)
      let other = try Program.json(["inspect", "w.json", "--poi", "b"], in: folder)
      #expect(try other.at("parameterOfInterest").text == "b")
      try Data(#"[{"mu": 1, "b": 0.5}]"#.utf8).write(to: folder.appending(path: "x.json"))
      func value(_ options: [String]) throws -> Double {
        try Program.json(["logpdf", "w.json", "--points", "x.json"] + options, in: folder)
          .at("logpdf").numbers[0]
      }
      // Exponential instead of the polynomial: 1.1^0.5 against 1.04878....
      #expect(try value([]) != value(["--interpolation", "normsys=1"]))
      try expectRefusal(
        ["inspect", "w.json", "--measurement", "third"], ["w.json", "third", "first"], in: folder)
      try expectRefusal(
        ["inspect", "w.json", "--poi", "nu"], ["w.json", "'nu'"], in: folder)
      try expectRefusal(
        ["inspect", "w.json", "--interpolation", "normsys=7"], ["normsys", "'7'"], in: folder)
      try expectRefusal(
        ["inspect", "w.json", "--patch", "none.json"], ["none.json"], in: folder)
      try expectRefusal(
        ["fit", "toy-lhc", "--measurement", "first"], ["measurement", "toy-lhc"], in: folder)
    }
  }

  /// A fixed parameter is held by samplers, data sets and networks.
  @Test("the example, in small", .timeLimit(.minutes(3))) func example() throws {
    try withTemporaryFolder { folder in
      let example = packageRoot.appending(path: "Examples/histfactory")
      let script = example.appending(path: "run.sh")
      let result = try runProcess(
        script, arguments: [folder.path],
        environment: [
          "DNNLIK": Program.url.path, "ALLOW_UNCONVERGED": "1", "DRAWS": "4000",
          "WARM_UP": "300", "THIN": "5", "POINTS": "4000", "EPOCHS": "5", "WIDTH": "16",
        ])
      #expect(result.status == 0, "\(result.standardError)")
      #expect(isFilled(folder.appending(path: "search.onnx")))
      let whole = try Program.json(
        [
          "inspect", example.appending(path: "workspace.json").path, "--patch",
          example.appending(path: "signals.json").path + ":mass_500",
        ])
      let free = try whole.at("parameters").elements.filter { try !$0.at("fixed").flag }
      let network = try Program.json(["inspect", "search.onnx"], in: folder)
      #expect(
        try network.at("parameters").elements.map { try $0.at("name").text }
          == free.map { try $0.at("name").text })
    }
  }

  private static let workspace = """
    {"channels": [{"name": "c", "samples": [
      {"name": "s", "data": [12], "modifiers": [{"name": "mu", "type": "normfactor", "data": null}]},
      {"name": "k", "data": [50], "modifiers": [
        {"name": "b", "type": "normsys", "data": {"hi": 1.1, "lo": 0.9}}]}]}],
     "observations": [{"name": "c", "data": [60]}],
     "measurements": [
       {"name": "first", "config": {"poi": "mu", "parameters": []}},
       {"name": "second", "config": {"poi": "mu", "parameters": [
         {"name": "mu", "inits": [2]}]}}],
     "version": "1.0.0"}
    """

  private static let patch = """
    [{"op": "replace", "path": "/channels/0/samples/0/data/0", "value": 30}]
    """
}
