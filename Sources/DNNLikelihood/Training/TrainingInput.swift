public import Foundation
internal import Inference
internal import Likelihoods
internal import NumericalCore
public import Surrogates

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
  /// - Throws: ``InputError`` naming the file, errors of the fit.
  init(_ file: URL, likelihood: (any Posterior)?, recipes: Set<TrainingSettings.Recipe>)
    throws
  {
    self.file = file
    data = try Self.naming(file) {
      let data = try Dataset(reading: file)
      try Self.check(data)
      if let likelihood, likelihood.parameters.names != data.parameters.names {
        throw DatasetError.differentParameters(
          expected: likelihood.parameters.names, found: data.parameters.names)
      }
      return data
    }
    prior = likelihood?.factorizedPrior
    quadratic =
      recipes.contains(.enhanced)
      ? try likelihood.flatMap { try Preconditioner.atMaximum(of: $0) } : nil
    model = recipes.contains(.counts) ? try Self.model(likelihood) : nil
  }

  /// Errors of a data set name its file.
  static func naming<Value>(_ file: URL, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatasetError {
      throw DatasetFileError(file: file, error: error)
    }
  }

  /// The likelihood's counts at the points of a data set, if the recipe learns them.
  func counts(for data: Dataset, _ recipe: TrainingRecipe) -> BinCounts? {
    guard recipe.learnsCounts, let model else { return nil }
    return BinCounts(of: model, at: data.points)
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
    let training = data.indices(.training)
    let validation = data.indices(.validation).count
    guard training.count >= 2 else {
      throw DatasetError.tooFew(.training, needed: 2, found: training.count)
    }
    guard validation >= 1 else {
      throw DatasetError.tooFew(.validation, needed: 1, found: validation)
    }
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

/// A data set in a file that cannot be used.
public struct DatasetFileError: Error, CustomStringConvertible {
  /// The file.
  public let file: URL
  /// What is wrong.
  public let error: DatasetError

  /// The file and what is wrong.
  public var description: String { "\(file.relativePath): \(error)" }
}
