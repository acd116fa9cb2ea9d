/// A data set of a HistFactory model: what was counted in the bins, and the outcomes of the
/// auxiliary measurements. Real numbers, as expected ("Asimov") data are.
public struct HistFactoryData: Codable, Sendable, Equatable {
  /// Counts, channel by channel, one for every bin.
  public var main: [Double]
  /// Auxiliary outcomes, one for every constrained parameter, in the order of the parameters.
  public var auxiliary: [Double]

  /// A data set.
  public init(main: [Double], auxiliary: [Double]) {
    self.main = main
    self.auxiliary = auxiliary
  }
}
