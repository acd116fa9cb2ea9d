public import Foundation
internal import Likelihoods
public import Surrogates

/// Trains a surrogate until fresh points of the likelihood show that it is good enough.
///
/// Each round trains a network on all points known so far, samples the network (which costs nothing
/// where the likelihood is slow), and asks the likelihood at those draws: they measure the
/// surrogate where its user will be, on points it has never seen. If the target is missed, the
/// draws join the training points, with others from a broadened surrogate, around the profiled
/// maxima and around the points where it was worst; the network grows when it does not even
/// describe its own training points. The likelihood itself is never sampled.
public struct TargetedTraining<Truth: Posterior>: Sendable {
  /// The likelihood with its prior.
  public let truth: Truth
  /// What is demanded.
  public let target: AccuracyTarget
  /// How to proceed.
  public let settings: RefinementSettings

  /// What a refinement came to.
  public struct Outcome: Sendable {
    /// The best surrogate, by its measurement; in its provenance its accuracy.
    public let surrogate: SurrogateLikelihood
    /// Statement on the target, and how it was reached.
    public let certificate: AccuracyCertificate
    /// The file of the surrogate.
    public let model: URL
  }

  /// A training to be run.
  ///
  /// - Throws: ``InputError`` for numbers out of range, for a demand on t_μ of a likelihood without
  ///   parameter of interest, and for counts of one that has none.
  public init(of truth: Truth, target: AccuracyTarget, settings: RefinementSettings = .init())
    throws
  {
    try target.check()
    try settings.check()
    if target.testStatisticError != nil, truth.parameters.parameterOfInterest == nil {
      throw InputError.value(
        "target-tmu", expected: "a likelihood with a parameter of interest", found: "none")
    }
    if settings.learnsCounts == true, !(truth is any ExpectedCounts) {
      throw InputError.value(
        "recipe 'counts'", expected: "a likelihood with Poisson counts in bins",
        found: "one without")
    }
    self.truth = truth
    self.target = target
    self.settings = settings
  }

  /// Runs rounds until the target is reached or the means are used up.
  ///
  /// The folder holds maximum and profile of the likelihood (`fits.json`), the points with its values
  /// (`data.h5`), the rounds (`rounds.json`), the certificate and the model. Running again with the
  /// same settings goes on after the last complete round.
  ///
  /// - Parameters:
  ///   - folder: a new one, or one of the same likelihood and settings.
  ///   - overwriting: whether to begin anew, whatever is in the folder.
  ///   - onProgress: return false to stop.
  /// - Throws: ``StudyInterrupted``; ``ModelFolderError`` for a folder of something else;
  ///   ``InputError`` where the fit leaves too few evaluations; ``UnconvergedFits``; errors of the
  ///   fit, of the likelihood, of files.
  public func run(
    in folder: URL, overwriting: Bool = false,
    onProgress: @escaping (StudyProgress) -> Bool = { _ in true }
  ) throws -> Outcome {
    var run = try RefinementRun(
      self, in: folder, overwriting: overwriting, onProgress: onProgress)
    while try run.round() {}
    return try run.finish()
  }
}

extension TrainingRequest {
  /// Trains a surrogate of a likelihood until it is good enough, see ``TargetedTraining``.
  public static func refine<Truth: Posterior>(
    _ truth: Truth, target: AccuracyTarget, settings: RefinementSettings, in folder: URL,
    overwriting: Bool = false, onProgress: @escaping (StudyProgress) -> Bool
  ) throws -> (certificate: AccuracyCertificate, model: URL) {
    let outcome = try TargetedTraining(of: truth, target: target, settings: settings)
      .run(in: folder, overwriting: overwriting, onProgress: onProgress)
    return (outcome.certificate, outcome.model)
  }
}
