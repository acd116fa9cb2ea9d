import Foundation
import TestSupport
import Testing

/// impacts, gof, yields, with the numbers of pyhf, iminuit, scipy and numpy in
/// `Tests/InferenceTests/Reference`.
@Suite("Diagnostics of fits") struct DiagnosticsTests {
  static let folder = packageRoot.appending(path: "Tests/InferenceTests/Reference")
  static let workspace = folder.appending(path: "diagnostics_workspace.json").path

  private func reference() throws -> JSON {
    try JSON(contentsOf: Self.folder.appending(path: "diagnostics.json"))
  }

  @Test("impacts ranks the parameters and draws them") func impacts() throws {
    let reference = try reference()
    try withTemporaryFolder { folder in
      let result = try Program.json(
        ["impacts", Self.workspace, "--figure", "new/pulls.svg", "--top", "3"], in: folder)
      #expect(try result.at("parameterOfInterest").text == "mu")
      for key in ["value", "error"] {
        #expect(abs(try result.at(key).number - (try reference.at("poi", key).number)) < 1e-4)
      }
      let parts = try ["statisticalError", "systematicError"].map { try result.at($0).number }
      #expect(abs(parts[0] - (try reference.at("poi", "statistical").number)) < 2e-4)
      let error = try result.at("error").number
      #expect(abs(parts[0] * parts[0] + parts[1] * parts[1] - error * error) < 1e-9)
      #expect(try result.at("freeNuisances").texts == ["norm"])
      #expect(try result.at("valid").flag && result.at("certificate", "valid").flag)
      #expect(try result.at("correlations").elements.count == 3)
      for nuisance in try result.at("nuisances").elements {
        let expected = try reference.at("impacts", try nuisance.at("name").text)
        let shift = try nuisance.at("postFitImpact", "up", "impact").number
        #expect(abs(shift - (try expected.at("postFit").numbers[0])) < 3e-4)
      }
      #expect(
        try files(below: folder) == [
          "new", "new/pulls.svg", "new/pulls.gp", "new/pulls-pulls.dat", "new/pulls-impacts.dat",
        ])
    }
    let table = try Program.run(["impacts", Self.workspace], status: 0).standardOutput
    #expect(table.contains("mu = 1.3068") && table.contains("certificates: all valid"))
    #expect(table.contains("\nnorm "))
  }

  @Test("impacts refuses what it cannot do") func refusals() throws {
    try expectRefusal(["impacts", Self.workspace, "--parameter", "nu"], ["'nu'"])
    try Program.run(["impacts", Self.workspace, "--figure", "pulls.xyz"], status: 64)
    try Program.run(["impacts", Self.workspace, "--top", "0"], status: 64)
  }

  @Test("gof gives the saturated test and that of toys") func goodness() throws {
    let saturated = try reference().at("saturated")
    let arguments = ["gof", Self.workspace, "--toys", "60", "--seed", "5"]
    let result = try Program.json(arguments)
    #expect(abs(try result.at("statistic").number - (try saturated.at("q").number)) < 1e-5)
    #expect(abs(try result.at("pValue").number - (try saturated.at("p").number)) < 1e-5)
    #expect(try result.at("degreesOfFreedom").number == 3)
    let toys = try result.at("toys")
    #expect(try toys.at("count").number == 60 && toys.at("failures").number == 0)
    let error = try toys.at("pValueError").number
    #expect(abs(try toys.at("pValue").number - (try saturated.at("p").number)) < 4 * error)
    let again = try Program.json(arguments + ["--threads", "2"])
    #expect(try again.at("toys", "mean").number == toys.at("mean").number)
    #expect(try Program.run(["gof", "toy-lhc"], status: 0).standardOutput.contains("89 = 90 bins"))
    try Program.run(["gof", Self.workspace, "--toys", "-1"], status: 64)
  }

  @Test("yields gives channels and samples before and after the fit") func yields() throws {
    let reference = try reference()
    try withTemporaryFolder { folder in
      let result = try Program.json(["yields", Self.workspace, "--figures", "."], in: folder)
      for channel in try result.at("channels").elements {
        let name = try channel.at("name").text
        for (stage, key) in [("preFit", "preFitYields"), ("postFit", "postFitYields")] {
          let sum = try channel.at(stage, "total", "sum")
          let expected = try reference.at(key, name, "total", "sum").numbers
          #expect(abs(try sum.at("value").number - expected[0]) < 3e-4 * expected[0])
          #expect(abs(try sum.at("error").number - expected[1]) < 3e-4 * expected[0])
        }
      }
      #expect(try result.at("unconstrained").texts.sorted() == ["mu", "norm"])
      let drawn = try files(below: folder)
      #expect(
        drawn.isSuperset(of: [
          "yields-1-control_region.pdf", "yields-2-signal_region.png", "yields-2-signal_region.gp",
        ]))
    }
    let table = try Program.run(["yields", Self.workspace, "--bins"], status: 0).standardOutput
    #expect(table.contains("signal_region: 174 observed") && table.contains("signal_region[2]"))
  }
}
