import Foundation
import Inference
import Likelihoods
import NumericalCore
import TestSupport
import Testing

@Suite("Files of pseudo-experiments", .serialized) struct PseudoExperimentFileTests {
  private func model(_ observed: Double = 12) throws -> CountingExperiment {
    try CountingExperiment(
      signal: 5, background: 10, uncertainty: 0.1, observed: observed, bounds: -1...5)
  }

  private func study(_ toys: Int = 100, from first: Int = 0, seed: UInt64 = 3) -> PseudoExperiments
  {
    PseudoExperiments(
      parameter: "mu", coverageAt: [0, 0.4], toys: toys, firstToy: first, seed: seed)
  }

  @Test("a resumed run equals an uninterrupted one, byte by byte") func resume() throws {
    try withTemporaryFolder { folder in
      let (whole, parts) = (folder.appending(path: "whole"), folder.appending(path: "parts"))
      let expected = try study().run(model(), keepingIn: whole)
      var batches = 0
      let stopped = try study().run(model(), keepingIn: parts) { _ in
        batches += 1
        return batches < 3
      }
      #expect(!stopped.isComplete && stopped.count > 0 && stopped.count < 200)
      #expect(try PseudoExperimentFile.read(parts) == stopped)
      // The program dies while it writes a line.
      let handle = try FileHandle(forWritingTo: parts)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("[1,77,0.25,-3.4".utf8))
      try handle.close()
      #expect(throws: PseudoExperimentError.self) {
        try study().run(model(), keepingIn: parts)
      }
      let resumed = try study().run(model(), keepingIn: parts, resuming: true)
      #expect(resumed == expected && resumed.isComplete)
      #expect(try Data(contentsOf: parts) == Data(contentsOf: whole))
      // More toys than before are added to those that are there.
      let more = try study(150).run(model(), keepingIn: parts, resuming: true)
      #expect(try more == study(150).run(model()))
      #expect(try PseudoExperimentFile.read(parts) == more)
    }
  }

  @Test("numbers do not depend on threads, on other values, or on the division into runs")
  func divisions() throws {
    let threads = Threads.count
    defer { Threads.setCount(threads) }
    Threads.setCount(1)
    let one = try study().run(model())
    Threads.setCount(3)
    let three = try study().run(model())
    #expect(one == three)
    let first = try study(30).run(model())
    let second = try study(70, from: 30).run(model())
    #expect(try first.merging(second) == one)
    #expect(try second.merging(first) == one)
    var single = study()
    single.points.removeFirst()
    let alone = try single.run(model())
    #expect(alone.experiments(at: single.points[0]) == one.experiments(at: single.points[0]))
    #expect(alone.experiments(at: single.points[0]).count == 100)
    let other = try study(seed: 4).run(model())
    #expect(other.experiments(at: single.points[0]) != one.experiments(at: single.points[0]))
    // The values of one study, from two runs.
    var rest = study()
    rest.points.removeLast()
    #expect(try alone.merging(rest.run(model())) == one)
  }

  @Test("what does not belong together is refused, with the reason") func refusals() throws {
    let results = try study(20).run(model())
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "no error"
    }
    #expect(
      message { _ = try results.merging(study(20, from: 15).run(model())) }
        .contains("the toys 15 to 19 of mu = 0.0 appear in both files"))
    #expect(
      message { _ = try results.merging(study(20, from: 20, seed: 9).run(model())) }
        .contains("the seed is 9 in the one and 3 in the other"))
    #expect(
      message { _ = try results.merging(study(20, from: 20).run(model(13))) }
        .contains("the log density at the initial values"))
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "toys")
      try PseudoExperimentFile.write(results, to: file)
      var other = study(20)
      other.points.removeLast()
      #expect(
        message { _ = try other.run(model(), keepingIn: file, resuming: true) }
          .contains("the list of values is 0.0, 0.4 in the one and 0.0 in the other"))
      let text = try String(contentsOf: file, encoding: .utf8)
      for (damage, line) in [
        (text.replacingOccurrences(of: "[1,3,", with: "[1,x,"), 25),
        (text.replacingOccurrences(of: "[1,3,", with: "[2,3,"), 25),
        (text.replacingOccurrences(of: "[1,3,", with: "[1,2,"), 41),
        (text.replacingOccurrences(of: "dnnlik pseudo-", with: "other "), 1),
        ("[]\n", 1), ("", 1),
      ] {
        try Data(damage.utf8).write(to: file)
        #expect(
          message { _ = try PseudoExperimentFile.read(file) }.contains("toys, line \(line): "),
          "\(message { _ = try PseudoExperimentFile.read(file) })")
      }
    }
  }

  @Test("studies that cannot be made") func badStudies() throws {
    func expect(
      _ message: String, _ change: (inout PseudoExperiments) throws -> NuisanceDraws?
    ) throws {
      var study = study(5)
      let draws = try change(&study)
      do {
        _ = try study.run(model(), draws: draws)
        Issue.record("no error, but \(message)")
      } catch {
        #expect("\(error)".contains(message), "\(error)")
      }
    }
    try expect("there is no parameter 'nu'") {
      $0.parameter = "nu"; return nil
    }
    try expect("there are no values of 'mu'") {
      $0.points = []; return nil
    }
    try expect("appears twice") {
      $0.points += $0.points; return nil
    }
    try expect("0 toys: expected at least 1") {
      $0.toys = 0; return nil
    }
    try expect("the first toy -1") {
      $0.firstToy = -1; return nil
    }
    try expect("its bounds are [-1.0, 5.0]") {
      $0.points = [.init(generated: 7, tested: 7)]
      return nil
    }
    let draws = NuisanceDraws(names: ["phi"], rows: Matrix(rows: [[1]], columns: 1))
    try expect("go with the hybrid construction") { _ in draws }
    try expect("they have no column 'theta'") {
      $0.construction = .hybrid; return draws
    }
    // No data where the expected count is negative.
    let wide = try CountingExperiment(
      signal: 5, background: 2, observed: 3, bounds: -1...5)
    #expect(throws: PseudoExperimentError.self) {
      try PseudoExperiments(parameter: "mu", coverageAt: [-0.9], toys: 2).run(wide)
    }
  }
}
