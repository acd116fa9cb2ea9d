import Foundation
import TestSupport
import Testing

/// sample, diagnose, posterior.
@Suite("Chains") struct ChainTests {
  @Test("sample and diagnose agree; posterior is near the published intervals")
  func hamiltonian() throws {
    try withTemporaryFolder { folder in
      let sampled = try Program.json(
        Miniature.sample + ["--allow-unconverged"], in: folder)
      #expect(try sampled.at("draws").number == 5120)
      #expect(try sampled.at("chains").number == 64)
      #expect(try files(below: folder) == ["chains.h5"])
      for name in ["mu", "delta_94"] {
        #expect(
          try sampled.at("parameters", name).keys.isSuperset(of: [
            "mean", "sd", "rhat", "essBulk", "essTail", "mcse",
          ]))
      }
      let diagnosed = try Program.json(
        ["diagnose", "chains.h5", "--allow-unconverged"], in: folder)
      #expect(diagnosed.keys == sampled.keys)
      for key in ["mean", "sd", "rhat", "essBulk", "mcse"] {
        let (a, b) = (
          try sampled.at("parameters", "mu", key).number,
          try diagnosed.at("parameters", "mu", key).number
        )
        #expect(abs(a - b) <= 1e-12 * abs(a))
      }
      // The exact posterior: 0.228 +- 0.348 (3e5 independent draws, toy_lhc_search_reference).
      #expect(abs(try sampled.at("parameters", "mu", "mean").number - 0.23) < 0.05)
      #expect(abs(try sampled.at("parameters", "mu", "sd").number - 0.35) < 0.04)
      let posterior = try Program.json(
        ["posterior", "chains.h5", "-p", "mu", "-p", "delta_91", "--allow-unconverged"],
        in: folder
      ).at("parameters")
      #expect(posterior.keys == ["mu", "delta_91"])
      let interval = try posterior.at("mu", "hpdi", "68.27")
      #expect(abs(try interval.at("lower").number - -0.12) < 0.15)
      #expect(abs(try interval.at("upper").number - 0.58) < 0.15)
      // 5120 draws of 64 chains are too few for R-hat below 1.01: said, and ended with 2.
      let text = try Program.run(["posterior", "chains.h5"], in: folder, status: 2)
      #expect(
        text.standardOutput.contains("warning: delta_") && text.standardOutput.contains("R-hat"))
      let diagnosis = try Program.run(["diagnose", "chains.h5"], in: folder, status: 2)
      #expect(
        diagnosis.standardOutput.contains("the 64 chains have 80 draws each: more --draws"))
      #expect(text.standardOutput.contains("\nmu: mean "))
      try expectRefusal(["posterior", "chains.h5", "-p", "nu"], ["'nu'"], in: folder)
    }
  }

  @Test("diagnose --details") func details() throws {
    try withTemporaryFolder { folder in
      let sampled = try Program.json(Miniature.sample + ["--allow-unconverged"], in: folder)
      let command = ["diagnose", "chains.h5", "--allow-unconverged", "--details"]
      let all = try Program.json(command, in: folder).at("details")
      #expect(try all.at("parameters").keys.count == 96)
      #expect(try all.at("energyFraction").number > 0.3)
      let one = try Program.json(command + ["-p", "mu"], in: folder).at("details", "parameters")
      #expect(one.keys == ["mu"])
      let mu = try one.at("mu")
      let quantiles = try #require(mu.at("quantiles").value as? [[String: Double]])
      #expect(quantiles.map { $0["probability"] } == [0.05, 0.5, 0.95])
      let median = try #require(quantiles[1]["value"])
      let error = try #require(quantiles[1]["error"])
      #expect(try abs(median - sampled.at("parameters", "mu", "mean").number) < 0.05)
      #expect(error > 0.001 && error < 0.05)
      #expect(try mu.at("goodmanWeareTime", "time").number > 0)
      let steps = try #require(mu.at("scaleReduction").value as? [[String: Double]])
      #expect(steps.last?["steps"] == 80)
      let text = try Program.run(command, in: folder, status: 0).standardOutput
      #expect(text.contains("E-BFMI") && text.contains("Brooks-Gelman scale reduction of "))
      try expectRefusal(["diagnose", "chains.h5", "--details", "-p", "nu"], ["'nu'"], in: folder)
      try Program.run(["diagnose", "chains.h5", "-p", "mu"], in: folder, status: 64)
      // The same of another format.
      try Program.run(command + ["--export", "chains.nc"], in: folder, status: 0)
      let other = try Program.json(
        ["diagnose", "chains.nc", "--allow-unconverged", "--details", "-p", "mu"], in: folder)
      #expect(
        try other.at("details", "parameters", "mu", "goodmanWeareTime", "time").number
          == mu.at("goodmanWeareTime", "time").number)
    }
  }

  @Test("the same seed gives the same chains on one thread and on two; another seed does not")
  func seeds() throws {
    try withTemporaryFolder { folder in
      let arguments = [
        "sample", "toy-lhc", "--chains", "256", "--draws", "1024", "--warm-up", "20",
        "--allow-unconverged", "-o",
      ]
      let one = try Program.json(arguments + ["a.h5", "--threads", "1"], in: folder)
      let two = try Program.json(arguments + ["b.h5", "--threads", "2"], in: folder)
      let other = try Program.json(arguments + ["c.h5", "--seed", "2"], in: folder)
      let means = try [one, two, other].map { try $0.at("parameters", "mu", "mean").number }
      #expect(means[0] == means[1])
      #expect(means[0] != means[2])
    }
  }

  @Test("chains that have not converged end with 2, and 0 if that is allowed") func unconverged()
    throws
  {
    try withTemporaryFolder { folder in
      let arguments = [
        "sample", "toy-lhc", "-o", "c.h5", "--sampler", "stretch", "--chains", "200", "--draws",
        "4000", "--warm-up", "2",
      ]
      let result = try Program.json(arguments, in: folder, status: 2)
      #expect(try !result.at("warnings").texts.isEmpty)
      #expect(try result.at("chains").number == 800)
      let text = try Program.run(arguments + ["--allow-unconverged"], in: folder, status: 0)
      #expect(text.standardOutput.contains("\nwarning: "))
      // Progress is on standard error, without the control characters of a terminal.
      #expect(!text.standardError.isEmpty)
      #expect(!text.standardError.contains("\u{1B}"))
      #expect(!text.standardOutput.contains("steps/s"))
      try Program.run(["diagnose", "c.h5"], in: folder, status: 2)
      try Program.run(["diagnose", "c.h5", "--allow-unconverged"], in: folder, status: 0)
    }
  }

  @Test("too few walkers are refused with the number that is needed") func walkers() throws {
    try withTemporaryFolder { folder in
      try expectRefusal(
        ["sample", "toy-lhc", "-o", "c.h5", "--sampler", "stretch", "--chains", "100"], ["190"],
        in: folder)
      #expect(try files(below: folder).isEmpty)
    }
  }

  @Test(
    "emcee opens the chain file", .enabled(if: pythonInterpreter != nil, needsPython))
  func emcee() throws {
    try withTemporaryFolder { folder in
      let result = try Program.json(Miniature.sample + ["--allow-unconverged"], in: folder)
      let output = try runPython(
        """
        import json, sys
        from emcee.backends import HDFBackend
        b = HDFBackend(sys.argv[1], read_only=True)
        chain = b.get_chain(flat=True)
        print(json.dumps({"shape": list(b.get_chain().shape), "mean": chain[:, 0].mean(),
          "sd": chain[:, 0].std(ddof=1), "first": chain[0].tolist(),
          "logp": b.get_log_prob(flat=True)[0]}))
        """, arguments: [folder.appending(path: "chains.h5").path])
      let python = try JSON(text: output)
      #expect(try python.at("shape").numbers == [80, 64, 95])
      let mu = try result.at("parameters", "mu")
      #expect(abs(try python.at("mean").number - mu.at("mean").number) < 1e-12)
      #expect(abs(try python.at("sd").number - mu.at("sd").number) < 1e-9)
      // The stored log density is that of the stored point.
      let point = try python.at("first").numbers
      try Points.rows([point]).write(to: folder.appending(path: "p.json"))
      let value = try Program.json(["logpdf", "toy-lhc", "--points", "p.json"], in: folder)
      #expect(abs(try value.at("logpdf").numbers[0] - python.at("logp").number) < 1e-9)
    }
  }

  @Test("damaged and foreign HDF5 files are refused") func damaged() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      for name in ["chains", "data"] {
        let whole = try Data(contentsOf: folder.appending(path: "\(name).h5"))
        try whole.prefix(whole.count * 2 / 3).write(to: folder.appending(path: "\(name)-cut.h5"))
      }
      for arguments in [
        ["diagnose", "chains-cut.h5"], ["posterior", "chains-cut.h5"],
        ["dataset", "info", "data-cut.h5"], ["train", "data-cut.h5", "-o", "m"],
        ["plot", "corner", "chains-cut.h5", "-o", "f"],
        ["dataset", "build", "toy-lhc", "--chains", "chains-cut.h5", "-o", "d.h5"],
      ] {
        try expectRefusal(arguments, ["-cut.h5", "truncated"], in: folder)
      }
      try expectRefusal(["diagnose", "data.h5"], ["data.h5", "mcmc"], in: folder)
      try expectRefusal(["dataset", "info", "chains.h5"], ["chains.h5", "parameters"], in: folder)
      try expectRefusal(
        ["dataset", "build", "toy-lhc", "--chains", "chains.h5", "-o", "d.h5", "--points", "9999"],
        ["5120", "9999"], in: folder)
      #expect(
        try files(below: folder) == ["chains.h5", "data.h5", "chains-cut.h5", "data-cut.h5"])
    }
  }
}
