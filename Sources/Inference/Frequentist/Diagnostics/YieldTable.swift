/// Expected counts by channel, sample and bin with their uncertainties, beside the observed ones.
public struct YieldTable: Codable, Sendable, Equatable {
  /// An expected count.
  public struct Count: Codable, Sendable, Equatable {
    /// The expectation.
    public let value: Double
    /// Its standard deviation from the parameters alone; `nil` where their covariance is not known.
    public let error: Double?
  }

  /// The expected counts of one sample, or of all.
  public struct Row: Codable, Sendable, Equatable {
    /// Name of the sample.
    public let name: String
    /// One count a bin.
    public let bins: [Count]
    /// Their sum; its error takes the correlations of the bins into account.
    public let sum: Count
  }

  /// A channel.
  public struct Channel: Codable, Sendable, Equatable {
    /// Its name.
    public let name: String
    /// The observed counts, one a bin.
    public let observed: [Double]
    /// Its samples.
    public let samples: [Row]
    /// The sum of all samples.
    public let total: Row
  }

  /// The channels in the order of the model.
  public let channels: [Channel]
}
