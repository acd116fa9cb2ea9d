public import Inference
public import Likelihoods
public import NeuralNetworks
internal import NumericalCore
public import Sampling
public import Surrogates

/// All numbers of a study.
public struct StudyResult: Sendable {
  /// Name of the likelihood.
  public let title: String
  /// How the study was made.
  public let configuration: StudyConfiguration
  /// The parameters.
  public let parameters: ParameterSpace
  /// The maximum of the truth.
  public let best: FitResult
  /// Draws of the truth.
  public let chains: Chains
  /// Draws of the surrogate.
  public let surrogateChains: Chains
  /// The data set.
  public let dataset: Dataset
  /// The surrogate.
  public let surrogate: SurrogateLikelihood
  /// Its training.
  public let history: TrainingHistory
  /// Agreement on the samples of the data set, by name.
  public let evaluations: [String: Evaluation]
  /// Profile of the truth.
  public let truthProfile: ProfileScan
  /// Profile of the surrogate.
  public let surrogateProfile: ProfileScan
  /// The parameter of interest under the truth.
  public let truthPosterior: MarginalPosterior
  /// The parameter of interest under the surrogate.
  public let surrogatePosterior: MarginalPosterior
  /// Records of the artefacts.
  public let records: [RunFolder.Record]
  /// Seconds of this run.
  public let seconds: Double

  /// |t_surrogate - t_truth| at the profiled values.
  public var testStatisticErrors: [Double] {
    zip(surrogateProfile.testStatistic, truthProfile.testStatistic).map { abs($0 - $1) }
  }

  /// Mean of ``testStatisticErrors``: the paper's "mean error on t_μ".
  public var meanTestStatisticError: Double {
    testStatisticErrors.reduce(0, +) / Double(testStatisticErrors.count)
  }
}
