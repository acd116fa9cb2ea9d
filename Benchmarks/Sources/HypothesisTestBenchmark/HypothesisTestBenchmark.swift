import DNNLikelihood
import Foundation

/// Time of a full hypothesis test of HistFactory workspaces (five fits, the first from all starts)
/// after loading, and of an upper limit, one JSON object a line.
///
/// Times are processor times; run with DNNLIK_THREADS=1. `Benchmarks/hypotest.py` runs it beside
/// pyhf and prints the ratios.
@main struct HypothesisTestBenchmark {
  static func main() throws {
    for argument in CommandLine.arguments.dropFirst() {
      let density = try HistFactoryDensity(HistFactoryWorkspace(reading: URL(filePath: argument)))
      var result: [String: Any] = [
        "workspace": argument, "parameters": density.parameters.count,
      ]
      var tests: [HypothesisTest] = []
      result["hypotest_ms"] = try median {
        var tester = try AsymptoticTester(density)
        tests.append(try tester.test(at: 1))
      }
      if let test = tests.last {
        result["valid"] = test.isValid
        result["CLs"] = test.confidenceRatio
        result["q"] = test.q
        result["qAsimov"] = test.qAsimov
      }
      do {
        var limits: [UpperLimit] = []
        result["limit_ms"] = try median {
          var tester = try AsymptoticTester(density)
          limits.append(try tester.upperLimit())
        }
        result["limit"] = limits.last?.observed
      } catch let error as HypothesisTestError {
        result["limit_error"] = "\(error)"
      }
      let line = try JSONSerialization.data(withJSONObject: result, options: .sortedKeys)
      print(String(decoding: line, as: UTF8.self))
    }
  }

  /// Milliseconds of processor time, the median of five.
  static func median(_ body: () throws -> Void) rethrows -> Double {
    var times: [Double] = []
    for _ in 0..<5 {
      let start = processorNanoseconds()
      try body()
      times.append(Double(processorNanoseconds() - start) * 1e-6)
    }
    return times.sorted()[2]
  }

  /// Processor time of the process.
  static func processorNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
