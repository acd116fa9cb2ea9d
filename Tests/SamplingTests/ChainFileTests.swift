import Foundation
import HDF5
import Likelihoods
import NumericalCore
import Sampling
import TestSupport
import Testing

private let emceeFixture = sharedFile(
  "data/samplers/emcee_3.1.6_blobs_8walkers_3dim_5steps.h5")
private let emceeNumbers = sharedFile(
  "data/samplers/emcee_3.1.6_blobs_8walkers_3dim_5steps.json")

@Suite struct ChainFileTests {
  private func stretchChains() throws -> Chains {
    try EnsembleSampler(
      move: StretchMove(), walkers: 8, ensembles: 3, burnIn: 5, steps: 20, thinning: 2, seed: 9
    ).sample(AutoregressiveGaussian(3, correlation: 0.5))
  }

  private func expectSame(_ a: Chains, _ b: Chains) {
    #expect(a.names == b.names)
    #expect(a.walkers == b.walkers)
    #expect(a.ensembles == b.ensembles)
    #expect(a.positions == b.positions)
    #expect(a.logDensities == b.logDensities)
    #expect(a.acceptance == b.acceptance)
    #expect(a.divergences == b.divergences)
    #expect(a.provenance == b.provenance)
  }

  @Test func roundTrip() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "chains.h5")
      let ensembles = try stretchChains()
      #expect(ensembles.ensembles == 3)
      #expect(ensembles.provenance["seed"] == "9")
      try ensembles.write(to: file)
      expectSame(try Chains(reading: file), ensembles)
      // Independent chains have no ensembles; the file is replaced.
      var chains = try HamiltonianSampler(chains: 4, drawsPerChain: 6, warmUpSteps: 20)
        .sample(AutoregressiveGaussian(2, correlation: 0))
      chains.divergences = 7
      try chains.write(to: file)
      let again = try Chains(reading: file)
      #expect(again.ensembles == nil)
      expectSame(again, chains)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["chains.h5"])
    }
  }

  @Test(.enabled(if: pythonInterpreter != nil, needsPython))
  func emceeOpensOurs() throws {
    let chains = try stretchChains()
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "chains.h5")
      try chains.write(to: file)
      let output = try runPython(
        """
        import json, sys, emcee
        b = emcee.backends.HDFBackend(sys.argv[1], read_only=True)
        print(json.dumps({
          "shape": list(b.get_chain().shape), "iteration": int(b.iteration),
          "chain": b.get_chain().ravel().tolist(),
          "logProb": b.get_log_prob().ravel().tolist(),
          "accepted": b.accepted.tolist(), "thinned": b.get_chain(discard=4, thin=3).size}))
        """, arguments: [file.path])
      struct Seen: Decodable {
        let shape: [Int]
        let iteration, thinned: Int
        let chain, logProb, accepted: [Double]
      }
      let seen = try JSONDecoder().decode(Seen.self, from: Data(output.utf8))
      #expect(seen.shape == [10, 24, 3])
      #expect(seen.iteration == 10)
      #expect(seen.chain == chains.positions.elements)
      #expect(seen.logProb == chains.logDensities)
      #expect(seen.accepted == chains.acceptance.map { ($0 * 10).rounded() })
      #expect(seen.thinned == 2 * 24 * 3)
    }
  }

  /// emcee continues a chain that was written here, and we read what it wrote.
  @Test(.enabled(if: pythonInterpreter != nil, needsPython))
  func emceeContinuesOurs() throws {
    let chains = try stretchChains()
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "chains.h5")
      try chains.write(to: file)
      try runPython(
        """
        import sys, emcee, numpy as np
        b = emcee.backends.HDFBackend(sys.argv[1])
        s = emcee.EnsembleSampler(24, 3, lambda x: -0.5 * np.sum(x * x), backend=b)
        s.run_mcmc(b.get_chain()[-1], 4)
        """, arguments: [file.path])
      let longer = try Chains(reading: file)
      #expect(longer.steps == 14)
      #expect(longer.names == chains.names)
      #expect(longer.positions.rows(in: 0..<240) == chains.positions)
    }
  }

  @Test(.enabled(if: emceeFixture != nil && emceeNumbers != nil, needsSharedData))
  func fixtureOfEmcee() throws {
    struct Reference: Decodable {
      let chain: [[[Double]]]
      let log_prob: [[Double]]
      let accepted: [Double]
    }
    let reference = try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: try #require(emceeNumbers)))
    let chains = try Chains(reading: try #require(emceeFixture))
    #expect(chains.names == ["x0", "x1", "x2"])
    #expect(chains.walkers == 8)
    #expect(chains.steps == 5)
    #expect(chains.ensembles == 1)
    #expect(chains.positions.elements == reference.chain.flatMap { $0 }.flatMap { $0 })
    #expect(chains.logDensities == reference.log_prob.flatMap { $0 })
    #expect(chains.acceptance == reference.accepted.map { $0 / 5 })
  }

  // MARK: what is wrong with a file

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func truncatedFile() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "chains.h5")
      try stretchChains().write(to: file)
      let data = try Data(contentsOf: file)
      try data.prefix(data.count / 2).write(to: file)
      let text = message { _ = try Chains(reading: file) }
      #expect(text.hasPrefix(file.path) && text.contains("truncated"), "\(text)")
      try FileManager.default.removeItem(at: file)
      #expect(throws: HDF5Error.missingFile(file: file)) { try Chains(reading: file) }
    }
  }

  @Test func missingGroup() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "chains.h5")
      try stretchChains().write(to: file)
      #expect(
        message { _ = try Chains(reading: file, group: "run2") }
          == "\(file.path): no object '/run2'; present: mcmc")
    }
  }

  /// Numbers in a file that contradict each other.
  @Test(arguments: [
    ("nwalkers", 23, "the length 24 of its axis of 'chain', above zero"),
    ("ndim", 4, "the length 3 of its axis of 'chain', above zero"),
    ("iteration", 11, "between 1 and the 10 steps of 'chain'"),
    ("iteration", 0, "between 1 and the 10 steps of 'chain'"),
    ("ensembles", 5, "a divisor of the 24 walkers"),
  ])
  func contradictions(attribute: String, value: Int, expected: String) throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "chains.h5")
      let chains = try stretchChains()
      try HDF5File.writeAtomically(to: file) { out in
        let group = try out.createGroup("mcmc")
        let counts = ["nwalkers": 24, "ndim": 3, "iteration": 10, "ensembles": 3]
          .merging([attribute: value]) { $1 }
        for (name, count) in counts { try group.setAttribute(name, count) }
        try group.writeDataset(
          "chain", chains.positions.elements, shape: [10, 24, 3])
        try group.writeDataset("log_prob", chains.logDensities, shape: [10, 24])
        try group.writeDataset("accepted", chains.acceptance, shape: [24])
      }
      let text = message { _ = try Chains(reading: file) }
      #expect(
        text == "\(file.path): attribute '\(attribute)' of group 'mcmc': "
          + "expected \(expected), found \(value)")
    }
  }

  @Test func wrongShape() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "chains.h5")
      try HDF5File.writeAtomically(to: file) { out in
        let group = try out.createGroup("mcmc")
        for (name, count) in ["nwalkers": 2, "ndim": 1, "iteration": 2] {
          try group.setAttribute(name, count)
        }
        try group.writeDataset("chain", [1.0, 2, 3, 4], shape: [2, 2, 1])
        try group.writeDataset("log_prob", [1.0, 2, 3, 4, 5, 6], shape: [2, 3])
      }
      let text = message { _ = try Chains(reading: file) }
      #expect(text.contains("log_prob") && text.contains("expected [2, 2]"), "\(text)")
    }
  }

  @Test func nothingIsLeftBehind() throws {
    let chains = try stretchChains()
    try withTemporaryFolder { folder in
      let text = message { try chains.write(to: folder.appending(path: "no/such/chains.h5")) }
      #expect(text.contains("cannot be written"), "\(text)")
    }
  }
}
