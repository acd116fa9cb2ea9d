import Foundation
import TestSupport
import Testing

/// `Examples/flavour-umbridge`: the whole way from a Python likelihood to a published network.
@Suite("Flavour example", .enabled(if: pythonInterpreter != nil, needsPython))
struct FlavourExampleTests {
  private static let example = packageRoot.appending(path: "Examples/flavour-umbridge")

  @Test("the recipe, in small") func recipe() throws {
    let python = try #require(pythonInterpreter)
    try withTemporaryFolder { folder in
      let result = try runProcess(
        Self.example.appending(path: "run.sh"), arguments: [folder.path],
        environment: [
          "DNNLIK": Program.url.path, "PYTHON": python.path, "CHAINS": "8", "DRAWS": "800",
          "WARM_UP": "20", "EPOCHS": "5", "WIDTH": "16", "DNNLIK_THREADS": "1",
        ])
      #expect(result.status == 0, "\(result.standardError)")
      for file in [
        "chains.h5", "data.h5", "model/model.onnx", "flavour.onnx", "figures/corner.pdf",
      ] {
        #expect(isFilled(folder.appending(path: file)), "\(file)")
      }
      // The values are in the chains already; eight draws are checked, equal ones once.
      #expect(
        (1...8).contains {
          result.standardError.contains("asked the likelihood for \($0) values\n")
        })
      let found = try Program.json(["inspect", "flavour.onnx"], in: folder)
      #expect(try found.at("parameterOfInterest").text == "etabar")
    }
  }

  /// The log-likelihood at a point, with the measurements' sum computed by scipy; the gradient
  /// with a step ten times as large.
  @Test("the Python likelihood") func likelihood() throws {
    let script = """
      import sys, math, numpy
      from scipy.stats import norm
      sys.path.insert(0, sys.argv[1])
      import likelihood as L
      point = [0.2252, 0.8435, 0.165, 0.3447, 1.005, 0.764, 1.2149, 0.9446]
      found = numpy.array(L.predictions(*point))
      values, sds = numpy.array(L.MEASUREMENTS).T
      assert abs(norm.logpdf(values, found, sds).sum() - L.log_likelihood(point)) < 1e-9
      # Unitarity: the lengths of the first row.
      assert abs(found[0]**2 + found[1]**2 + (found[3] / point[4])**2 - 1) < 1e-4
      # The angle beta from the sides: sin(2 beta).
      beta = math.atan2(point[3], 1 - point[2])
      assert abs(found[4] - 2 * math.tan(beta) / (1 + math.tan(beta)**2)) < 1e-12
      # Inami-Lim for a heavy top, and epsilon_K and Delta m_d / Delta m_s near the world averages.
      assert abs(L.S_TT - 2.3) < 0.05 and abs(L.S_CT - 2.2e-3) < 1e-4
      assert abs(found[7] / 2.228e-3 - 1) < 0.05 and abs(found[6] / 0.0285 - 1) < 0.05
      for k, slope in enumerate(L.gradient(point)):
          h = 10 * L.STEPS[k]
          above, below = list(point), list(point)
          above[k] += h; below[k] -= h
          other = (L.log_likelihood(above) - L.log_likelihood(below)) / (2 * h)
          assert abs(slope - other) < 1e-5 * (1 / L.STEPS[k] * 1e-3 + abs(other)), (k, slope, other)
      print("ok")
      """
    let output = try runPython(script, arguments: [Self.example.path])
    #expect(output == "ok\n")
  }
}
