import DNNLikelihood
import Dispatch
import Foundation

/// Training steps and predictions per second, and the share of a step that is matrix products.
///
/// `env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE NetworkBenchmark [width [batch [threads]]]`
///
/// As a part of `training.py` and `prediction.py`: `NetworkBenchmark train WIDTH BATCH STEPS` and
/// `NetworkBenchmark values|gradients MODEL.onnx POINTS`, on `DNNLIK_THREADS` threads.
@main struct NetworkBenchmark {
  static func main() throws {
    switch CommandLine.arguments.dropFirst().first {
    case "train":
      let numbers = CommandLine.arguments.dropFirst(2).compactMap { Int($0) }
      return try Worker.training(width: numbers[0], batch: numbers[1], steps: numbers[2]).serve()
    case "values", "gradients":
      return try Worker.prediction(
        of: URL(filePath: CommandLine.arguments[2]),
        points: Int(CommandLine.arguments[3]) ?? 10_000,
        gradients: CommandLine.arguments[1] == "gradients"
      ).serve()
    default: try table()
    }
  }

  private static func table() throws {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let width = arguments.first ?? 1000
    let batch = arguments.dropFirst().first ?? 512
    Threads.setCount(arguments.dropFirst(2).first ?? Threads.count)
    print("OpenBLAS \(Threads.blasCoreName), \(Threads.count) threads, 95-\(width)-\(width)-1")
    try run(Float.self, width, batch)
    try run(Double.self, width, batch)
  }

  static func seconds(_ body: () -> Void) -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  static func run<Scalar: NetworkScalar>(_: Scalar.Type, _ width: Int, _ batch: Int) throws {
    var random = RandomStream(seed: 1, purpose: "benchmark").sequence()
    let steps = max(2, 24_000_000 / (width * width))
    let count = batch * steps
    let samples = try TrainingSamples(
      inputs: Matrix(
        rows: count, columns: 95, elements: (0..<count * 95).map { _ in Scalar(random.normal()) }),
      targets: (0..<count).map { _ in Scalar(random.normal()) })
    let network = MultilayerPerceptron<Scalar>(
      NetworkArchitecture(inputs: 95, hiddenWidths: [width, width]), seed: 1)
    let trainer = try Trainer(
      TrainingConfiguration(batchSize: batch, maximumEpochs: 1000), training: samples)
    var state = trainer.initialState(network)
    var workspace = trainer.workspace(for: network.architecture)
    _ = trainer.advanceEpoch(&state, workspace: &workspace)
    let products = Products<Scalar>(width, batch)
    // Alternating, because neighbours disturb both alike.
    var stepTimes: [Double] = []
    var productTimes: [Double] = []
    var predictTimes: [Double] = []
    var values = [Scalar](repeating: 0, count: count)
    for _ in 0..<7 {
      stepTimes.append(
        seconds { _ = trainer.advanceEpoch(&state, workspace: &workspace) } / Double(steps))
      productTimes.append(seconds { for _ in 0..<steps { products.step() } } / Double(steps))
      predictTimes.append(
        seconds {
          state.network.predict(samples.inputs, into: &values, workspace: &workspace)
        })
    }
    let (step, product) = (median(stepTimes), median(productTimes))
    let (leastStep, leastProduct) = (stepTimes.min() ?? step, productTimes.min() ?? product)
    print(
      "\(Scalar.self), batch \(batch): \(Int(Double(batch) / step)) samples/s in training, "
        + "products alone \(Int(products.operations / product * 1e-9)) Gflop/s, "
        + "share \(Int((100 * product / step).rounded())) % "
        + "(best \(Int((100 * leastProduct / leastStep).rounded())) %, "
        + "\(Int(Double(batch) / leastStep)) samples/s), "
        + "prediction \(Int(Double(count) / median(predictTimes))) points/s, "
        + "one point \(Int(1e6 * onePoint(state.network))) us, "
        + "with gradient \(Int(1e6 * onePoint(state.network, gradient: true))) us")
  }
}

extension NetworkBenchmark {
  /// Time of a call for a single point, in a workspace made before.
  static func onePoint<Scalar: NetworkScalar>(
    _ network: MultilayerPerceptron<Scalar>, gradient: Bool = false
  ) -> Double {
    let point = Matrix<Scalar>(rows: 1, columns: 95, repeating: 0.1)
    var workspace = NetworkWorkspace<Scalar>(
      for: network.architecture, rows: 1, purpose: .inputGradients)
    var value: [Scalar] = [0]
    var slope = point
    let times = (0..<201).map { _ in
      seconds {
        if gradient {
          network.valuesAndInputGradients(
            point, values: &value, gradients: &slope, workspace: &workspace)
        } else {
          network.predict(point, into: &value, workspace: &workspace)
        }
      }
    }
    return median(times)
  }
}

/// The matrix products of one training step of 95-width-width-1, and nothing else.
struct Products<Scalar: NetworkScalar> {
  let width: Int
  let batch: Int
  let storage: UnsafeMutablePointer<Scalar>

  init(_ width: Int, _ batch: Int) {
    self.width = width
    self.batch = batch
    let count = 3 * max(batch, width) * max(width, 95)
    storage = .allocate(capacity: count)
    storage.initialize(repeating: 0.5, count: count)
  }

  var operations: Double { 2 * Double(batch) * Double(width) * Double(3 * width + 2 * 95) }

  func step() {
    let a = storage
    let b = storage + max(batch, width) * max(width, 95)
    let c = b + max(batch, width) * max(width, 95)
    func product(_ ta: Transposition, _ tb: Transposition, _ m: Int, _ n: Int, _ k: Int) {
      Scalar.gemm(
        ta, tb, m: m, n: n, k: k, alpha: 1, a: a, strideA: ta == .none ? k : m, b: b,
        strideB: tb == .none ? n : k, beta: 0, c: c, strideC: n)
    }
    product(.none, .none, batch, width, 95)
    product(.none, .none, batch, width, width)
    product(.transposed, .none, width, width, batch)
    product(.none, .transposed, batch, width, width)
    product(.transposed, .none, 95, width, batch)
  }
}
