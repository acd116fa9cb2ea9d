import TestSupport
import Testing

@Suite("Help") struct HelpTests {
  static let verbs = [
    "quickstart", "models", "inspect", "logpdf", "fit", "scan", "hypotest", "limit", "impacts",
    "gof",
    "yields", "toys", "sample", "diagnose", "posterior", "dataset", "train", "evaluate", "plot",
    "export", "simplify",
  ]

  static let options: [(verb: [String], options: [String])] = [
    (["quickstart"], ["--output", "--seed", "--small", "--allow-unconverged"]),
    (["models"], []),
    (["inspect"], ["<likelihood>"]),
    (["logpdf"], ["<likelihood>", "--points", "--gradient"]),
    (["fit"], ["<likelihood>", "--fix", "--allow-unconverged"]),
    (
      ["scan"],
      ["<likelihood>", "--parameter", "--from", "--to", "--points", "--allow-unconverged"]
    ),
    (["hypotest"], ["<likelihood>", "--mu", "--parameter", "--statistic", "--allow-unconverged"]),
    (
      ["limit"],
      [
        "<likelihood>", "--parameter", "--statistic", "--confidence-level", "--criterion", "--from",
        "--to", "--points", "--figure", "--allow-unconverged",
      ]
    ),
    (
      ["sample"],
      [
        "--output", "--sampler", "--draws", "--chains", "--warm-up", "--thin", "--stretch-scale",
        "--seed", "--allow-unconverged", "hmc", "stretch",
      ]
    ),
    (["diagnose"], ["<chains>", "--allow-unconverged"]),
    (["posterior"], ["<chains>", "--parameter"]),
    (["dataset"], ["build", "info"]),
    (
      ["dataset", "build"],
      [
        "--chains", "--output", "--design", "--points", "--ridge", "--walk-steps", "--threshold",
        "--validation", "--test", "--gradients", "--seed", "s1", "s2", "s3",
      ]
    ),
    (["dataset", "info"], ["<dataset>"]),
    (
      ["train"],
      [
        "--output", "--recipe", "--width", "--epochs", "--batch-normalization", "--likelihood",
        "--precision", "--seed", "enhanced", "paper",
      ]
    ),
    (["evaluate"], ["<model>", "--dataset", "--sample", "--likelihood", "--allow-unconverged"]),
    (["plot"], ["corner", "tmu", "contour", "loss"]),
    (["plot", "corner"], ["<chains>", "--parameter", "--output"]),
    (["plot", "tmu"], ["<likelihoods>", "--from", "--to", "--points", "--output"]),
    (
      ["plot", "contour"],
      ["<likelihoods>", "--parameter", "--from", "--to", "--points", "--output"]
    ),
    (["impacts"], ["<likelihood>", "--parameter", "--figure", "--top", "--allow-unconverged"]),
    (["gof"], ["<likelihood>", "--toys", "--seed", "--allow-unconverged"]),
    (["yields"], ["<likelihood>", "--figures", "--bins", "--allow-unconverged"]),
    (["plot", "loss"], ["<model>", "--output"]),
    (["export"], ["<model>", "--output", "--float32"]),
    (
      ["simplify"],
      [
        "<likelihood>", "--output", "--moments", "--draws", "--seed", "--from", "--to", "--points",
        "--allow-unconverged", "prior", "posterior",
      ]
    ),
  ]

  @Test("the root names all verbs and the exit codes") func root() throws {
    let help = try Program.run(["--help"], status: 0).standardOutput
    for verb in Self.verbs { #expect(help.contains("\n  \(verb) "), "\(verb)") }
    #expect(help.contains("Exit codes: 0 done, 1"))
    for code in ["2 a", "64 usage", "65 bad", "130 interrupted"] {
      #expect(help.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(code))
    }
    let plain = try Program.run([], status: 0)
    #expect(plain.standardOutput == help)
  }

  @Test("each verb names its options", arguments: options)
  func verb(_ verb: [String], _ options: [String]) throws {
    let result = try Program.run(verb + ["--help"], status: 0)
    for option in options + ["--help"] {
      #expect(result.standardOutput.contains(option), "\(verb.joined(separator: " ")) \(option)")
    }
    #expect(!result.standardOutput.contains("file://"))
    #expect(result.standardOutput.hasPrefix("OVERVIEW: "))
    #expect(result.standardError.isEmpty)
  }

  @Test("the version is three numbers") func version() throws {
    let text = try Program.run(["--version"], status: 0).standardOutput
    #expect(text.wholeMatch(of: /\d+\.\d+\.\d+\S*\n/) != nil, "\(text)")
  }
}
