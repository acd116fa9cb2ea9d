internal import Foundation
internal import Inference
internal import Likelihoods
internal import NumericalCore
internal import Surrogates

/// A data set read for training, with what a likelihood adds to it.
struct TrainingInput {
  let file: URL
  let data: Dataset
  let prior: ProductPrior?
  /// The quadratic approximation at the likelihood's maximum, for recipes that want one.
  let quadratic: Preconditioner?
  /// What tells the expected counts, for recipes that learn them.
  private let model: (any ExpectedCounts)?

  /// Reads a data set and tests that a network can be trained on it.
  ///
  /// - Parameters:
  ///   - file: the data set.
  ///   - likelihood: the truth, for its prior and what the recipe wants of it: its maximum, or its
  ///     counts.
  ///   - recipes: what will be trained.
  ///   - onWarning: told what a user should know of that maximum.
  /// - Throws: ``InputError`` naming the file, errors of the fit.
  init(
    _ file: URL, likelihood: (any Posterior)?, recipes: Set<TrainingSettings.Recipe>,
    onWarning: (String) -> Void
  ) throws {
    self.file = file
    data = try Self.naming(file) {
      let data = try Dataset(reading: file)
      try Self.check(data)
      return data
    }
    if let likelihood {
      try DatasetFileError.requireParameters(
        likelihood.parameters, in: data, of: file, comparedWith: "--likelihood")
    }
    prior = likelihood?.factorizedPrior
    let maximum =
      recipes.contains(.enhanced) ? try likelihood.map { try MaximumApproximation(of: $0) } : nil
    quadratic = maximum?.quadratic
    for warning in maximum?.warnings ?? [] { onWarning(warning) }
    model = recipes.contains(.counts) ? try Self.model(likelihood) : nil
  }

  /// Errors of a data set name its file.
  static func naming<Value>(_ file: URL, _ body: () throws -> Value) throws -> Value {
    try DatasetFileError.naming(file, body)
  }

  /// The likelihood's counts at the points of a data set, if the recipe learns them.
  func counts(for data: Dataset, _ recipe: TrainingRecipe) -> BinCounts? {
    guard recipe.learnsCounts, let model else { return nil }
    return BinCounts(of: model, at: data.points)
  }

  /// Stands for the counts, from those at the first points; `nil` if no recipe learns them.
  var countsDigest: String? {
    model.map {
      BinCounts(
        of: $0, at: data.points.selectingRows(Array(0..<min(data.count, BinCounts.digestedRows)))
      ).digest
    }
  }

  private static func model(_ likelihood: (any Posterior)?) throws -> any ExpectedCounts {
    guard let model = likelihood as? any ExpectedCounts else {
      throw InputError.value(
        "recipe 'counts'",
        expected: "--likelihood with Poisson counts in bins (toy-lhc, a HistFactory workspace, a "
          + "simplified likelihood)",
        found: likelihood == nil ? "none" : "a likelihood without")
    }
    return model
  }

  private static func check(_ data: Dataset) throws {
    try data.requireTrainingPoints()
    let training = data.indices(.training)
    let validation = data.indices(.validation).count
    guard validation <= training.count else {
      throw DatasetError.moreValidation(validation, training: training.count)
    }
    if let gradients = data.gradients,
      let place = gradients.elements.firstIndex(where: { !$0.isFinite })
    {
      throw DatasetError.notFinite(
        "gradient by parameter '\(data.parameters.names[place % gradients.columns])'",
        row: place / gradients.columns, value: gradients.elements[place])
    }
    let first = data.logPosteriors[training[0]]
    guard training.contains(where: { data.logPosteriors[$0] != first }) else {
      throw DatasetError.constantTarget(first)
    }
  }
}
