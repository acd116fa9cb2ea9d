import DNNLikelihood
import Foundation
import Testing

private let gallery = ProcessInfo.processInfo.environment["FIGURES_GALLERY"]

/// Puts the figures of the gallery into a report to be looked at.
@Suite(.enabled(if: gallery != nil, "FIGURES_GALLERY is not set")) struct ReportGalleryTests {
  @Test func report() throws {
    let folder = URL(fileURLWithPath: try #require(gallery))
    func files(_ name: String) -> [URL] {
      ["pdf", "svg", "png"].map { folder.appendingPathComponent("\(name).\($0)") }
    }
    var report = HTMLReport(
      title: "Toy LHC search", subtitle: "A network for a likelihood of 95 parameters",
      footer: "Seed 1. [arXiv:1911.03305](https://arxiv.org/abs/1911.03305)")
    report.addFact("test RMSE", "0.41", note: "natural units, mixed sample")
    report.addFact("mean |Δ*t*_{μ}|", "0.031", note: "converged reference")
    report.addFact("draws", "300 000")
    report.addFact("training", "12 min", note: "2 cores")
    report.addSection("Posterior") { section in
      section.paragraph(
        "Regions hold 68.27%, 95.45% and 99.73% of the *mass* of each sample. The signal strength "
          + "*μ* and the nuisance parameters δ_{50}, δ_{91}…δ_{94} are shown; the others are close "
          + "to their priors. Made with `dnnlik run toy.yaml`.")
      section.figure(
        HTMLFigure(
          files: files("corner6"),
          caption: "Marginal posteriors: likelihood (filled) "
            + "and network (lines)."))
    }
    report.addSection("Profile likelihood ratio") { section in
      section.figure(HTMLFigure(files: files("tmu"), caption: "*t*_{μ}, exact and networks."))
      section.table(
        HTMLTable(
          caption: "Mean squared error in units of 10^{−3}, standardised.",
          columns: [
            .init("sample", .left), .init("B1"), .init("B2"), .init("B3"), .init("F1"),
            .init("F2"), .init("F3"), .init("this work", isHighlighted: true),
          ],
          rows: [
            ["training", "0.14", "0.088", "0.054", "0.092", "0.026", "0.030", "0.21"],
            ["validation", "10.11", "6.66", "3.9", "1.18", "0.80", "0.71", "0.52"],
            ["test", "10.02", "6.64", "3.9", "1.17", "0.80", "0.72", "0.53"],
          ]))
      section.note("The fit at *μ* = 0.9 has no certificate: two starts of 16 agree.")
    }
    report.addSection("Training") { section in
      section.figure(HTMLFigure(files: files("loss"), caption: "Loss after each epoch."))
      section.figure(HTMLFigure(files: files("logpdf"), caption: "Log densities of the samples."))
      section.figure(HTMLFigure(files: files("residuals"), caption: "Residuals with bands."))
      section.code("dnnlik quickstart\ndnnlik evaluate model.onnx --dataset s3.h5")
    }
    try report.write(to: folder.appendingPathComponent("report.html"))
  }
}
