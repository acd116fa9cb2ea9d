import Foundation
import TestSupport
import Testing

/// The verb `posterior`.
@Suite("Posterior") struct PosteriorTests {
  private static let allow = "--allow-unconverged"

  @Test("summaries, conditions, another prior, joint regions and predictive checks")
  func everything() throws {
    try withTemporaryFolder { folder in
      try Program.run(Miniature.sample + [Self.allow], in: folder, status: 0)
      let base = ["posterior", "chains.h5", Self.allow]
      let plain = try Program.json(base + ["-p", "mu", "-p", "delta_91"], in: folder)
      #expect(try plain.at("draws").number == 5120)
      let mu = try plain.at("parameters", "mu")
      #expect(
        mu.keys.isSuperset(of: [
          "mean", "sd", "mode", "quantiles", "hpdi", "disjoint", "mcse", "rhat", "essBulk",
          "essTail",
        ]))
      // Exact: 0.2284 +- 0.3482 (arXiv:1911.03305, section 3, 3e5 independent draws).
      let pull = try (mu.at("mean").number - 0.2284) / mu.at("mcse", "mean").number
      #expect(abs(pull) < 5, "\(pull)")
      #expect(try abs(mu.at("quantiles", "50.00", "value").number - 0.228) < 0.08)
      #expect(try mu.at("disjoint", "95.45", "intervals").elements.count == 1)
      // numpy.corrcoef of 25600 draws: -0.656.
      let rows = try plain.at("correlations", "matrix").elements
      #expect(try rows[0].numbers[0] == 1 && abs(rows[0].numbers[1] - -0.656) < 0.06)

      let conditioned = try Program.json(
        base + ["--where", "mu > 0", "--where", "not abs(delta_91) >= 5"], in: folder)
      let condition = try conditioned.at("condition")
      #expect(try condition.at("conditions").texts.count == 2)
      #expect(try abs(condition.at("probability", "value").number - 0.745) < 0.05)
      #expect(try condition.at("probability", "error").number > 0.004)
      // The published upper limit for mu > 0 is 0.4795 at 68.27 %.
      let limit = try conditioned.at("parameters", "mu", "hpdi", "68.27")
      #expect(try abs(limit.at("upper").number - 0.4795) < 5 * limit.at("upperError").number)
      #expect(try abs(limit.at("lower").number) < max(0.01, 5 * limit.at("lowerError").number))

      // The prior is recorded with the chains; with the likelihood it is the same.
      let prior = ["--prior", "mu=normal(0, 0.5)"]
      let recorded = try Program.json(base + prior, in: folder)
      let given = try Program.json(base + prior + ["--likelihood", "toy-lhc"], in: folder)
      let mean = try recorded.at("parameters", "mu", "mean").number
      #expect(try mean == given.at("parameters", "mu", "mean").number)
      // Of normal form, 0.2284 +- 0.3482 times a normal of 0 +- 0.5: 0.154.
      #expect(abs(mean - 0.154) < 0.04)
      #expect(try recorded.at("reweighting", "khat").number < 0.7)
      #expect(try recorded.at("reweighting", "ess").number > 500)
      #expect(try recorded.at("notes").texts[0].contains("[-1.0, 5.0]"))

      let check = try Program.json(
        base + [
          "--predictive", "--likelihood", "toy-lhc", "--replications", "400", "--joint",
          "mu, delta_91",
        ], in: folder)
      let p = try check.at("predictive", "pValue", "value").number
      #expect(p > 0.4 && p < 0.9)
      #expect(try check.at("predictive", "bins").elements.count == 90)
      let region = try check.at("regions").elements[0]
      #expect(try abs(region.at("enclosed", "value").number - 0.6827) < 0.03)
      #expect(try region.at("contours").elements.count >= 1)
    }
  }

  @Test("a prior that the draws do not cover is refused; runs and weights; bad input")
  func refusalsAndFiles() throws {
    try withTemporaryFolder { folder in
      try Program.run(Miniature.sample + [Self.allow], in: folder, status: 0)
      let far = ["posterior", "chains.h5", "--prior", "mu=normal(4, 0.1)"]
      let refused = try Program.json(far, in: folder, status: 2)
      #expect(try refused.at("parameters").keys.isEmpty)
      #expect(try refused.at("reweighting", "khat").number > 0.7)
      #expect(try !refused.at("reweighting", "valid").flag)
      #expect(try refused.at("warnings").texts.contains { $0.contains("sample again") })
      let forced = try Program.json(far + [Self.allow], in: folder)
      #expect(try forced.at("parameters").keys == ["mu"])

      // Two runs are one posterior with twice the chains.
      try Program.run(
        Miniature.sample.map { $0 == "chains.h5" ? "other.h5" : ($0 == "3" ? "4" : $0) }
          + [Self.allow], in: folder, status: 0)
      let both = try Program.json(
        ["posterior", "chains.h5", "other.h5", Self.allow], in: folder)
      #expect(try both.at("chains").number == 128)
      #expect(try both.at("draws").number == 10240)

      let here: [([String], [String])] = [
        (["-p", "nu"], ["'nu'"]), (["--where", "nu > 0"], ["character 1", "'nu'"]),
        (["--where", "mu = 0"], ["character 4", "'=='"]),
        (["--where", "mu > 100"], ["none of the 5120 draws", "mu > 100"]),
        (["--where", "mu + 1"], ["comparison"]), (["--prior", "mu"], ["PARAMETER=PRIOR"]),
        (["--prior", "nu=normal(0,1)"], ["'nu'"]),
        (["--prior", "mu=cauchy(0,1)"], ["cauchy", "log-normal"]),
        (["--prior", "mu=normal(0)"], ["2 arguments", "1"]),
        (["--prior", "mu=normal(0,-1)"], ["standard deviation"]),
        (["--prior", "mu=normal(0,x)"], ["a number", "'x'"]),
        (["--prior", "mu=uniform(2,1)"], ["lower bound"]),
        (["--prior", "mu=uniform(4.5,4.9)"], ["vanishes"]),
        (["--prior", "mu=normal(0,1)", "--prior", "mu=normal(0,2)"], ["two priors"]),
        (["--joint", "mu,nu"], ["'nu'"]), (["--weights", "w"], ["'w'"]),
        (["--weights", "mu"], ["weight", "expected"]),
        (["--likelihood", "no-such"], ["no-such"]),
      ]
      for (arguments, parts) in here {
        try expectRefusal(["posterior", "chains.h5"] + arguments, parts, in: folder)
      }
      try expectRefusal(["posterior", "absent.h5"], ["absent.h5"], in: folder)
      for arguments in [
        ["--predictive"], ["--joint", "mu"], ["--all", "-p", "mu"], ["--replications", "1"], ["-x"],
      ] {
        try Program.run(["posterior", "chains.h5"] + arguments, in: folder, status: 64)
      }
    }
  }

  @Test(
    "chains of emcee: weights in a column, no record of the prior, one ensemble",
    .enabled(if: pythonInterpreter != nil, needsPython))
  func foreignChains() throws {
    try withTemporaryFolder { folder in
      // Draws of N(0, 1) with weights that make them N(1, 1).
      try runPython(
        """
        import sys, h5py, numpy as np
        rng = np.random.default_rng(1)
        x = rng.normal(size=(400, 20))
        with h5py.File(sys.argv[1], "w") as f:
            g = f.create_group("mcmc")
            g.attrs.update({"version": "3.1.6", "nwalkers": 20, "ndim": 2, "iteration": 400,
              "has_blobs": False})
            g["chain"] = np.stack([x, np.exp(x - 0.5)], axis=2)
            g["log_prob"] = -0.5 * x**2
            g["accepted"] = np.full(20, 300.0)
        """, arguments: [folder.appending(path: "e.h5").path])
      let result = try Program.json(
        ["posterior", "e.h5", "--weights", "x1", Self.allow], in: folder)
      #expect(try result.at("parameters").keys == ["x0"])
      let x = try result.at("parameters", "x0")
      #expect(try abs(x.at("mean").number - 1) < 5 * x.at("mcse", "mean").number)
      #expect(try abs(x.at("sd").number - 1) < 5 * x.at("mcse", "sd").number)
      #expect(try result.at("warnings").texts.contains { $0.contains("one ensemble only") })
      try Program.run(["posterior", "e.h5", "--weights", "x1"], in: folder, status: 2)
      try expectRefusal(
        ["posterior", "e.h5", "--prior", "x0=normal(0,1)"], ["x0", "--likelihood"], in: folder)
      try expectRefusal(
        ["posterior", "e.h5", "--prior", "x0=normal(0,1)", "--likelihood", "toy-lhc"],
        ["'x0'", "no separate prior"], in: folder)
      // The likelihood's parameters are not those of the chains.
      try expectRefusal(
        ["posterior", "e.h5", "--predictive", "--likelihood", "toy-lhc", Self.allow], ["'mu'"],
        in: folder)
    }
  }
}
