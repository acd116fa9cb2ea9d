import Foundation
import TestSupport
import Testing

/// `sample` with every sampler, powers of a density, and the designs made of them.
@Suite("Samplers") struct SamplerTests {
  private func sample(
    _ sampler: String, _ output: String, draws: Int = 6400, in folder: URL, _ more: [String] = []
  ) throws -> JSON {
    try Program.json(
      [
        "sample", "toy-lhc", "-o", output, "--sampler", sampler, "--draws", "\(draws)",
        "--allow-unconverged",
      ] + more, in: folder)
  }

  /// The posterior has mu = 0.228 ± 0.349.
  @Test("no-U-turn") func noUTurn() throws {
    try withTemporaryFolder { folder in
      let found = try sample(
        "nuts", "n.h5", in: folder, ["--chains", "32", "--warm-up", "200"])
      let mu = try found.at("parameters", "mu")
      #expect(try abs(mu.at("mean").number - 0.228) < 5 * mu.at("mcse").number + 0.02)
      #expect(try abs(mu.at("sd").number - 0.349) < 0.05)
      #expect(try found.at("draws").number == 6400)
    }
  }

  @Test("a warm-up that starts with the Hessian of a fit, and the form of the metric")
  func metric() throws {
    try withTemporaryFolder { folder in
      let short = ["--chains", "64", "--warm-up", "100"]
      for (name, more) in [
        ("fit", ["--precondition"]), ("fixed", ["--precondition", "--metric", "fixed"]),
        ("diagonal", ["--metric", "diagonal"]),
      ] {
        for sampler in ["hmc", "nuts"] {
          let found = try sample(sampler, "\(name)-\(sampler).h5", in: folder, short + more)
          let mu = try found.at("parameters", "mu")
          #expect(try abs(mu.at("mean").number - 0.228) < 5 * mu.at("mcse").number + 0.02)
          #expect(try abs(mu.at("sd").number - 0.349) < 0.06)
        }
      }
      // A run that goes on keeps its metric; another one is refused.
      _ = try sample(
        "hmc", "fixed-hmc.h5", draws: 7040, in: folder,
        ["--resume", "--metric", "fixed", "--precondition"])
      try expectRefusal(
        ["sample", "toy-lhc", "-o", "fixed-hmc.h5", "--resume", "--metric", "dense"],
        ["--metric", "fixed, as in the run"], in: folder)
      for wrong in [
        ["--metric", "fixed"], ["--metric", "round"], ["--sampler", "de", "--precondition"],
      ] {
        try Program.run(["sample", "toy-lhc", "-o", "c.h5"] + wrong, in: folder, status: 64)
      }
    }
  }

  /// Ensembles of a few hundred steps have not converged on 95 parameters, and say so; a run that
  /// goes on ends with the draws of one that was never stopped.
  @Test(
    "ensembles, continued",
    arguments: ["ensemble", "stretch", "walk", "de", "snooker", "slice", "metropolis"])
  func ensembles(_ sampler: String) throws {
    try withTemporaryFolder { folder in
      let size = ["--chains", "192", "--warm-up", "5", "--seed", "4"]
      let whole = try sample(sampler, "whole.h5", draws: 15_360, in: folder, size)
      #expect(try !whole.at("warnings").texts.isEmpty)
      _ = try sample(sampler, "part.h5", draws: 7680, in: folder, size)
      let continued = try sample(
        sampler, "part.h5", draws: 15_360, in: folder, ["--resume", "--threads", "1"])
      for key in ["mu", "delta_91", "log_density"] {
        for number in ["mean", "sd"] {
          #expect(
            try continued.at("parameters", key, number).number
              == whole.at("parameters", key, number).number)
        }
      }
      let other = sampler == "walk" ? "stretch" : "walk"
      let refused = try Program.run(
        ["sample", "toy-lhc", "-o", "part.h5", "--sampler", other, "--resume"], in: folder,
        status: 65)
      #expect(refused.standardError.contains("--resume goes on with"))
    }
  }

  /// A power below 1 broadens; the data set of its draws has the values of the density itself, and
  /// mixes with others.
  @Test("powers, space-filling points and mixtures") func designs() throws {
    try withTemporaryFolder { folder in
      let plain = try sample("hmc", "one.h5", in: folder, ["--chains", "64"])
      let broad = try sample(
        "hmc", "half.h5", in: folder, ["--chains", "64", "--power", "0.25"])
      let ratio =
        try broad.at("parameters", "delta_5", "sd").number
        / plain.at("parameters", "delta_5", "sd").number
      #expect(abs(ratio - 2) < 0.3)
      for (chains, output) in [("one.h5", "a.h5"), ("half.h5", "b.h5")] {
        _ = try Program.json(
          ["dataset", "build", "toy-lhc", "--chains", chains, "-o", output, "--points", "1000"],
          in: folder)
      }
      let cover = try Program.json(
        ["dataset", "build", "toy-lhc", "--design", "sobol", "-o", "c.h5", "--points", "512"],
        in: folder)
      #expect(try cover.at("samples").keys == ["sobol"])
      let mixed = try Program.json(
        ["dataset", "mix", "a.h5=0.6", "b.h5=0.2", "c.h5=0.2", "-o", "m.h5", "--points", "500"],
        in: folder)
      #expect(try mixed.at("samples", "S1").number == 300)
      #expect(try mixed.at("samples", "S1^0.25").number == 100)
      #expect(try mixed.at("samples", "sobol").number == 100)
      let many = try Program.run(
        ["dataset", "mix", "a.h5=0.9", "c.h5=0.1", "-o", "x.h5", "--points", "5000"], in: folder,
        status: 65)
      #expect(many.standardError.contains("points in all are possible"))
      let negative = try Program.run(
        ["sample", "toy-lhc", "-o", "y.h5", "--power", "0"], in: folder, status: 64)
      #expect(negative.standardError.contains("--power must be positive"))
    }
  }
}
