import DNNLikelihood
import Foundation

/// Work done on request, for scripts that let several programs take turns: every line of standard
/// input asks for one turn, every line of output is `count wall-seconds processor-seconds`.
struct Worker {
  /// Samples or points in one turn.
  let count: Int
  let body: () -> Void

  func serve() {
    body()  // what is made once is made before the first turn
    report("ready")
    while readLine() != nil {
      let processor = Self.processorSeconds
      let wall = NetworkBenchmark.seconds(body)
      report("\(count) \(wall) \(Self.processorSeconds - processor)")
    }
  }

  private func report(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  private static var processorSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + 1e-6 * Double(time.tv_usec) }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

extension Worker {
  /// Training steps of 95-width-width-1 in single precision: gathering of a shuffled batch, forward
  /// pass, backward pass, Adam.
  static func training(width: Int, batch: Int, steps: Int) throws -> Worker {
    var random = RandomStream(seed: 1, purpose: "benchmark").sequence()
    let count = batch * steps
    let samples = try TrainingSamples<Float>(
      inputs: Matrix(
        rows: count, columns: 95, elements: (0..<count * 95).map { _ in Float(random.normal()) }),
      targets: (0..<count).map { _ in Float(random.normal()) })
    let trainer = try Trainer(
      TrainingConfiguration(
        batchSize: batch, optimizer: .adam(AdamParameters(learningRate: 1e-4)),
        maximumEpochs: 1_000_000), training: samples)
    var state = trainer.initialState(
      MultilayerPerceptron(NetworkArchitecture(inputs: 95, hiddenWidths: [width, width]), seed: 1))
    var workspace = trainer.workspace(for: state.network.architecture)
    return Worker(count: count) { _ = trainer.advanceEpoch(&state, workspace: &workspace) }
  }

  /// Values, or values and gradients, of a surrogate at random points of its region.
  static func prediction(of file: URL, points count: Int, gradients: Bool) throws -> Worker {
    let surrogate = try SurrogateLikelihood(reading: file)
    let d = surrogate.parameters.count
    var random = RandomStream(seed: 1, purpose: "benchmark").sequence()
    let points = Matrix<Double>(
      rows: count, columns: d, elements: (0..<count * d).map { _ in 0.3 * random.normal() })
    var values = [Double](repeating: 0, count: count)
    var slopes = Matrix<Double>(rows: count, columns: d, repeating: 0)
    return Worker(count: count) {
      if gradients {
        surrogate.evaluate(points, values: &values, gradients: &slopes)
      } else {
        surrogate.evaluate(points, values: &values)
      }
    }
  }
}
