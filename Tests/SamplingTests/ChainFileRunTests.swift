import Foundation
import HDF5
import Likelihoods
import NumericalCore
import Sampling
import TestSupport
import Testing

/// Runs that write their draws to a file: the same draws as in memory, whatever stops them.
@Suite(.serialized) struct ChainFileRunTests {
  private let target = AutoregressiveGaussian(3, correlation: 0.5)
  private let ensemble = EnsembleSampler(
    move: StretchMove(), walkers: 8, ensembles: 3, burnIn: 5, steps: 40, thinning: 2, seed: 9)
  private let chains = HamiltonianSampler(
    chains: 6, drawsPerChain: 30, thinning: 2, warmUpSteps: 20, seed: 4)

  private func expectSame(_ a: Chains, _ b: Chains) {
    #expect(a.names == b.names && a.walkers == b.walkers && a.ensembles == b.ensembles)
    #expect(a.positions == b.positions)
    #expect(a.logDensities == b.logDensities)
    #expect(a.acceptance == b.acceptance)
    #expect(a.divergences == b.divergences)
    #expect(a.statistics == b.statistics)
    #expect(a.provenance == b.provenance)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func fileHoldsWhatMemoryHolds() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chains.h5")
      let end = try ensemble.sample(target, into: ChainFileRun(url))
      #expect(end.draws == 20 * 24 && end.reachedGoal == nil)
      expectSame(try Chains(reading: url), try ensemble.sample(target))
      // A file is there: the new run takes its place when it is done.
      _ = try chains.sample(target, into: ChainFileRun(url, checkpointInterval: 0))
      expectSame(try Chains(reading: url), try chains.sample(target))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["chains.h5"])
    }
  }

  @Test func diagnosticsOfTheFileAreThoseOfMemory() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chains.h5")
      _ = try ensemble.sample(target, into: ChainFileRun(url))
      let (file, memory) = (try ChainFile(reading: url), try Chains(reading: url))
      #expect(try file.convergence() == memory.convergence())
      #expect(
        try file.warnings(file.convergence()) == memory.warnings(memory.convergence()))
    }
  }

  /// Stops after any step, burn-in included; the continued run ends as if nothing had been.
  @Test(arguments: [1, 4, 5, 6, 7, 21, 44])
  func stoppedEnsemble(after stop: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chains.h5")
      var done = 0
      let stopped = try #require(throws: SamplingStopped.self) {
        _ = try ensemble.sample(target, into: ChainFileRun(url)) { _ in
          done += 1
          return done < stop
        }
      }
      #expect(stopped.cause is SamplingCancelled && stopped.file == url)
      #expect(stopped.draws == max(0, stop - 5) / 2 * 24)
      if stop > 6 {
        #expect(
          try Chains(reading: url).provenance["incomplete"] == "\(stop - 5) of 40 steps")
      }
      _ = try ensemble.sample(target, into: ChainFileRun(url, resumes: true))
      expectSame(try Chains(reading: url), try ensemble.sample(target))
    }
  }

  @Test func stoppedChainsGoOnWithMoreDrawsAndOtherThreads() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chains.h5")
      var short = chains
      short.drawsPerChain = 7
      let threads = Threads.count
      defer { Threads.setCount(threads) }
      Threads.setCount(1)
      _ = try short.sample(target, into: ChainFileRun(url))
      expectSame(try Chains(reading: url), try short.sample(target))
      var done = 0
      #expect(throws: SamplingStopped.self) {
        _ = try chains.sample(target, into: ChainFileRun(url, resumes: true)) { _ in
          done += 1
          return done < 13
        }
      }
      Threads.setCount(3)
      _ = try chains.sample(target, into: ChainFileRun(url, resumes: true))
      expectSame(try Chains(reading: url), try chains.sample(target))
      // Nothing is left to do: nothing changes.
      let before = try Data(contentsOf: url)
      _ = try chains.sample(target, into: ChainFileRun(url, resumes: true)) { _ in false }
      #expect(try Chains(reading: url).steps == 30)
      #expect(try Data(contentsOf: url).count == before.count)
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chains.h5")
      _ = try ensemble.sample(target, into: ChainFileRun(url))
      let before = try Data(contentsOf: url)
      let file = ChainFileRun(url, resumes: true)
      let other = AutoregressiveGaussian(3, correlation: 0.6)
      #expect(
        message { _ = try ensemble.sample(other, into: file) }.contains("is of another likelihood"))
      #expect(
        message { _ = try ensemble.sample(AutoregressiveGaussian(4, correlation: 0.5), into: file) }
          .contains("is of another likelihood: expected the 3 parameters"))
      var seed = ensemble
      seed.seed = 10
      #expect(
        message { _ = try seed.sample(target, into: file) }.contains("options of the sampler"))
      #expect(message { _ = try chains.sample(target, into: file) }.contains("StretchMove"))
      #expect(try Data(contentsOf: url) == before)
      // Cut off.
      try before.prefix(before.count / 2).write(to: url)
      #expect(message { _ = try ensemble.sample(target, into: file) }.contains("truncated"))
      // A file that says nothing of its run.
      try ensemble.sample(target).write(to: url)
      #expect(message { _ = try ensemble.sample(target, into: file) }.contains("no object '/run'"))
    }
  }

  @Test func unfinishedRunsAreNotReplaced() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chains.h5")
      _ = try ensemble.sample(target, into: ChainFileRun(url))
      var done = 0
      let stopped = try #require(throws: SamplingStopped.self) {
        _ = try chains.sample(target, into: ChainFileRun(url)) { _ in
          done += 1
          return done < 25
        }
      }
      #expect(stopped.file == ChainFileRun.partURL(of: url))
      expectSame(try Chains(reading: url), try ensemble.sample(target))
      #expect(
        message { _ = try chains.sample(target, into: ChainFileRun(url)) }.contains("--resume"))
      _ = try chains.sample(target, into: ChainFileRun(url, resumes: true))
      expectSame(try Chains(reading: url), try chains.sample(target))
    }
  }

  /// A record that was half written is not used; the one before it is.
  @Test func halfWrittenRecord() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chains.h5")
      var done = 0
      #expect(throws: SamplingStopped.self) {
        _ = try chains.sample(target, into: ChainFileRun(url, checkpointInterval: 0)) { _ in
          done += 1
          return done < 50
        }
      }
      for name in ["checkpoint_0", "checkpoint_1"] {
        let copy = folder.appending(path: "\(name).h5")
        try FileManager.default.copyItem(at: url, to: copy)
        let file = try HDF5File(updating: copy)
        let slot = try file.group("run").dataset(name)
        var bytes = try slot.read(as: UInt8.self)
        bytes[200] ^= 1
        try slot.writeRows(bytes, at: 0)
        // What readers see may be older than the last record, never newer.
        try file.group("mcmc").overwriteAttribute("iteration", 0)
        try file.close()
        _ = try chains.sample(target, into: ChainFileRun(copy, resumes: true))
        expectSame(try Chains(reading: copy), try chains.sample(target))
      }
    }
  }

  @Test func onlyOneWriter() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chains.h5")
      var texts: [String] = []
      _ = try ensemble.sample(target, into: ChainFileRun(url)) { progress in
        if progress.phase == "sampling", progress.step == 10 {
          texts.append(
            message { _ = try ensemble.sample(target, into: ChainFileRun(url, resumes: true)) })
        }
        return true
      }
      #expect(texts.count == 1 && texts[0].contains("no other run is writing"), "\(texts)")
    }
  }

  // MARK: goals

  @Test func goals() throws {
    #expect(
      try SamplingGoal("ess=1e4,rhat=1.01") == SamplingGoal(effectiveSampleSize: 1e4, rHat: 1.01))
    #expect(try SamplingGoal(" rhat = 1.1 ") == SamplingGoal(rHat: 1.1))
    for text in ["", "ess", "ess=0", "rhat=1", "ess=1,ess=2", "ess=nan", "tau=3", "ess=1,"] {
      #expect(message { _ = try SamplingGoal(text) }.contains("goal of sampling"), "\(text)")
    }
  }

  @Test func chainsStopAtTheirGoal() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chains.h5")
      let sampler = HamiltonianSampler(
        chains: 32, drawsPerChain: 2000, warmUpSteps: 100, seed: 4)
      let goal = SamplingGoal(effectiveSampleSize: 2000, rHat: 1.01)
      let end = try sampler.sample(target, into: ChainFileRun(url, goal: goal))
      #expect(end.reachedGoal == goal && end.draws < 32 * 400, "\(end)")
      // A file is not open for reading and for writing in one program.
      let steps = try {
        let file = try ChainFile(reading: url)
        #expect(file.steps * 32 == end.draws && file.provenance["incomplete"] == nil)
        let summary = try file.convergence()
        #expect(summary.isConverged, "\(summary.warnings)")
        #expect(summary.parameters.allSatisfy { ($0.tailEffectiveSampleSize ?? 0) >= 2000 })
        return file.steps
      }()
      // They are the first draws of the run without a goal.
      var same = sampler
      same.drawsPerChain = steps
      #expect(try Chains(reading: url).positions == same.sample(target).positions)
      // The reached goal stays reached; more draws are made where they are asked for.
      _ = try sampler.sample(target, into: ChainFileRun(url, resumes: true, goal: goal))
      #expect(try ChainFile(reading: url).steps == steps)
      same.drawsPerChain = steps + 10
      _ = try same.sample(target, into: ChainFileRun(url, resumes: true))
      #expect(try Chains(reading: url).positions == same.sample(target).positions)
      // A goal out of reach: all draws are made.
      let far = folder.appending(path: "far.h5")
      same.drawsPerChain = 50
      let all = try same.sample(
        target, into: ChainFileRun(far, goal: SamplingGoal(effectiveSampleSize: 1e6)))
      #expect(all.reachedGoal == nil && all.draws == 32 * 50)
    }
  }

  /// Burn-in from far away is dropped, the rest thinned; a run that was stopped on the way ends
  /// with the same file.
  @Test func ensemblesDropTheirBurnIn() throws {
    try withTemporaryFolder { folder in
      let places: [Double] = (0..<288).map { (k: Int) -> Double in
        let shift = Double(k * 37 % 101)
        return 30 + 0.01 * shift
      }
      let start = Matrix<Double>(rows: 96, columns: 3, elements: places)
      let sampler = EnsembleSampler(
        move: StretchMove(), walkers: 24, ensembles: 4, burnIn: 0, steps: 20_000, seed: 5)
      let goal = SamplingGoal(effectiveSampleSize: 1000, rHat: 1.02)
      let url = folder.appending(path: "chains.h5")
      let end = try sampler.sample(target, from: start, into: ChainFileRun(url, goal: goal))
      #expect(end.reachedGoal == goal)
      let file = try ChainFile(reading: url)
      let dropped = try #require(file.provenance["automatic_burn_in"].flatMap { Int($0) })
      let thinning = try #require(file.provenance["automatic_thinning"].flatMap { Int($0) })
      #expect(dropped >= 20 && thinning >= 2, "\(file.provenance)")
      let summary = try file.convergence()
      for parameter in summary.parameters.prefix(3) {
        let error = try #require(parameter.meanError)
        #expect(abs(parameter.mean) < 5 * error && abs(parameter.standardDeviation - 1) < 0.1)
      }
      // The draws are those of the plain run, at the stated steps.
      var plain = sampler
      plain.steps = dropped + thinning * file.steps
      let all = try plain.sample(target, from: start)
      let chains = try file.read()
      for step in [0, 1, file.steps - 1] {
        let place = dropped + thinning * (step + 1) - 1
        #expect(
          chains.positions.rows(in: step * 96..<(step + 1) * 96)
            == all.positions.rows(in: place * 96..<(place + 1) * 96))
      }
      let stopped = folder.appending(path: "stopped.h5")
      var done = 0
      #expect(throws: SamplingStopped.self) {
        _ = try sampler.sample(target, from: start, into: ChainFileRun(stopped, goal: goal)) { _ in
          done += 1
          return done < 170
        }
      }
      _ = try sampler.sample(target, into: ChainFileRun(stopped, resumes: true))
      expectSame(try Chains(reading: stopped), chains)
    }
  }
}
