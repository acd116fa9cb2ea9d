/// A binomial proportion with the interval of E. B. Wilson (J. Am. Stat. Assoc. 22 (1927) 209) of
/// one standard deviation.
public struct Proportion: Codable, Sendable, Equatable {
  /// Trials with the outcome.
  public let successes: Int
  /// Trials.
  public let trials: Int

  /// A proportion.
  ///
  /// - Precondition: `0 <= successes <= trials`, and at least one trial.
  public init(_ successes: Int, of trials: Int) {
    precondition(0 <= successes && successes <= trials && trials > 0, "a proportion of trials")
    self.successes = successes
    self.trials = trials
  }

  /// Successes over trials.
  public var value: Double { Double(successes) / Double(trials) }

  /// Half the width of the interval, the Monte Carlo error; not zero for 0 or all successes.
  public var error: Double {
    let n = Double(trials)
    return (value * (1 - value) / n + 0.25 / (n * n)).squareRoot() / (1 + 1 / n)
  }

  /// The centre of the interval.
  private var centre: Double {
    let n = Double(trials)
    return (value + 0.5 / n) / (1 + 1 / n)
  }

  /// The lower end of the interval.
  public var lower: Double { max(0, centre - error) }
  /// The upper end of the interval.
  public var upper: Double { min(1, centre + error) }

  /// The proportion as a number with its error.
  public var estimate: Estimate { Estimate(value: value, error: error) }

  private enum CodingKeys: String, CodingKey {
    case successes, trials, value, error, lower, upper
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    successes = try values.decode(Int.self, forKey: .successes)
    trials = try values.decode(Int.self, forKey: .trials)
    guard 0 <= successes, successes <= trials, trials > 0 else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "\(successes) successes of \(trials) trials"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(successes, forKey: .successes)
    try values.encode(trials, forKey: .trials)
    try values.encode(value, forKey: .value)
    try values.encode(error, forKey: .error)
    try values.encode(lower, forKey: .lower)
    try values.encode(upper, forKey: .upper)
  }
}
