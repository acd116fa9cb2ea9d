internal import NumericalCore

/// What an experiment measures: main counts and auxiliary measurements.
public struct ModelData: Codable, Sendable, Equatable {
  /// The counts of all bins; integers for observed data, expectations for an Asimov data set.
  public var main: [Double]
  /// The auxiliary measurements that constrain nuisance parameters, in the order of the model.
  public var auxiliary: [Double]

  /// A data set.
  public init(main: [Double], auxiliary: [Double]) {
    self.main = main
    self.auxiliary = auxiliary
  }
}

extension ModelData {
  /// Poisson counts around the expected ones, with the same auxiliary measurements; `nil` where an
  /// expected count is negative or not finite.
  func drawingCounts(_ random: inout RandomSequence) -> ModelData? {
    guard main.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
    return ModelData(main: main.map { random.poisson(mean: $0) }, auxiliary: auxiliary)
  }
}
