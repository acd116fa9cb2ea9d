import Foundation
import HDF5
import Likelihoods
import NumericalCore
import Sampling
import TestSupport
import Testing

private let fixture = sharedFile("data/samplers/arviz_0.23.4_from_dict.nc")

/// ArviZ and GetDist: their programs read what is written here, and the other way round.
@Suite struct ChainFormatTests {
  private func ensembles() throws -> Chains {
    try EnsembleSampler(
      move: StretchMove(), walkers: 8, ensembles: 3, burnIn: 5, steps: 20, thinning: 2, seed: 9
    ).sample(AutoregressiveGaussian(3, correlation: 0.5))
  }

  /// Independent chains with everything that a kernel may report.
  private func chains() throws -> Chains {
    var chains = try HamiltonianSampler(chains: 4, drawsPerChain: 6, warmUpSteps: 20)
      .sample(AutoregressiveGaussian(3, correlation: 0.5))
    let draws = (0..<24).map(Double.init)
    chains.statistics = [
      "energy": draws.map { 0.5 * $0 }, "diverging": draws.map { $0 == 7 ? 1 : 0 },
      "tree_depth": draws.map { Double(Int($0) % 4) }, "log_prior": draws.map { -0.1 * $0 },
    ]
    chains.divergences = 1
    chains.bounds = [chains.names[0]: -10...10, chains.names[1]: 0 ... .infinity]
    return chains
  }

  private func expectSame(_ a: Chains, _ b: Chains) {
    #expect(a.names == b.names && a.walkers == b.walkers && a.ensembles == b.ensembles)
    #expect(a.positions == b.positions)
    #expect(a.logDensities == b.logDensities)
    #expect(a.acceptance == b.acceptance)
    #expect(a.divergences == b.divergences)
    #expect(a.statistics == b.statistics)
    #expect(a.provenance == b.provenance)
  }

  @Test func roundTrips() throws {
    try withTemporaryFolder { folder in
      for chains in [try ensembles(), try chains()] {
        // Names that are not in the order of the alphabet, one with a slash.
        let chains = chains.renaming(["z", "b/c", "a"])
        for name in ["c.h5", "c.nc"] {
          let url = folder.appending(path: name)
          try chains.write(to: url, as: ChainFormat(ending: url))
          expectSame(try Chains(readingAny: url), chains)
        }
      }
      // GetDist has chains, not walkers, and nothing of how they were made.
      let original = try chains()
      let root = folder.appending(path: "g.txt")
      try ensembles().write(to: root, as: .getdist)
      try original.write(to: root, as: ChainFormat(ending: root))
      for name in ["g", "g.txt", "g_1.txt", "g.paramnames"] {
        let copy = try Chains(readingAny: folder.appending(path: name))
        #expect(copy.positions == original.positions && copy.walkers == 4)
        #expect(copy.logDensities == original.logDensities && copy.names == original.names)
      }
    }
  }

  @Test(.enabled(if: pythonInterpreter != nil, needsPython)) func arvizOpensOurs() throws {
    struct Seen: Decodable {
      let groups, variables: [String]
      let shape: [Int]
      let second, lp, energy, likelihood: [Double]
      let diverging: [Bool]
      let depth: [Int]
      let ess, rhat: Double
      let ensembleShape: [Int]
      let ensembleFirst: [Double]
    }
    let (chains, ensembles) = (try chains(), try ensembles())
    try withTemporaryFolder { folder in
      let files = ["chains.nc", "ensembles.nc"].map { folder.appending(path: $0) }
      try chains.writeArviZ(to: files[0])
      try ensembles.writeArviZ(to: files[1])
      let output = try runPython(
        """
        import json, sys, arviz as az
        d = az.from_netcdf(sys.argv[1]); e = az.from_netcdf(sys.argv[2])
        names = list(d.posterior.data_vars)
        f = lambda x: x.values.ravel().tolist()
        print(json.dumps({"groups": d.groups(), "variables": names,
          "shape": list(d.posterior[names[0]].shape), "second": f(d.posterior[names[1]]),
          "lp": f(d.sample_stats["lp"]), "energy": f(d.sample_stats["energy"]),
          "likelihood": f(d.log_likelihood["log_likelihood"]),
          "diverging": f(d.sample_stats["diverging"].astype(bool)),
          "depth": f(d.sample_stats["tree_depth"]),
          "ess": float(az.ess(e.posterior)[names[0]]), "rhat": float(az.rhat(e.posterior)[names[0]]),
          "ensembleShape": list(e.posterior[names[0]].shape),
          "ensembleFirst": f(e.posterior[names[0]])}))
        """, arguments: files.map(\.path))
      let seen = try JSONDecoder().decode(Seen.self, from: Data(output.utf8))
      #expect(
        Set(seen.groups) == ["posterior", "sample_stats", "log_likelihood", "log_prior"])
      #expect(seen.variables == chains.names && seen.shape == [4, 6])
      func ordered(_ values: [Double]) -> [Double] {
        (0..<4).flatMap { chain in (0..<6).map { values[$0 * 4 + chain] } }
      }
      #expect(seen.second == ordered(chains.positions.column(1)))
      #expect(seen.lp == ordered(chains.logDensities))
      #expect(seen.energy == ordered((0..<24).map { 0.5 * Double($0) }))
      #expect(
        zip(seen.likelihood, ordered((0..<24).map { chains.logDensities[$0] + 0.1 * Double($0) }))
          .allSatisfy { abs($0 - $1) < 1e-12 })
      #expect(seen.diverging.count { $0 } == 1 && seen.diverging[3 * 6 + 1])
      #expect(seen.depth[1] == 0 && seen.depth[6] == 1)
      #expect(seen.ess > 0 && seen.rhat > 0.9)
      // Walkers of an ensemble follow each other along the draws.
      #expect(seen.ensembleShape == [3, 80])
      #expect(seen.ensembleFirst[80] == ensembles.positions[8, 0])
      #expect(seen.ensembleFirst[9] == ensembles.positions[24 + 1, 0])
    }
  }

  @Test(.enabled(if: fixture != nil, needsSharedData)) func fixtureOfArviZ() throws {
    let chains = try Chains(readingAny: try #require(fixture))
    #expect(chains.names == ["mu", "theta[0]", "theta[1]", "theta[2]"])
    #expect(chains.walkers == 4 && chains.steps == 100 && chains.ensembles == nil)
    #expect(chains.statistics.keys.contains("diverging"))
    let file = try HDF5File(reading: try #require(fixture))
    let theta = try file.dataset("posterior/theta").read(as: Double.self)
    // Chain 2, draw 7, element 1.
    #expect(chains.positions[7 * 4 + 2, 2] == theta[(2 * 100 + 7) * 3 + 1])
    #expect(
      try chains.logDensities[7 * 4 + 2]
        == file.dataset("sample_stats/lp").read(as: Double.self)[207])
    _ = try chains.convergence()
  }

  @Test(.enabled(if: pythonInterpreter != nil, needsPython)) func getDistOpensOurs() throws {
    struct Seen: Decodable {
      let names: [String]
      let count: Int
      let first, lower: [Double?]
      let loglike: Double
      let mean: Double
    }
    let chains = try chains()
    try withTemporaryFolder { folder in
      let root = folder.appending(path: "run.txt")
      try chains.writeGetDist(to: root)
      let output = try runPython(
        """
        import contextlib, io, json, sys
        from getdist import loadMCSamples
        with contextlib.redirect_stdout(io.StringIO()):
            s = loadMCSamples(sys.argv[1], no_cache=True)
        names = s.getParamNames().list()
        print(json.dumps({"names": names, "count": int(s.numrows), "first": s.samples[0].tolist(),
          "lower": [s.ranges.getLower(n) for n in names], "loglike": float(s.loglikes[0]),
          "mean": float(s.mean(names[0]))}))
        """, arguments: [folder.appending(path: "run").path])
      let seen = try JSONDecoder().decode(Seen.self, from: Data(output.utf8))
      #expect(seen.names == chains.names && seen.count == 24)
      #expect(seen.first == chains.positions.row(0).map(Optional.some))
      #expect(seen.lower == [-10, 0, nil])
      #expect(seen.loglike == -chains.logDensities[0])
      #expect(abs(seen.mean - chains.positions.column(0).reduce(0, +) / 24) < 1e-12)
    }
  }

  @Test func weightsAreMultiplicities() throws {
    try withTemporaryFolder { folder in
      func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
      try write("r.paramnames", "a \\alpha\nb* \\beta\n")
      try write("r_1.txt", "2 1.5 0.1 0.2\n1 2.5 0.3 0.4\n")
      try write("r_2.txt", "# weight minuslogpost a b\n1 3 1 2\n3 4 3 4\n")
      let chains = try Chains(readingAny: folder.appending(path: "r"))
      #expect(chains.names == ["a", "b"] && chains.walkers == 2 && chains.steps == 3)
      // The longer chain has lost its first draw.
      #expect(chains.logDensities == [-1.5, -4, -1.5, -4, -2.5, -4])
      #expect(chains.positions.row(4) == [0.3, 0.4])
      for (bad, text) in [
        ("0.5 1 2 3\n", "weight"), ("1 2 3\n", "line 1"), ("1 2 x 3\n", "3 of them numbers"),
      ] {
        try write("r_2.txt", bad)
        #expect {
          try Chains(readingAny: folder.appending(path: "r"))
        } throws: { "\($0)".contains("r_2.txt") && "\($0)".contains(text) }
      }
    }
  }

  @Test func namesThatAFormatCannotHold() throws {
    let draws = Matrix<Double>(rows: 2, columns: 2, repeating: 0)
    let chains = Chains(
      names: ["a/b", "a_b"], walkers: 1, ensembles: nil, positions: draws, logDensities: [0, 0],
      acceptance: [1])
    try withTemporaryFolder { folder in
      #expect {
        try chains.writeArviZ(to: folder.appending(path: "c.nc"))
      } throws: { "\($0)".contains("'a_b' twice") }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
    }
  }
}

extension Chains {
  fileprivate func renaming(_ names: [String]) -> Chains {
    var chains = Chains(
      names: names, walkers: walkers, ensembles: ensembles, positions: positions,
      logDensities: logDensities, acceptance: acceptance, divergences: divergences,
      provenance: provenance)
    chains.statistics = statistics
    return chains
  }
}
