import Foundation
import NumericalCore
import Testing

@testable import Figures

private let hasGnuplot = (try? Gnuplot.find()) != nil

/// Files, errors, and the script that stays beside the pictures.
@Suite struct FigureWriteTests {
  private struct Sketch: Figure {
    var name = "sketch"
    var commands = "plot 'sketch.dat' with lines"
    let size = FigureSize(width: 2, height: 1.5)
    func drawing() -> FigureDrawing {
      FigureDrawing(
        commands: commands,
        data: [FigureDataFile(name: "sketch.dat", contents: "0 0\n1 2\n2 1\n")])
    }
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is absent")) func writesAllFormatsAndNothingElse() throws
  {
    let folder = try GallerySamples.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try Sketch().write(to: folder)
    #expect(files.map(\.lastPathComponent) == ["sketch.pdf", "sketch.svg", "sketch.png"])
    let all = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(all == ["sketch.dat", "sketch.gp", "sketch.pdf", "sketch.png", "sketch.svg"])
    #expect(try Data(contentsOf: files[0]).starts(with: Data("%PDF".utf8)))
    #expect(try Data(contentsOf: files[2]).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    // Width and height stand at bytes 16...23 of a PNG file: 2 x 1.5 inches of 200 pixels.
    let png = try Data(contentsOf: files[2])
    #expect(Array(png[16..<24]) == [0, 0, 1, 0x90, 0, 0, 1, 0x2C])
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is absent")) func scriptDrawsTheSamePictureByHand() throws
  {
    let folder = try GallerySamples.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try Sketch().write(to: folder)
    let images = [files[1], files[2]]
    let before = try images.map { try Data(contentsOf: $0) }
    for file in files { try FileManager.default.removeItem(at: file) }
    try Gnuplot.find().run(script: "sketch.gp", in: folder, figure: "sketch")
    #expect(try images.map { try Data(contentsOf: $0) } == before)
    #expect(FileManager.default.fileExists(atPath: files[0].path))
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is absent")) func errorNamesFigureAndLeavesNothing()
    throws
  {
    let folder = try GallerySamples.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let figure = Sketch(commands: "plot 'sketch.dat' wiht lines")
    let error = #expect(throws: FigureError.self) { try figure.write(to: folder) }
    #expect(error?.description.contains("figure sketch") == true)
    #expect(error?.description.contains("wiht") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func missingProgramAdvisesInstallation() {
    let error = #expect(throws: FigureError.self) {
      try Gnuplot.find(environment: ["PATH": "/nonexistent"])
    }
    #expect(error?.description.contains("apt-get install gnuplot-nox") == true)
    #expect(error?.description.contains("/nonexistent/gnuplot") == true)
  }

  @Test func nameMustBeAFileName() {
    let folder = FileManager.default.temporaryDirectory
    for name in ["", "../x", "a b", ".hidden"] {
      #expect(throws: FigureError.self) { try Sketch(name: name).write(to: folder) }
    }
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is absent")) func drawsManyDrawsInASecond() throws {
    let folder = try GallerySamples.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let figure = CornerFigure(
      name: "corner", parameters: (0..<6).map { CornerParameter(label: "x_\($0)") },
      samples: [
        CornerSample(label: "a", draws: GallerySamples.posterior(300_000, seed: 1)),
        CornerSample(label: "b", draws: GallerySamples.posterior(300_000, seed: 2)),
      ])
    let time = try ContinuousClock().measure { _ = try figure.write(to: folder) }
    // One second on a quiet machine; the bound leaves room for a busy one.
    #expect(time < .seconds(5))
  }
}
