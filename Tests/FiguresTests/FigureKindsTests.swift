import Foundation
import NumericalCore
import Testing

@testable import Figures

/// gnuplot accepts the script of every kind of figure, at the edges of what it may be given.
@Suite(.enabled(if: (try? Gnuplot.find()) != nil, "gnuplot is absent")) struct FigureKindsTests {
  /// Draws into a fresh folder; what gnuplot says on a second run, which should be nothing.
  private func messages(_ figure: any Figure) throws -> String {
    let folder = try GallerySamples.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try figure.write(to: folder, formats: [.svg])
    #expect(files.count == 1)
    return try Gnuplot.find().run(script: "\(figure.name).gp", in: folder, figure: figure.name)
  }

  @Test func corner() throws {
    var draws = GallerySamples.posterior(2_000, seed: 1)
    for i in 0..<draws.rows { draws[i, 3] = 7 }
    let figure = CornerFigure(
      name: "corner", parameters: (0..<6).map { CornerParameter(label: "x_{\($0)}") },
      samples: [
        CornerSample(label: "it's", draws: draws, weights: Array(repeating: 0.1, count: 2_000)),
        CornerSample(label: "b", draws: draws),
      ])
    #expect(try messages(figure).isEmpty)
    let single = CornerFigure(
      name: "one", parameters: [CornerParameter(label: "x")],
      samples: [CornerSample(label: "a", draws: Matrix(rows: 3, columns: 1, elements: [1, 2, 3]))])
    #expect(try messages(single).isEmpty)
  }

  @Test func brazilBand() throws {
    let x = (0..<9).map { 0.25 * Double($0) }
    let expected = x.map { x in [0.05, 0.2, 0.5, 0.8, 0.95].map { exp(-x / $0) } }
    var figure = BrazilBandFigure(
      name: "brazil", parameter: x, observed: x.map { exp(-1.5 * $0) }, expected: expected)
    #expect(try messages(figure).isEmpty)
    let rows = try figure.drawing().data[0].contents.split(separator: "\n").dropFirst()
    #expect(rows.count == 9 && rows.allSatisfy { $0.split(separator: " ").count == 7 })
    figure.expected[3] = [0.1]
    #expect(
      throws: FigureError.invalidInput(
        figure: "brazil", field: "expected", expected: "9 rows of five values")
    ) { try figure.drawing() }
  }

  @Test func cornerWithAnEmptyPanelIsDrawn() throws {
    // No draw is inside the axes: there is no contour and no histogram.
    let figure = CornerFigure(
      name: "empty",
      parameters: [
        CornerParameter(label: "x", range: 50...60), CornerParameter(label: "y", range: 50...60),
      ], samples: [CornerSample(label: "a", draws: GallerySamples.normal(100, rho: 0))])
    _ = try messages(figure)
  }

  @Test func cornerBlocksCloseTheirPolygons() throws {
    let figure = CornerFigure(
      name: "corner", parameters: [CornerParameter(label: "x"), CornerParameter(label: "y")],
      samples: [CornerSample(label: "a", draws: GallerySamples.ring(20_000))])
    let data = try #require(try figure.drawing().data.last)
    let polygons = data.contents.split(separator: "\n\n")
      .map { $0.split(separator: "\n").filter { !$0.hasPrefix("#") } }.filter { !$0.isEmpty }
    #expect(polygons.count >= 6)
    #expect(polygons.allSatisfy { $0.first == $0.last })
    // From outside in a ring is painted 99.73, 95.45, 68.27 %, then 95.45, 99.73 % and white.
    let fills = try figure.drawing().commands.matches(of: #/closed fillcolor rgb '(#\w+)'/#)
      .map { String($0.1) }
    let tones = (0..<3).map {
      FigureColour.series(0).tint(CornerStroke.strength($0, of: 3)).gnuplot.filter { $0 != "'" }
    }
    #expect(fills == [tones[2], tones[1], tones[0], tones[1], tones[2], "#ffffff"])
  }

  @Test func testStatistic() throws {
    let exact = TestStatisticCurve(label: "exact", parameter: [0, 0.5, 1], statistic: [0, 1, 5])
    #expect(try messages(TestStatisticFigure(name: "t", curves: [exact])).isEmpty)
    #expect(try messages(TestStatisticFigure(name: "t", curves: [exact, exact])).isEmpty)
    var other = exact
    other.statistic = [-0.1, 1.2, 4.9]
    #expect(try messages(TestStatisticFigure(name: "t", curves: [exact, other])).isEmpty)
  }

  @Test func lossHistory() throws {
    let figure = LossHistoryFigure(
      name: "loss", training: [1, 0.5, 0.3], validation: [1.1, .nan, 0.4],
      learningRate: [1e-3, 1e-3, 1e-4], bestEpoch: 3)
    _ = try messages(figure)
    _ = try messages(LossHistoryFigure(name: "loss", training: [1, 0.5], validation: []))
    #expect(throws: FigureError.self) {
      try LossHistoryFigure(name: "loss", training: [1, 2], validation: [1]).drawing()
    }
  }

  @Test func distributionAndResiduals() throws {
    let values = (0..<500).map { -Double($0 % 37) }
    let distribution = DistributionFigure(
      name: "d", samples: [DistributionSample(label: "a", values: values + [-.infinity])])
    #expect(try messages(distribution).isEmpty)
    let residual = ResidualFigure(name: "r", truth: values, surrogate: values)
    #expect(try messages(residual).isEmpty)
    #expect(throws: FigureError.self) {
      try ResidualFigure(name: "r", truth: [1, 1], surrogate: [1, 2]).drawing()
    }
  }
}
