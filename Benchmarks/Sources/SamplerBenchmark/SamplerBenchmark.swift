import DNNLikelihood
import Foundation

/// Effective draws per second of processor time of ensemble samplers on the toy search; run by
/// `sampler.py`, which puts emcee beside it.
///
/// `SamplerBenchmark start FILE WALKERS`: an over-dispersed start as a chain of one step.
/// `SamplerBenchmark run MOVE START FILE BURN_IN STEPS THINNING`: samples, writes chains, prints
/// the processor seconds of the kept steps.
/// `SamplerBenchmark time FILE THINNING`: the integrated autocorrelation time of the worst
/// parameter of any chain file in emcee's layout, in steps.
@main struct SamplerBenchmark {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch (arguments.first, arguments.count) {
    case ("start", 3): try start(file(arguments[1]), walkers: number(arguments[2]))
    case ("run", 7):
      try run(
        method(arguments[1]), from: file(arguments[2]), to: file(arguments[3]),
        burnIn: number(arguments[4]), steps: number(arguments[5]),
        thinning: number(arguments[6]))
    case ("time", 3): try time(file(arguments[1]), thinning: number(arguments[2]))
    default: throw Usage()
    }
  }

  struct Usage: Error, CustomStringConvertible {
    var description: String {
      "start FILE WALKERS | run stretch|de|de+snooker|walk|slice START FILE BURN_IN STEPS "
        + "THINNING | time FILE THINNING"
    }
  }

  static func file(_ path: String) -> URL { URL(filePath: path) }

  static func number(_ text: String) throws -> Int {
    guard let value = Int(text), value > 0 else { throw Usage() }
    return value
  }

  static func method(_ name: String) throws -> any EnsembleMethod {
    switch name {
    case "stretch": StretchMove()
    case "de": DifferentialEvolutionMove(jumpFraction: 0)
    case "de+snooker": MoveMixture.differentialEvolutionSnooker
    case "walk": WalkMove()
    case "slice": EnsembleSlice()
    default: throw Usage()
    }
  }

  static func start(_ file: URL, walkers: Int) throws {
    let search = ToyLHCSearch()
    let points = try StartingPoints.draw(walkers, for: search, seed: 1)
    try chains(walkers, points.elements, search.logDensities(at: points)).write(to: file)
  }

  static func chains(_ walkers: Int, _ elements: [Double], _ values: [Double]) -> Chains {
    Chains(
      names: ToyLHCSearch().parameters.names, walkers: walkers, ensembles: 1,
      positions: Matrix(rows: values.count, columns: 95, elements: elements),
      logDensities: values, acceptance: Array(repeating: 0, count: walkers))
  }

  static func run(
    _ method: some EnsembleMethod, from: URL, to: URL, burnIn: Int, steps: Int, thinning: Int
  ) throws {
    let start = try Chains(reading: from).positions
    let kernel = method.kernel(for: ToyLHCSearch(), ensembles: 1, seed: 2)
    let (positions, values, evaluations, seconds) = try loop(
      kernel, start, burnIn: burnIn, steps: steps, thinning: thinning)
    try chains(start.rows, positions, values).write(to: to)
    print(
      """
      {"cpu_seconds": \(seconds), "evaluations": \(evaluations), \
      "threads": \(Threads.count), "density_us": \(densityMicroseconds(start.rows / 2))}
      """)
  }

  static func loop(
    _ kernel: some TransitionKernel, _ start: Matrix<Double>, burnIn: Int, steps: Int,
    thinning: Int
  ) throws -> ([Double], [Double], Int, Double) {
    var state = try kernel.initialState(start)
    for number in 1...burnIn { _ = try kernel.step(&state, number: number) }
    var (positions, values, evaluations) = ([Double](), [Double](), 0)
    positions.reserveCapacity(steps / thinning * start.elements.count)
    let before = processorSeconds()
    for number in burnIn + 1...burnIn + steps {
      evaluations += try kernel.step(&state, number: number).evaluations ?? 0
      guard number % thinning == 0 else { continue }
      positions += state.positions.elements
      values += state.logDensities
    }
    return (positions, values, evaluations, processorSeconds() - before)
  }

  /// Processor time of the density alone for a point, in batches of a half.
  static func densityMicroseconds(_ batch: Int) -> Double {
    let search = ToyLHCSearch()
    let points = search.prior.draw(batch, stream: RandomStream(seed: 1, purpose: "benchmark"))
    var values = [Double](repeating: 0, count: batch)
    let before = processorSeconds()
    let rounds = 1 + 200_000 / batch
    for _ in 0..<rounds { search.evaluate(points, values: &values) }
    return (processorSeconds() - before) * 1e6 / Double(rounds * batch)
  }

  static func time(_ file: URL, thinning: Int) throws {
    let chains = try Chains(reading: file)
    let walkers = chains.perWalker()
    var worst = (time: 0.0, name: "")
    for j in chains.names.indices {
      let draws = try ChainDraws(walkers, column: j)
      guard let tau = IntegratedAutocorrelationTime(draws)?.time else { continue }
      if tau > worst.time { worst = (tau, chains.names[j]) }
    }
    let drift = EnsembleDrift(chains)?.warning
    print(
      """
      {"tau": \(worst.time * Double(thinning)), "parameter": "\(worst.name)", \
      "kept": \(chains.steps), "drift": \(drift.map { "\"\($0)\"" } ?? "null")}
      """)
  }

  static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
