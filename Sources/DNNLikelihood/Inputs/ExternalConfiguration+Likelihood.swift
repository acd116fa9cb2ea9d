internal import Foundation
public import Likelihoods

extension ExternalConfiguration {
  /// The likelihood: the program is started or asked about itself.
  ///
  /// - Throws: ``InputError`` if the parameters do not fit those of the program,
  ///   ``Likelihoods/ExternalError``, ``Likelihoods/ParameterError``.
  public func likelihood() throws -> ExternalLikelihood {
    let source: any ExternalProgram
    switch program {
    case .server(let address, let options): source = try UMBridgeModel(address, options: options)
    case .library(let url, let configuration):
      source = try SharedLibrary(url.path, configuration: configuration)
    }
    let entries = try entriesInOrder(of: source)
    let parameters = zip(source.parameters, entries).map { Self.parameter($0, $1) }
    return try ExternalLikelihood(
      source, parameters: parameters, returned: returned, prior: Self.prior(parameters, entries))
  }

  /// One entry for each parameter of the program.
  private func entriesInOrder(of source: any ExternalProgram) throws -> [Entry?] {
    if case .library = program {
      let known = source.parameters.map(\.name)
      for entry in entries where !known.contains(entry.name) {
        throw ParameterError.unknownName(entry.name, known)
      }
      return known.map { name in entries.first { $0.name == name } }
    }
    guard entries.isEmpty || entries.count == source.parameters.count else {
      throw InputError.malformed(
        file, place: "parameters",
        expected: "\(source.parameters.count) entries, the inputs of \(source.location)",
        found: "\(entries.count)")
    }
    return entries.isEmpty ? source.parameters.map { _ in nil } : entries
  }

  private static func parameter(_ known: Parameter, _ entry: Entry?) -> Parameter {
    guard let entry else { return known }
    let lower = entry.lower ?? known.lower
    let upper = entry.upper ?? known.upper
    // Without a starting value: the middle of the bounds, if there are two.
    let middle = lower.isFinite && upper.isFinite ? 0.5 * (lower + upper) : nil
    var initial = entry.initial ?? known.initial
    if entry.initial == nil, !(lower <= initial && initial <= upper), let middle {
      initial = middle
    }
    return Parameter(
      name: entry.name, role: entry.role ?? known.role, initial: initial, lower: lower,
      upper: upper, fixed: entry.fixed ?? known.fixed, scale: entry.scale ?? known.scale,
      kink: known.kink, label: entry.label ?? (entry.name == known.name ? known.label : nil))
  }

  /// The product of the priors; `nil` if none is given.
  private static func prior(_ parameters: [Parameter], _ entries: [Entry?]) -> ProductPrior? {
    guard entries.contains(where: { $0?.prior != nil }) else { return nil }
    let largest = Double.greatestFiniteMagnitude
    return ProductPrior(
      zip(parameters, entries).map { parameter, entry in
        entry?.prior
          ?? .uniform(
            lower: max(parameter.lower, -largest), upper: min(parameter.upper, largest),
            logDensity: 0)
      })
  }
}
