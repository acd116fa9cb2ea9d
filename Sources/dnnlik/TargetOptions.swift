import ArgumentParser
import DNNLikelihood
import Foundation

/// Options of a training that goes on until its surrogate is good enough.
struct TargetOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Train until the RMSE on fresh points is at most this many nats.")
  var targetRmse: Double?
  @Option(
    parsing: .unconditional,
    help: "Train until the mean error of t along the parameter of interest is at most this.")
  var targetTmu: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Evaluations of the likelihood at most, with a target (default: 1000000). The fit of the "
        + "likelihood, and its profile with --target-tmu, take what they need; if that leaves too "
        + "little for training, the command says so and ends."))
  var maxEvaluations: Int?
  @Option(parsing: .unconditional, help: "Seconds at most, with a target.")
  var timeLimit: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Range of the parameter of interest for the errors of t, with a target, as -1:1 (default: "
        + "three errors around the maximum).", valueName: "from:to"))
  var profile: String?

  /// Whether a target is given.
  var isDemanded: Bool { targetRmse != nil || targetTmu != nil }

  func validate() throws {
    guard isDemanded || (maxEvaluations == nil && timeLimit == nil && profile == nil) else {
      throw ValidationError(
        "--max-evaluations, --time-limit and --profile belong to --target-rmse or --target-tmu")
    }
    _ = try profileValues()
  }

  /// Eleven values over the range.
  private func profileValues() throws -> [Double]? {
    guard let profile else { return nil }
    let ends = profile.split(separator: ":").compactMap { Double($0) }
    guard ends.count == 2, ends[0] < ends[1] else {
      throw ValidationError("--profile expects FROM:TO with FROM < TO, but found '\(profile)'")
    }
    return (0...10).map { ends[0] + (ends[1] - ends[0]) * Double($0) / 10 }
  }

  /// Trains a surrogate of a likelihood and prints its certificate.
  ///
  /// - Throws: `ExitCode` 2 where the target was not reached.
  func train(
    _ likelihood: any Posterior, learningCounts: Bool?, seed: UInt64, into folder: URL,
    overwriting: Bool, asJSON: Bool
  ) throws {
    var target = AccuracyTarget(
      rmse: targetRmse, testStatisticError: targetTmu, maximumSeconds: timeLimit)
    if let maxEvaluations { target.maximumEvaluations = maxEvaluations }
    var settings = RefinementSettings(seed: seed)
    settings.learnsCounts = learningCounts
    settings.profileValues = try profileValues()
    let bar = ProgressBar()
    let outcome = try TrainingRequest.refine(
      likelihood, target: target, settings: settings, in: folder, overwriting: overwriting,
      onProgress: bar.show)
    bar.finish()
    if asJSON {
      try printJSON(outcome.certificate)
    } else {
      print(outcome.certificate.table)
      print(outcome.model.relativePath)
    }
    if !outcome.certificate.reached { throw Failure.notValid }
  }
}
