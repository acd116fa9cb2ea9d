import Foundation
import Likelihoods
import TestSupport
import Testing

private struct Vectors: Decodable {
  struct Case: Decodable {
    let lo, nom, hi: [Double]
    let code: String
    let values_by_alpha: [[Double]]
  }
  let alphas: [Double]
  let cases: [Case]
}

@Suite("HistFactory interpolation")
struct HistFactoryInterpolationTests {
  /// One sample under one modifier.
  private func model(
    nominal: [Double], _ data: [String: Any], type: String, _ codes: HistFactoryInterpolation
  ) throws -> HistFactoryModel {
    try HistFactoryModel(
      workspace(
        channels: [channel("c", [("s", nominal, [modifier("alpha", type, data)])])],
        observed: ["c": nominal], poi: "alpha"), interpolation: codes)
  }

  @Test(.enabled(if: haveSharedWorkspaces, needsSharedData))
  func unitVectors() throws {
    let file = try #require(sharedWorkspaceFile("pyhf_interpolation.reference"))
    let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
    var compared = 0
    for test in vectors.cases {
      for (alpha, values) in zip(vectors.alphas, test.values_by_alpha) {
        if let code = HistFactoryInterpolation.Histosys(rawValue: test.code) {
          let model = try model(
            nominal: test.nom, ["lo_data": test.lo, "hi_data": test.hi], type: "histosys",
            HistFactoryInterpolation(histosys: code))
          for (b, rate) in model.expectedMain(at: [alpha]).enumerated() {
            let size = max(1, abs(test.nom[b]), abs(values[b]))
            #expect(abs(rate - test.nom[b] - values[b]) < 1e-12 * size, "\(test.code) \(alpha)")
            compared += 1
          }
        } else if let code = HistFactoryInterpolation.Normsys(rawValue: test.code) {
          for b in test.nom.indices {
            let model = try model(
              nominal: [1], ["lo": test.lo[b] / test.nom[b], "hi": test.hi[b] / test.nom[b]],
              type: "normsys", HistFactoryInterpolation(normsys: code))
            #expect(near(model.expectedMain(at: [alpha])[0], values[b], 1e-12))
            compared += 1
          }
        }
      }
    }
    #expect(compared == (4 + 5 + 4 + 6) * vectors.alphas.count)
  }

  /// Value and the stated number of derivatives continue through ±1 and 0.
  @Test(arguments: HistFactoryInterpolation.Histosys.allCases)
  func joinsOfShapes(code: HistFactoryInterpolation.Histosys) throws {
    let model = try model(
      nominal: [10], ["lo_data": [8.5], "hi_data": [13.0]], type: "histosys",
      HistFactoryInterpolation(histosys: code))
    #expect(model.expectedMain(at: [0])[0] == 10)
    #expect(near(model.expectedMain(at: [1])[0], 13, 1e-14))
    #expect(near(model.expectedMain(at: [-1])[0], 8.5, 1e-14))
    let smooth = [HistFactoryInterpolation.Histosys.code0: 0, .code2: 1, .code4p: 2]
    expectSmoothness(model, at: code == .code0 ? [0] : [-1, 0, 1], order: smooth[code] ?? 0)
  }

  @Test(arguments: HistFactoryInterpolation.Normsys.allCases)
  func joinsOfFactors(code: HistFactoryInterpolation.Normsys) throws {
    let model = try model(
      nominal: [10], ["lo": 0.7, "hi": 1.2], type: "normsys",
      HistFactoryInterpolation(normsys: code))
    #expect(model.expectedMain(at: [0])[0] == 10)
    #expect(near(model.expectedMain(at: [1])[0], 12, 1e-14))
    #expect(near(model.expectedMain(at: [-1])[0], 7, 1e-14))
    #expect(near(model.expectedMain(at: [2.5])[0], 10 * pow(1.2, 2.5), 1e-14))
    #expect(near(model.expectedMain(at: [-2.5])[0], 10 * pow(0.7, 2.5), 1e-14))
    expectSmoothness(model, at: code == .code1 ? [0] : [-1, 0, 1], order: code == .code1 ? 0 : 2)
  }

  /// One-sided differences of the rate agree on both sides up to an order; the next one jumps
  /// where `order` is below 2.
  private func expectSmoothness(_ model: HistFactoryModel, at joins: [Double], order: Int) {
    let h = 1e-3
    let rate = { model.expectedMain(at: [$0])[0] }
    for x in joins {
      let f = (-4...4).map { rate(x + Double($0) * h) }
      let right = (-1.5 * f[4] + 2 * f[5] - 0.5 * f[6]) / h
      let left = (1.5 * f[4] - 2 * f[3] + 0.5 * f[2]) / h
      #expect((abs(right - left) < 1e-3) == (order >= 1), "at \(x): \(left), \(right)")
      guard order >= 1 else { continue }
      let secondRight = (2 * f[4] - 5 * f[5] + 4 * f[6] - f[7]) / (h * h)
      let secondLeft = (2 * f[4] - 5 * f[3] + 4 * f[2] - f[1]) / (h * h)
      let agree = abs(secondRight - secondLeft) < 1e-2
      #expect(agree == (order >= 2 || x == 0), "at \(x): \(secondLeft), \(secondRight)")
    }
  }
}
