import Foundation
import NumericalCore
import Statistics
import Testing

@testable import Figures

/// The numbers that figures compute before they are drawn.
@Suite struct FigureNumbersTests {
  @Test func differencesAtCommonValuesAlone() throws {
    let figure = TestStatisticFigure(
      name: "t",
      curves: [
        TestStatisticCurve(label: "a", parameter: [0, 0.1, 0.2], statistic: [0, 1, 4]),
        TestStatisticCurve(label: "b", parameter: [0.1, 0.15, 0.2], statistic: [1.5, 9, 3]),
      ])
    let found = figure.differences(1)
    #expect(found.map(\.parameter) == [0.1, 0.2])
    #expect(found.map(\.difference) == [0.5, 1])
    var apart = figure
    apart.curves[1].parameter = [5, 6, 7]
    #expect(
      throws: FigureError.invalidInput(
        figure: "t", field: "curves[1].parameter", expected: "values in common with the first curve"
      )
    ) { try apart.drawing() }
  }

  @Test func bandsHoldTheirFractions() throws {
    var random = RandomStream(seed: 9, purpose: "bands").sequence()
    let truth = (0..<50_000).map { _ in random.normal() * 10 }
    let surrogate = truth.map { $0 + 0.5 + 0.2 * random.normal() }
    let bands = try ResidualFigure(name: "r", truth: truth, surrogate: surrogate).bands()
    #expect(bands.map(\.count).reduce(0, +) == truth.count)
    #expect(bands.allSatisfy { $0.count >= 50 })
    #expect(zip(bands, bands.dropFirst()).allSatisfy { abs($0.upper - $1.lower) < 1e-9 })
    let centre = try #require(bands.max { $0.count < $1.count })
    for (value, expected) in zip(centre.quantiles, [0.1, 0.3, 0.5, 0.7, 0.9]) {
      #expect(abs(value - expected) < 0.03)
    }
  }

  @Test func depthBinsAreDrawnAsTheyAre() throws {
    var figure = DepthErrorFigure(
      name: "d",
      bins: [
        .init(lower: 0, upper: 2, bias: -0.5, biasError: 0.25, rms: 1, rmsError: 0.125),
        .init(lower: 2, upper: 3, bias: 0, biasError: 0.5, rms: 2, rmsError: 0.5),
      ])
    let drawing = try figure.drawing()
    let lines = try #require(drawing.data.first).contents.split(separator: "\n").dropFirst()
    let numbers = lines.map { $0.split(separator: " ").compactMap { Double($0) } }
    #expect(numbers == [[1, 1, -0.5, 0.25, 1, 0.125], [2.5, 0.5, 0, 0.5, 2, 0.5]])
    #expect(drawing.commands.contains("set xrange [0.0:3.0]"))
    figure.bins[0].rms = .nan
    #expect(throws: FigureError.self) { try figure.drawing() }
    figure.bins = []
    #expect(throws: FigureError.self) { try figure.drawing() }
  }

  @Test func heightsAreCountsOrDensities() {
    let sample = DistributionSample(
      label: "", values: [0, 0.1, 0.6, 1, 7], weights: [1, 2, 3, 4, 5])
    var figure = DistributionFigure(name: "d", samples: [sample], bins: 2, range: 0...1)
    #expect(figure.heights(sample, in: 0...1) == [3, 7])
    figure.normalisation = .density
    let heights = figure.heights(sample, in: 0...1)
    #expect(abs(heights[0] - 3 / 7.5) < 1e-12 && abs(heights[1] - 7 / 7.5) < 1e-12)
  }

  @Test func marginalsMatchDirectCounting() {
    let draws = GallerySamples.posterior(5_000, seed: 4)
    let weights = (0..<draws.rows).map { Double($0 % 3) }
    let ranges = (0..<6).map { _ in -1.0...1.0 }
    let sample = CornerSample(label: "", draws: draws, weights: weights)
    let found = CornerMarginals(sample, ranges: ranges, bins: 8)
    var single = [Double](repeating: 0, count: 8)
    var pair = [Double](repeating: 0, count: 64)
    for i in 0..<draws.rows {
      let (x, y) = (draws[i, 2], draws[i, 4])
      if abs(x) <= 1 { single[min(7, Int((x + 1) * 4))] += weights[i] }
      if abs(x) <= 1, abs(y) <= 1 {
        pair[min(7, Int((y + 1) * 4)) * 8 + min(7, Int((x + 1) * 4))] += weights[i]
      }
    }
    #expect(found.single[2] == single)
    #expect(found.pairs[CornerMarginals.index(row: 4, column: 2)].values == pair)
    #expect(found.total == weights.reduce(0, +))
    let area = found.density(of: 2, range: -1...1, smoothing: 0).reduce(0) { $0 + $1 * 0.25 }
    #expect(abs(area - single.reduce(0, +) / found.total) < 1e-12)
  }

  @Test func rangesIgnoreFarPointsAndKeepBounds() throws {
    var values = (0..<20_000).map { Double($0) / 20_000 }
    values[7] = 1e6
    values[8] = .nan
    let range = try #require(AxisRange.robust([values]))
    #expect(range.lowerBound == 0)
    #expect(range.upperBound > 1 && range.upperBound < 1.2)
    #expect(AxisRange.robust([[2, 2]])?.contains(2) == true)
    #expect(AxisRange.robust([[.nan]]) == nil)
  }

  @Test func ticsAreRound() {
    let unit = AxisTics(0...1, count: 3)
    #expect(unit.gnuplot == "('0.0' 0.0, '0.5' 0.5, '1.0' 1.0)")
    #expect(AxisTics(-4.2...4.2, count: 3, clearance: 0.1).positions == [-2, 0, 2])
    let small = AxisTics(0...0.012, count: 3)
    #expect(small.gnuplot == "('0' 0.0, '5' 0.005, '10' 0.01)")
    #expect(small.unit == " [10^{−3}]")
    #expect(AxisTics(-1e5...1e5, count: 3).unit == " [10^{3}]")
  }

  @Test func textForFigures() {
    #expect(FigureText.latex("\\delta_{91}") == "{/:Italic δ}_{91}")
    #expect(FigureText.latex("$\\hat{\\mu}$") == "{/:Italic μ\u{0302}}")
    #expect(FigureText.latex("\\sigma_\\mathrm{JES}") == "{/:Italic σ}_{JES}")
    #expect(FigureText.plain("a_b^c{d}") == "a\\_b\\^c\\{d\\}")
    #expect(FigureText.quoted("it's") == "'it''s'")
    #expect(FigureText.number(-0.1234) == "−0.123")
    #expect(FigureText.number(68.27, digits: 4) == "68.27")
    #expect(FigureText.number(0.5) == "0.5")
    #expect(FigureText.number(1234567) == "1.23×10^{6}")
  }

  @Test func cornerRefusesShapesThatDisagree() {
    let draws = GallerySamples.normal(100, rho: 0)
    func message(_ change: (inout CornerFigure) -> Void) -> String {
      var figure = CornerFigure(
        name: "c", parameters: [CornerParameter(label: "x"), CornerParameter(label: "y")],
        samples: [CornerSample(label: "s", draws: draws)])
      change(&figure)
      do {
        _ = try figure.drawing()
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message { _ in } == "")
    #expect(message { $0.parameters.removeLast() }.contains("samples[0].draws: expected 1 columns"))
    #expect(message { $0.samples[0].weights = [1] }.contains("samples[0].weights: expected 100"))
    #expect(message { $0.samples[0].titles = ["a"] }.contains("samples[0].titles"))
    #expect(message { $0.fractions = [0.9, 0.5] }.contains("fractions: expected ascending"))
    #expect(message { $0.samples = [] }.contains("samples: expected at least one"))
  }
}
