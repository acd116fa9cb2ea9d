import DNNLikelihood
import Dispatch
import Foundation

/// Time per point of the log density of HistFactory workspaces, one JSON object a line.
///
/// `Benchmarks/histfactory.py` runs it beside pyhf and prints the ratios.
@main struct HistFactoryBenchmark {
  static func main() throws {
    for argument in CommandLine.arguments.dropFirst() {
      let start = DispatchTime.now().uptimeNanoseconds
      let workspace = try HistFactoryWorkspace(reading: URL(filePath: argument))
      let read = DispatchTime.now().uptimeNanoseconds
      let density = try HistFactoryDensity(workspace)
      let compiled = DispatchTime.now().uptimeNanoseconds
      let points = points(near: density.parameters, count: 512)
      let first = points.row(0)
      var values = [Double](repeating: 0, count: points.rows)
      var gradients = Matrix<Double>(rows: points.rows, columns: points.columns, repeating: 0)
      let value = median { density.evaluate(points, values: &values) } / Double(points.rows)
      let both =
        median { density.evaluate(points, values: &values, gradients: &gradients) }
        / Double(points.rows)
      let one = points.rows(in: 0..<1)
      var oneValue = [0.0]
      var oneGradient = one
      let single = median {
        for _ in 0..<100 { density.evaluate(one, values: &oneValue, gradients: &oneGradient) }
      }
      let hessian = median { _ = density.hessian(at: first) }
      let result: [String: Any] = [
        "workspace": argument, "parameters": density.parameters.count,
        "bins": density.model.binCount, "threads": Threads.count,
        "read_ms": Double(read - start) * 1e-6, "compile_ms": Double(compiled - read) * 1e-6,
        "value_us": value * 1e6, "gradient_us": both * 1e6, "single_gradient_us": single * 1e4,
        "hessian_us": hessian * 1e6, "finite": values.filter(\.isFinite).count,
        "checksum": values.filter(\.isFinite).reduce(0, +),
      ]
      let line = try JSONSerialization.data(withJSONObject: result, options: .sortedKeys)
      print(String(decoding: line, as: UTF8.self))
    }
  }

  /// Points around the initial values, up to the bounds.
  static func points(near space: ParameterSpace, count: Int) -> Matrix<Double> {
    let stream = RandomStream(seed: 1, purpose: "benchmark")
    return Matrix(
      rows: (0..<count).map { i in
        var random = stream.sequence(walker: i)
        return space.parameters.map { parameter in
          min(
            max(parameter.initial + 0.7 * parameter.scale * random.normal(), parameter.lower),
            parameter.upper)
        }
      }, columns: space.count)
  }

  static func median(_ body: () -> Void) -> Double {
    (0..<15).map { _ in
      let start = DispatchTime.now().uptimeNanoseconds
      body()
      return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    }.sorted()[7]
  }
}
