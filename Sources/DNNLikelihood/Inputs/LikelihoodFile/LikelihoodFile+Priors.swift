internal import Likelihoods
internal import NumericalCore

extension LikelihoodFile {
  /// Priors of single parameters, and correlated constraints.
  static func prior(
    _ priors: YAMLValue?, _ constraints: YAMLValue?, _ places: inout [String: YAMLValue]
  ) throws(InputError) -> Prior {
    guard let section = priors ?? constraints else { return .unchanged }
    var factors: [String: ParameterPrior] = [:]
    for (name, value) in try priors?.mapping(of: "priors by parameter") ?? [] {
      factors[name] = try parameterPrior(value)
      places[name] = value
    }
    var blocks: [MultivariateNormalPrior] = []
    var added: [MultivariateNormalPrior] = []
    for item in try constraints?.list(of: "constraints") ?? [] {
      let (block, replaces) = try constraint(item, &places)
      if replaces {
        for name in block.names
        where factors[name] != nil || blocks.contains(where: { $0.names.contains(name) }) {
          throw item.error(
            expected: "one prior or constraint for every parameter, or 'replaces: false'",
            found: "a second one for '\(name)'")
        }
        blocks.append(block)
      } else {
        added.append(block)
      }
    }
    do {
      return try Prior(factors, blocks: blocks, addedBlocks: added)
    } catch {
      throw .inside(section.file, place: section.place, error)
    }
  }

  /// The prior of a parameter: one key, the distribution.
  static func parameterPrior(_ value: YAMLValue) throws(InputError) -> ParameterPrior {
    let kinds = "uniform, flat, normal, half-normal, log-normal, gamma"
    let pairs = try value.mapping(of: "one distribution (\(kinds))")
    guard pairs.count == 1, let (kind, numbers) = pairs.first else {
      throw value.error(expected: "one distribution (\(kinds))", found: "\(pairs.count)")
    }
    do {
      switch kind {
      case "uniform":
        let (lower, upper) = try interval(numbers)
        return try .normalizedUniform(lower: lower, upper: upper)
      case "flat":
        if (try? numbers.boolean()) == true { return .flat() }
        let (lower, upper) = try interval(numbers)
        return try ParameterPrior.flat(
          lower: lower.isFinite ? lower : nil, upper: upper.isFinite ? upper : nil
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
    } catch let error as PriorError {
      throw .inside(numbers.file, place: numbers.place, error)
    } catch let error as InputError {
      throw error
    } catch {
      throw .inside(numbers.file, place: numbers.place, error)
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

  /// A correlated constraint, and whether it takes the place of those that exist.
  private static func constraint(
    _ item: YAMLValue, _ places: inout [String: YAMLValue]
  ) throws(InputError) -> (MultivariateNormalPrior, Bool) {
    let fields = try item.fields(
      "a constraint",
      known: ["parameters", "mean", "covariance", "sds", "correlation", "replaces"],
      required: ["parameters", "mean"])
    var names: [String] = []
    for value in try fields["parameters"]?.list(of: "parameters") ?? [] {
      names.append(try value.text())
      places[try value.text()] = value
    }
    let mean = try fields["mean"]?.numbers() ?? []
    let replaces = try fields["replaces"]?.boolean() ?? true
    do {
      switch (fields["covariance"], fields["sds"], fields["correlation"]) {
      case (let covariance?, nil, nil):
        let block = try MultivariateNormalPrior(
          names, mean: mean, covariance: try matrix(covariance))
        return (block, replaces)
      case (nil, let sds?, let correlation?):
        let block = try MultivariateNormalPrior(
          names, mean: mean, standardDeviations: try sds.numbers(),
          correlation: try matrix(correlation))
        return (block, replaces)
      default:
        throw item.error(
          expected: "either 'covariance' or both 'sds' and 'correlation'",
          found: fields.keys.filter { ["covariance", "sds", "correlation"].contains($0) }.sorted()
            .joined(separator: ", "))
      }
    } catch let error as InputError {
      throw error
    } catch {
      throw .inside(item.file, place: item.place, error)
    }
  }

  private static func matrix(_ value: YAMLValue) throws(InputError) -> Matrix<Double> {
    let rows = try value.list(of: "rows")
    let numbers = try rows.map { row throws(InputError) in try row.numbers() }
    for (row, found) in zip(rows, numbers) where found.count != rows.count {
      throw row.error(expected: "\(rows.count) numbers, as many as there are rows")
    }
    return Matrix(rows: numbers, columns: rows.count)
  }
}
