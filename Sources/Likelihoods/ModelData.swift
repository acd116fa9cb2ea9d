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
