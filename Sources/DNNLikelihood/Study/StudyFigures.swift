public import Figures
public import Foundation
public import Inference
public import NeuralNetworks
internal import NumericalCore
public import Sampling

/// The figures of a study from its results.
public enum StudyFigures {
  /// A corner plot of one or two chain files.
  ///
  /// - Parameters:
  ///   - samples: a label and chains each; the first is filled, the others are outlines.
  ///   - parameters: names; the first six if empty.
  ///   - labels: figure labels by name, in gnuplot's enhanced text.
  /// - Throws: `ParameterError` for an unknown name.
  public static func corner(
    _ samples: [(String, Chains)], parameters: [String], labels: [String: String] = [:],
    name: String = "corner"
  ) throws -> CornerFigure {
    guard let first = samples.first else {
      throw InputError.value("chains", expected: "at least one file", found: "none")
    }
    let names = parameters.isEmpty ? Array(first.1.names.prefix(6)) : parameters
    return CornerFigure(
      name: name, parameters: names.map { CornerParameter(label: labels[$0] ?? label($0)) },
      samples: try samples.map { text, chains in
        let columns = try names.map { name in
          guard let column = chains.names.firstIndex(of: name) else {
            throw ParameterError.unknownName(name, chains.names)
          }
          return column
        }
        return CornerSample(label: text, draws: chains.selecting(columns).positions)
      })
  }

  /// Profile likelihood ratios; the first is the reference of the lower panel.
  public static func profile(
    _ scans: [(String, ProfileScan)], name: String = "tmu"
  ) -> TestStatisticFigure {
    let label =
      scans.first.flatMap { scan in
        scan.1.best.parameters.parameters.first { $0.name == scan.1.parameter }
      }.map(DiagnosticsFigures.label(of:)) ?? "{/:Italic μ}"
    return TestStatisticFigure(
      name: name,
      curves: scans.enumerated().map { i, scan in
        TestStatisticCurve(
          label: FigureText.plain(scan.0), parameter: scan.1.values,
          statistic: scan.1.testStatistic,
          style: i == 0 ? .line : .points)
      }, parameterLabel: label, statisticLabel: "{/:Italic t}_{\(label)}")
  }

  /// The training history.
  public static func loss(_ history: TrainingHistory, name: String = "loss") -> LossHistoryFigure {
    LossHistoryFigure(
      name: name, training: history.epochs.map(\.trainingLoss),
      validation: history.epochs.map(\.monitoredLoss),
      learningRate: history.epochs.map(\.learningRate),
      lossLabel: "Mean squared error (standardised)")
  }

  /// Writes all figures of a study into a folder.
  ///
  /// - Returns: the files of each figure by its name.
  /// - Throws: `FigureError`.
  public static func write(_ result: StudyResult, to folder: URL) throws -> [String: [URL]] {
    let interest = result.truthProfile.parameter
    let corner = [interest, "delta_50", "delta_91", "delta_92", "delta_93", "delta_94"]
      .filter(result.parameters.names.contains)
    let test = result.evaluations["S1"]?.testPredictions
    let figures: [any Figure] = [
      try Self.corner(
        [("likelihood", result.chains), ("network", result.surrogateChains)],
        parameters: corner),
      profile([("likelihood", result.truthProfile), ("network", result.surrogateProfile)]),
      loss(result.history),
      DistributionFigure(
        name: "distribution",
        samples: result.dataset.sampleNames.enumerated().map { k, name in
          DistributionSample(
            label: name,
            values: zip(result.dataset.logPosteriors, result.dataset.sampleOfPoint)
              .filter { $0.1 == k }.map(\.0))
        }, quantityLabel: "log-posterior"),
      ResidualFigure(
        name: "residuals", truth: test?.truth ?? [], surrogate: test?.predicted ?? [],
        truthLabel: "log-posterior of the likelihood", residualLabel: "network − likelihood"),
    ]
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return Dictionary(
      uniqueKeysWithValues: try figures.map { ($0.name, try $0.write(to: folder)) })
  }

  /// `delta_91` as δ with a subscript, `mu` as μ; other names as they are.
  private static func label(_ name: String) -> String {
    if name == "mu" { return "{/:Italic μ}" }
    if name.hasPrefix("delta_") { return "{/:Italic δ}_{\(name.dropFirst(6))}" }
    return FigureText.plain(name)
  }
}
