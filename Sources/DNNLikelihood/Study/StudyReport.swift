internal import Figures
internal import Foundation
internal import NumericalCore
internal import Sampling
internal import Surrogates

/// The report page of a study.
struct StudyReport {
  private let result: StudyResult
  private let summary: StudySummary
  private let figures: [String: [URL]]

  init(_ result: StudyResult, _ summary: StudySummary, figures: [String: [URL]]) {
    self.result = result
    self.summary = summary
    self.figures = figures
  }

  /// The page.
  var page: HTMLReport {
    var page = HTMLReport(
      title: "DNNLikelihood of the \(result.title)",
      subtitle: "\(result.parameters.count) parameters encoded in a "
        + "\(architecture) network, beside arXiv:1911.03305",
      footer: "DNNLikelihood for Swift \(frameworkVersion), \(summary.machine)")
    page.addFact(
      "Test RMSE", String(format: "%.3f nats", summary.testRMSE), note: "on unbiased points")
    page.addFact(
      "Mean |Δt|",
      String(format: "%.4f", summary.meanTestStatisticError), note: "over μ = 0 … 1")
    page.addFact(
      "Training", String(format: "%.0f s", summary.stageSeconds["model.onnx"] ?? 0),
      note: "\(result.dataset.indices(.training).count) points")
    page.addFact(
      "Certificates", summary.isValid ? "all valid" : "NOT ALL VALID",
      note: "fits and convergence")
    page.addSection("Published and ours") { section in
      section.table(
        HTMLTable(
          caption: "Published in arXiv:1911.03305 for the likelihood and for its best network F3 "
            + "(B3 where said), and ours for the likelihood and for the network. Errors of "
            + "intervals are Monte Carlo errors of the end points.",
          columns: [
            .init("", .left), .init("published"), .init("its network"), .init("likelihood"),
            .init("our network", isHighlighted: true),
          ],
          rows: summary.rows.map {
            [$0.quantity, $0.published, $0.publishedNetwork, $0.likelihood, $0.network]
          }))
    }
    addFigures(&page)
    addMetrics(&page)
    addConvergence(&page)
    addFiles(&page)
    return page
  }

  private var architecture: String {
    let network = result.surrogate.network.architecture
    return ([network.inputs] + network.hiddenWidths + [1]).map(String.init)
      .joined(separator: "-") + " " + network.activation.rawValue.uppercased()
  }

  private func addFigures(_ page: inout HTMLReport) {
    let captions = [
      (
        "Posterior", "corner",
        "Marginal posteriors: draws of the likelihood (filled) and of the network (lines). "
          + "Contours enclose 68.27, 95.45 and 99.73 % of the draws."
      ),
      (
        "Profile likelihood", "tmu",
        "Profile likelihood ratio and its difference between network and likelihood."
      ),
      (
        "Accuracy", "residuals",
        "Network minus likelihood on unbiased test points: median, 68 % and 95 % bands."
      ),
      ("Training", "loss", "Loss on training and validation points."),
      ("Data set", "distribution", "Log-posterior of the points of the data set, by sample."),
    ]
    for (title, name, caption) in captions {
      guard let files = figures[name] else { continue }
      page.addSection(title) { section in
        section.figure(HTMLFigure(files: files, caption: caption, alternative: caption))
      }
    }
  }

  private func addMetrics(_ page: inout HTMLReport) {
    page.addSection("Metrics") { section in
      let rows = result.evaluations.sorted { $0.key < $1.key }.flatMap { name, evaluation in
        Split.Role.allCases.compactMap { role -> [String]? in
          evaluation.metrics[role].map { m in
            [
              name, "\(role)", "\(m.count)", String(format: "%.4f", m.rmse),
              String(format: "%.2e", m.standardizedMSE), String(format: "%+.4f", m.meanError),
              String(format: "%.4f", m.batchMeanError), String(format: "%.5f", m.r2),
            ]
          }
        }
      }
      section.table(
        HTMLTable(
          caption: "RMSE, mean error and ME (mean over batches of |mean error|, as the paper has "
            + "it) in nats; MSE in units of the variance of the sample.",
          columns: [
            .init("sample", .left), .init("points for", .left), .init("number"), .init("RMSE"),
            .init("MSE/s²"), .init("mean error"), .init("ME"), .init("R²"),
          ], rows: rows))
      if let ks = result.evaluations["S1"]?.kolmogorovSmirnov {
        section.table(
          HTMLTable(
            caption: "Medians over the parameters of Kolmogorov-Smirnov p values between "
              + "unbiased samples, re-weighted to the network where said.",
            columns: [
              .init("test / predicted training"), .init("test / predicted validation"),
              .init("validation / predicted test"), .init("training / test"),
            ],
            rows: [
              [
                ks.testPredictedTraining, ks.testPredictedValidation, ks.validationPredictedTest,
                ks.trainingTest,
              ].map { String(format: "%.2f", $0) }
            ]))
      }
    }
  }

  private func addConvergence(_ page: inout HTMLReport) {
    let samples = [
      ("likelihood", result.chains, result.truthPosterior),
      ("network", result.surrogateChains, result.surrogatePosterior),
    ]
    page.addSection("Convergence") { section in
      section.table(
        HTMLTable(
          caption: "Independent Hamiltonian chains: split rank-normalised R-hat, effective sample "
            + "sizes, integrated autocorrelation time τ in draws.",
          columns: [
            .init("chains of", .left), .init("quantity", .left), .init("draws"), .init("R-hat"),
            .init("bulk ESS"), .init("tail ESS"), .init("τ"), .init("acceptance"),
            .init("divergences"),
          ],
          rows: samples.flatMap { name, chains, posterior in
            posterior.convergence.parameters.map { p in
              func text(_ value: Double?, _ format: String) -> String {
                value.map { String(format: format, $0) } ?? "–"
              }
              let acceptance =
                chains.acceptance.reduce(0, +) / Double(max(1, chains.acceptance.count))
              return [
                name, p.name, "\(chains.positions.rows)", text(p.rHat, "%.4f"),
                text(p.bulkEffectiveSampleSize, "%.0f"), text(p.tailEffectiveSampleSize, "%.0f"),
                text(p.autocorrelationTime?.time, "%.2f"), text(acceptance, "%.3f"),
                "\(chains.divergences)",
              ]
            }
          }))
    }
  }

  private func addFiles(_ page: inout HTMLReport) {
    page.addSection("Files") { section in
      section.list([
        "[model.onnx](model.onnx): the network with its preconditioning; input `parameters`, "
          + "output `logpdf`",
        "[chains.h5](chains.h5), [surrogate-chains.h5](surrogate-chains.h5): draws in emcee's layout",
        "[dataset.h5](dataset.h5): points with log-likelihood, log-prior, log-posterior",
        "[summary.json](summary.json): the numbers of this page",
      ])
      section.code(
        "import numpy as np, onnxruntime as ort\n"
          + "session = ort.InferenceSession(\"model.onnx\")\n"
          + "x = np.zeros((1, \(result.parameters.count)))\n"
          + "print(session.run([\"logpdf\"], {\"parameters\": x}))")
    }
  }
}
