import Foundation
import Testing

@testable import Figures

/// Pulls and impacts, yields, contours: gnuplot takes their scripts in silence, and bad numbers are
/// refused.
@Suite(.enabled(if: (try? Gnuplot.find()) != nil, "gnuplot is absent"))
struct DiagnosticsFigureTests {
  private func messages(_ figure: any Figure) throws -> String {
    let folder = try GallerySamples.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try figure.write(to: folder, formats: [.svg])
    return try Gnuplot.find().run(script: "\(figure.name).gp", in: folder, figure: figure.name)
  }

  private let pulls = PullsFigure(
    name: "pulls",
    rows: [
      PullsFigure.Row(
        label: FigureText.plain("jet_energy's scale"), pull: -3.1, error: 0.4,
        preFitImpact: [0.2, -0.1], postFitImpact: [0.1, -0.08]),
      PullsFigure.Row(label: "free", text: "1.02 ± 0.04", postFitImpact: [-0.3, 0.2]),
      PullsFigure.Row(label: "none", pull: 0, error: 1),
    ])

  @Test func pullsAndImpacts() throws {
    #expect(try messages(pulls).isEmpty)
    let drawing = try pulls.drawing()
    #expect(drawing.commands.contains("set xrange [-4.0:4.0]"))
    #expect(drawing.data[1].contents.contains("2 -0.3 0.2 NaN NaN # free"))
    var wrong = pulls
    wrong.rows[0].postFitImpact = [1]
    #expect(throws: FigureError.self) { try wrong.drawing() }
    wrong.rows = []
    #expect(throws: FigureError.self) { try wrong.drawing() }
    // Nothing but zeros.
    #expect(try messages(PullsFigure(name: "p", rows: [.init(label: "a", pull: 0)])).isEmpty)
  }

  @Test func yields() throws {
    let stage = YieldsFigure.Stage(
      title: "before", samples: [[1000, 20, 3], [5, 4, 0]], errors: [30, 2, 1])
    var figure = YieldsFigure(
      name: "yields", title: "SR", sampleLabels: ["background", "it's"], observed: [990, 30, 0],
      stages: [stage, YieldsFigure.Stage(title: "after", samples: stage.samples, errors: nil)])
    #expect(try messages(figure).isEmpty)
    let drawing = try figure.drawing()
    #expect(drawing.commands.contains("set logscale y") && drawing.data.count == 2)
    #expect(drawing.data[0].contents.contains("\n2 30.0 5.477225575051661 24.0 2.0 20.0 24.0\n"))
    figure.stages[0].samples[1] = [1]
    #expect(throws: FigureError.self) { try figure.drawing() }
    figure.stages[0].samples = [[1, 2, 3]]
    #expect(throws: FigureError.self) { try figure.drawing() }
  }

  @Test func contours() throws {
    let circle = (0..<40).map { i -> SIMD2<Double> in
      let angle = 2 * Double.pi * Double(i) / 40
      return SIMD2(cos(angle), sin(angle))
    }
    func curve(_ label: String, _ shift: Double) -> ContourFigure.Curve {
      ContourFigure.Curve(
        label: label, best: SIMD2(shift, 0),
        lines: [
          .init(
            probability: 0.6827, points: circle.map { SIMD2($0.x + shift, $0.y) }, isClosed: true),
          .init(probability: 0.9545, points: circle.prefix(20).map { 2 * $0 }, isClosed: false),
        ])
    }
    let empty = ContourFigure.Curve(label: "none", best: .zero, lines: [])
    var figure = ContourFigure(
      name: "contour", curves: [curve("a", 0), curve("b", 0.2), empty], labels: ["x", "y"],
      ranges: [-3...3, -3...3])
    #expect(try messages(figure).isEmpty)
    let blocks = try figure.drawing().data[0].contents.split(separator: "\n\n\n")
    #expect(blocks.count == 9)
    let points = blocks[1].split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(points.count == 41 && points.first == points.last)
    figure.labels = ["x"]
    #expect(throws: FigureError.self) { try figure.drawing() }
  }
}
