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
      factors[name] = try ParameterPrior(value)
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
