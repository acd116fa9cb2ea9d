import Foundation
import TestSupport
import Testing

/// sample --resume: the draws of a run that nothing interrupted, whatever did.
@Suite("Resumed sampling", .serialized) struct ResumeTests {
  private static let sample = [
    "sample", "toy-lhc", "--chains", "64", "--draws", "19200", "--warm-up", "40", "--seed", "3",
    "--allow-unconverged", "--checkpoint", "0", "--log-prior",
  ]

  /// What has to be equal: everything but the records of how far the run was when.
  private static let digest = """
    import hashlib, sys, h5py, numpy as np
    for name in sys.argv[1:]:
        with h5py.File(name, "r") as f:
            h = hashlib.sha256()
            def add(path, item):
                if path.startswith("run/checkpoint"): return
                for k in sorted(item.attrs): h.update((k + str(item.attrs[k])).encode())
                if isinstance(item, h5py.Dataset):
                    h.update(path.encode()); h.update(np.ascontiguousarray(item[()]).tobytes()
                      if item.dtype != object else str(item[()]).encode())
            f.visititems(add)
            print(h.hexdigest())
    """

  private func digests(_ names: [String], in folder: URL) throws -> [String] {
    try runPython(Self.digest, arguments: names.map { folder.appending(path: $0).path })
      .split(separator: "\n").map(String.init)
  }

  /// What the program prints with `--json`.
  private func output(_ arguments: [String], in folder: URL) throws -> String {
    try Program.run(arguments + ["--json"], in: folder, status: 0).standardOutput
  }

  /// Starts the program; the caller ends it.
  private func start(_ arguments: [String], in folder: URL) throws -> Process {
    let process = Process()
    process.executableURL = Program.url
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment
      .merging(Program.environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  @Test(
    "killed at any moment", .enabled(if: pythonInterpreter != nil, needsPython))
  func kill() throws {
    try withTemporaryFolder { folder in
      let whole = try output(Self.sample + ["-o", "whole.h5"], in: folder)
      var generator = SystemRandomNumberGenerator()
      var stages: Set<String> = []
      for round in 0..<3 {
        let name = "killed-\(round).h5"
        let url = folder.appending(path: name)
        for attempt in 0..<3 {
          let process = try start(
            Self.sample + ["-o", name, "--resume", "--threads", "\(1 + attempt % 2)"], in: folder)
          // The first run may be killed in its warm-up; the others once the file is there.
          while round > 0, process.isRunning, !isFilled(url) { usleep(1000) }
          usleep(UInt32.random(in: 5_000..<120_000, using: &generator))
          Foundation.kill(process.processIdentifier, SIGKILL)
          process.waitUntilExit()
          stages.insert(isFilled(url) ? "sampling" : "warm-up")
        }
        #expect(try output(Self.sample + ["-o", name, "--resume"], in: folder) == whole)
        let both = try digests(["whole.h5", name], in: folder)
        #expect(both.count == 2 && both[0] == both[1])
      }
      #expect(stages.contains("sampling"))
      // Another seed has another digest.
      var other = Self.sample
      other[9] = "4"
      try Program.run(other + ["-o", "other.h5"], in: folder, status: 0)
      let two = try digests(["whole.h5", "other.h5"], in: folder)
      #expect(two[0] != two[1])
    }
  }

  @Test(
    "emcee reads a run that goes on", .enabled(if: pythonInterpreter != nil, needsPython))
  func reading() throws {
    try withTemporaryFolder { folder in
      let process = try start(
        Self.sample.map { $0 == "19200" ? "64000" : $0 } + ["-o", "c.h5"], in: folder)
      defer { process.terminate() }
      let url = folder.appending(path: "c.h5")
      while process.isRunning, !FileManager.default.fileExists(atPath: url.path) { usleep(1000) }
      let output = try runPython(
        """
        import os, sys, time, emcee, numpy as np
        seen, end = [], time.time() + 60
        while len(seen) < 4:
            assert time.time() < end
            b = emcee.backends.HDFBackend(sys.argv[1], read_only=True)
            n = int(b.iteration)
            if n > (seen[-1] if seen else 0):
                chain, values = b.get_chain()[:n], b.get_log_prob()[:n]
                assert np.isfinite(values).all() and (values != 0).all()
                assert (np.abs(chain).sum(axis=2) > 0).all()
                seen.append(n)
        print(*seen)
        """, arguments: [url.path])
      #expect(process.isRunning)
      let seen = output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
      #expect(seen.count == 4 && seen == seen.sorted() && seen[3] < 1000, "\(output)")
      // The program itself reads it, too.
      try Program.run(["diagnose", "c.h5", "--allow-unconverged"], in: folder, status: 0)
    }
  }

  @Test("Control-C keeps the draws") func interruption() throws {
    try withTemporaryFolder { folder in
      let stretch = [
        "sample", "toy-lhc", "-o", "c.h5", "--sampler", "stretch", "--chains", "192", "--draws",
        "7680", "--warm-up", "200", "--allow-unconverged",
      ]
      let first = try Program.interrupt(stretch, in: folder)
      #expect(first.status == 130)
      #expect(
        first.standardError.contains("are kept in c.h5; the same command with --resume"),
        "\(first.standardError)")
      let resumed = try output(
        ["sample", "toy-lhc", "-o", "c.h5", "--resume", "--allow-unconverged"], in: folder)
      var whole = stretch
      whole[3] = "whole.h5"
      #expect(try output(whole, in: folder) == resumed)
      // More draws of the finished run.
      let more = try output(
        stretch.map { $0 == "7680" ? "9216" : $0 } + ["--resume"], in: folder)
      #expect(try JSON(text: more).at("draws").number == 9216)
      whole = whole.map { $0 == "7680" ? "9216" : $0 }
      #expect(try output(whole, in: folder) == more)
    }
  }

  @Test("what does not fit the chain file is refused, and changes nothing") func refusals() throws {
    try withTemporaryFolder { folder in
      try Program.run(Miniature.sample + ["--allow-unconverged"], in: folder, status: 0)
      let url = folder.appending(path: "chains.h5")
      let before = try Data(contentsOf: url)
      let resume = ["-o", "chains.h5", "--resume"]
      for (arguments, texts) in [
        (["sample", "toy-lhc", "--seed", "4"], ["--seed", "expected 3", "found 4"]),
        (["sample", "toy-lhc", "--sampler", "stretch"], ["--sampler", "hmc", "stretch"]),
        (["sample", "toy-lhc", "--chains", "32"], ["--chains", "expected 64"]),
      ] { try expectRefusal(arguments + resume, texts, in: folder) }
      #expect(try Data(contentsOf: url) == before)
      try before.prefix(before.count / 2).write(to: url)
      try expectRefusal(["sample", "toy-lhc"] + resume, ["chains.h5", "truncated"], in: folder)
      for goal in ["ess", "ess=-1", "r=2"] {
        let result = try Program.run(
          ["sample", "toy-lhc", "-o", "d.h5", "--until", goal], in: folder, status: 64)
        #expect(result.standardError.contains("ess=N"))
      }
    }
  }

  /// A limit on the length of files stands for a disk that is full.
  @Test("a full disk") func fullDisk() throws {
    try withTemporaryFolder { folder in
      let command = Self.sample + ["-o", "c.h5"]
      let quoted = ([Program.url.path] + command).map { "'\($0)'" }.joined(separator: " ")
      // The file is made with room for all draws (14.9 MB); then a smaller limit is set.
      let first = try start(command, in: folder)
      let url = folder.appending(path: "c.h5")
      while first.isRunning, !FileManager.default.fileExists(atPath: url.path) { usleep(500) }
      usleep(30_000)
      Foundation.kill(first.processIdentifier, SIGKILL)
      first.waitUntilExit()
      let limited = try runProcess(
        URL(filePath: "/bin/bash"),
        arguments: ["-c", "trap '' XFSZ; ulimit -f 8000; exec \(quoted) --resume"],
        environment: Program.environment, in: folder)
      #expect(limited.status == 1, "\(limited.standardError)")
      #expect(limited.standardError.contains("with --resume goes on"))
      #expect(
        limited.standardError.contains("c.h5") && limited.standardError.contains("File too large"),
        "\(limited.standardError)")
      let resumed = try output(command + ["--resume"], in: folder)
      #expect(try output(Self.sample + ["-o", "w.h5"], in: folder) == resumed)
    }
  }

  @Test("a goal ends the run, and the result says so") func goal() throws {
    try withTemporaryFolder { folder in
      let arguments = [
        "sample", "toy-lhc", "--chains", "64", "--warm-up", "100", "--draws", "200000", "-o",
      ]
      let text = try output(arguments + ["c.h5", "--until", "ess=800,rhat=1.05"], in: folder)
      let result = try JSON(text: text)
      #expect(try result.at("draws").number < 40_000)
      #expect(try result.at("goal").text == "ess=800.0,rhat=1.05")
      for name in ["mu", "delta_1", "log_density"] {
        #expect(try result.at("parameters", name, "essTail").number >= 800)
        #expect(try result.at("parameters", name, "rhat").number <= 1.05)
      }
      #expect(try output(["diagnose", "c.h5"], in: folder) == text)
      let missed = try Program.run(
        [
          "sample", "toy-lhc", "--chains", "64", "--warm-up", "100", "--draws", "1000", "-o",
          "d.h5",
          "--until", "ess=5000",
        ], in: folder, status: 2)
      #expect(missed.standardOutput.contains("goal ess=5000.0 was not reached with 1024 draws"))
    }
  }

  @Test("ArviZ and GetDist files are written, read and converted") func formats() throws {
    try withTemporaryFolder { folder in
      let run = [
        "sample", "toy-lhc", "--chains", "8", "--draws", "160", "--warm-up", "40",
        "--allow-unconverged", "-o",
      ]
      let direct = try output(run + ["c.h5"], in: folder)
      #expect(try output(run + ["c.nc"], in: folder) == direct)
      #expect(try files(below: folder) == ["c.h5", "c.nc"])
      let diagnose = ["diagnose", "--allow-unconverged"]
      #expect(try output(diagnose + ["c.nc", "--export", "g.txt"], in: folder) == direct)
      let made = try files(below: folder)
      #expect(made.isSuperset(of: ["g_1.txt", "g_8.txt", "g.paramnames", "g.ranges"]))
      let getdist = try JSON(text: try output(diagnose + ["g"], in: folder))
      for key in ["mean", "sd", "rhat", "essBulk"] {
        #expect(
          try getdist.at("parameters", "mu", key).number
            == JSON(text: direct).at("parameters", "mu", key).number)
      }
      try Program.run(diagnose + ["c.nc", "--export", "back.h5"], in: folder, status: 0)
      #expect(try output(diagnose + ["back.h5"], in: folder) == direct)
      try expectRefusal(
        ["diagnose", "c.h5", "--export", "c.h5"], ["another file than the input"], in: folder)
    }
  }
}
