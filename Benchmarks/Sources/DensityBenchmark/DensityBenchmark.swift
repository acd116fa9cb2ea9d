import DNNLikelihood
import Dispatch

/// Time per point of the toy LHC search, and draws per second of Hamiltonian Monte Carlo on it.
///
/// `swift run -c release --package-path Benchmarks DensityBenchmark [threads]`
@main struct DensityBenchmark {
  static func main() throws {
    if let n = CommandLine.arguments.dropFirst().first.flatMap(Int.init) { Threads.setCount(n) }
    print("\(Threads.count) threads, OpenBLAS kernel \(Threads.blasCoreName)")
    let search = ToyLHCSearch()
    let points = search.prior.draw(20_000, stream: RandomStream(seed: 1, purpose: "benchmark"))
    var values = [Double](repeating: 0, count: points.rows)
    var gradients = Matrix<Double>(rows: points.rows, columns: 95, repeating: 0)
    let perPoint = 1e6 / Double(points.rows)
    let value = median { search.evaluate(points, values: &values) } * perPoint
    let both =
      median { search.evaluate(points, values: &values, gradients: &gradients) } * perPoint
    print("toy-lhc value: \(rounded(value)) µs/point, value + gradient: \(rounded(both)) µs/point")
    print("  times threads: \(rounded(both * Double(Threads.count))) µs/point/core")
    let sampler = HamiltonianSampler(chains: 1024, drawsPerChain: 100, warmUpSteps: 150)
    let start = DispatchTime.now().uptimeNanoseconds
    let chains = try sampler.sample(search)
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    let worst = try chains.convergence().parameters.compactMap(\.bulkEffectiveSampleSize).min() ?? 0
    print(
      "HMC with warm-up: \(chains.positions.rows) draws in \(rounded(seconds)) s, "
        + "\(Int(worst / seconds)) effective draws/s of the worst parameter")
  }

  static func median(_ body: () -> Void) -> Double {
    (0..<9).map { _ in
      let start = DispatchTime.now().uptimeNanoseconds
      body()
      return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    }.sorted()[4]
  }

  static func rounded(_ x: Double) -> Double { (x * 1000).rounded() / 1000 }
}
