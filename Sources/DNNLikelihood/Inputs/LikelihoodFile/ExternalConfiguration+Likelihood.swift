internal import Foundation
public import Likelihoods

extension ExternalConfiguration {
  /// The likelihood: the program is started or asked about itself.
  ///
  /// - Throws: ``InputError`` with the line if the parameters do not fit those of the program;
  ///   ``Likelihoods/ExternalError``.
  public func likelihood() throws -> ExternalLikelihood {
    let source: any ExternalProgram
    switch program {
    case .server(let address, let options): source = try UMBridgeModel(address, options: options)
    case .library(let url, let configuration):
      source = try SharedLibrary(url.path, configuration: configuration)
    }
    let order = try order(of: source)
    let parameters = try zip(source.parameters, order).map { known, index throws(InputError) in
      try parameter(known, index)
    }
    return try ExternalLikelihood(
      source, parameters: parameters, returned: returned,
      prior: prior(parameters, order.map { $0.flatMap { entries[$0].prior } }))
  }

  /// The position of the entry of each parameter of the program.
  private func order(of source: any ExternalProgram) throws(InputError) -> [Int?] {
    if case .library = program {
      let known = source.parameters.map(\.name)
      for (entry, place) in zip(entries, places) where !known.contains(entry.name) {
        throw .inside(file, place: place, ParameterError.unknownName(entry.name, known))
      }
      return known.map { name in entries.firstIndex { $0.name == name } }
    }
    guard entries.isEmpty || entries.count == source.parameters.count else {
      throw .malformed(
        file, place: place,
        expected: "\(source.parameters.count) entries, the inputs of \(source.location)",
        found: "\(entries.count)")
    }
    return source.parameters.indices.map { entries.isEmpty ? nil : $0 }
  }

  /// What the program says of a parameter, changed by what the file says.
  private func parameter(_ known: Parameter, _ index: Int?) throws(InputError) -> Parameter {
    guard let index else { return known }
    let entry = entries[index]
    var parameter = known
    if entry.name != known.name {
      // The label of the program is that of its own name.
      parameter.name = entry.name
      parameter.label = entry.name
    }
    do {
      return try parameter.configured(by: entry.settings, prior: entry.prior)
    } catch {
      throw .inside(file, place: places[index], error)
    }
  }

  /// The product of the priors; `nil` if none is given.
  private func prior(_ parameters: [Parameter], _ priors: [ParameterPrior?]) -> ProductPrior? {
    guard priors.contains(where: { $0 != nil }) else { return nil }
    let largest = Double.greatestFiniteMagnitude
    return ProductPrior(
      zip(parameters, priors).map { parameter, prior in
        prior
          ?? .uniform(
            lower: max(parameter.lower, -largest), upper: min(parameter.upper, largest),
            logDensity: 0)
      })
  }
}
