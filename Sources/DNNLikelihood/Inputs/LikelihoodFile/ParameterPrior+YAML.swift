internal import Likelihoods

extension ParameterPrior {
  /// The prior of a parameter as YAML files write it, the same in all of them: one key, the
  /// distribution.
  ///
  /// ```yaml
  /// uniform: [0, 5]
  /// flat: true                # or [0, .inf]: not normalised
  /// normal: {mean: 0, sd: 1}  # here and below also lower, upper: cut and normalised there
  /// half-normal: {sd: 2}      # without lower, upper
  /// log-normal: {log-mean: 0, log-sd: 0.1}
  /// gamma: {shape: 2, rate: 1}
  /// ```
  ///
  /// - Throws: ``InputError`` with the line.
  init(_ value: YAMLValue) throws(InputError) {
    let kinds = "uniform, flat, normal, half-normal, log-normal, gamma"
    let pairs = try value.mapping(of: "one distribution (\(kinds))")
    guard pairs.count == 1, let (kind, numbers) = pairs.first else {
      throw value.error(expected: "one distribution (\(kinds))", found: "\(pairs.count)")
    }
    do {
      self = try Self.prior(kind, numbers, kinds)
    } catch let error as InputError {
      throw error
    } catch {
      throw .inside(numbers.file, place: numbers.place, error)
    }
  }

  private static func prior(
    _ kind: String, _ numbers: YAMLValue, _ kinds: String
  ) throws -> ParameterPrior {
    switch kind {
    case "uniform":
      let (lower, upper) = try interval(numbers)
      return try .normalizedUniform(lower: lower, upper: upper)
    case "flat":
      if (try? numbers.boolean()) == true { return .flat() }
      let (lower, upper) = try interval(numbers)
      return try ParameterPrior.flat(
        lower: lower == -.infinity ? nil : lower, upper: upper == .infinity ? nil : upper
      ).validated()
    case "normal":
      let fields = try distribution(numbers, "a normal prior", ["mean", "sd"])
      return try truncated(
        .normal(mean: fields.number("mean"), standardDeviation: fields.number("sd")), fields)
    case "half-normal":
      let fields = try distribution(numbers, "a half-normal prior", ["sd"], truncated: false)
      return try .halfNormal(standardDeviation: fields.number("sd"))
    case "log-normal":
      let fields = try distribution(numbers, "a log-normal prior", ["log-mean", "log-sd"])
      return try truncated(
        .logNormal(
          logMean: fields.number("log-mean"), logStandardDeviation: fields.number("log-sd")),
        fields)
    case "gamma":
      let fields = try distribution(numbers, "a gamma prior", ["shape", "rate"])
      return try truncated(
        .gamma(shape: fields.number("shape"), rate: fields.number("rate")), fields)
    default:
      throw numbers.error(
        expected: "a distribution (\(kinds))", found: "the key '\(kind)'")
    }
  }

  private static func interval(_ value: YAMLValue) throws(InputError) -> (Double, Double) {
    let ends = try value.list(of: "the two ends of an interval")
    guard ends.count == 2 else { throw value.error(expected: "the two ends of an interval") }
    return (try ends[0].numberOrInfinity(), try ends[1].numberOrInfinity())
  }

  /// The numbers of a distribution, and the ends of the interval to which it is cut.
  private struct Numbers {
    var values: [String: YAMLValue]
    var place: YAMLValue

    func number(_ key: String) throws(InputError) -> Double {
      guard let value = values[key] else { throw place.error(expected: "the key '\(key)'") }
      return try value.number()
    }
  }

  private static func distribution(
    _ value: YAMLValue, _ what: String, _ keys: [String], truncated: Bool = true
  ) throws(InputError) -> Numbers {
    Numbers(
      values: try value.fields(
        what, known: keys + (truncated ? ["lower", "upper"] : []), required: keys),
      place: value)
  }

  private static func truncated(
    _ prior: ParameterPrior, _ numbers: Numbers
  ) throws -> ParameterPrior {
    guard numbers.values["lower"] != nil || numbers.values["upper"] != nil else {
      return try prior.validated()
    }
    return try prior.truncated(
      lower: try numbers.values["lower"]?.numberOrInfinity() ?? -.infinity,
      upper: try numbers.values["upper"]?.numberOrInfinity() ?? .infinity)
  }
}
