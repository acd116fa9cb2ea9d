internal import Statistics

/// Diagnostics of chains beyond ``ConvergenceSummary``.
public struct ChainDetails: Codable, Sendable {
  /// The parameters that were asked for.
  public let parameters: [ParameterDetails]
  /// The energy's fraction of missing information, a mean over the chains; `nil` where no energies
  /// are kept. Below ``EnergyDiagnostics/leastFraction`` is bad.
  public let energyFraction: Double?
  /// Whether the variances between walkers still drift; `nil` where there are no ensembles.
  public let drift: EnsembleDrift?
}

extension DrawSource {
  /// Details of some parameters, as many in memory at a time as fit.
  ///
  /// - Parameter names: which ones, the log density among them if it is named; all if `nil`.
  /// - Throws: ``SamplingError/field(_:expected:found:)`` for a name that is not there,
  ///   ``ChainDiagnosticsError``.
  func details(
    _ names: [String]?, steps: Int, memory: Int = 3 << 28
  ) throws -> [ParameterDetails] {
    let all = self.names + [Chains.logDensityName]
    guard steps >= 4 else { throw ChainDiagnosticsError.tooFewDraws(found: steps, needed: 4) }
    let columns = try (names ?? all).map { name in
      guard let column = all.firstIndex(of: name) else {
        let shown =
          self.names.prefix(6).joined(separator: ", ") + (self.names.count > 6 ? ", …" : "")
        throw SamplingError.field(
          "parameter", expected: "one of the chains' (\(shown)) or \(Chains.logDensityName)",
          found: "'\(name)'")
      }
      return column
    }
    let ensembles = ensembles
    let width = max(1, memory / max(1, 8 * steps * walkers))
    var result: [ParameterDetails] = []
    for first in stride(from: 0, to: columns.count, by: width) {
      let part = Array(columns[first..<min(first + width, columns.count)])
      let draws = try gather(0..<steps, stride: 1, columns: part, walkers: Array(0..<walkers))
      result += try mapColumns(part.count) { k in
        ParameterDetails(
          all[part[k]], try draws.column(k, steps: 0..<steps), ensembles: ensembles)
      }
    }
    return result
  }
}

extension Chains {
  /// Details of some parameters, or of all and of the log density.
  ///
  /// - Throws: ``SamplingError/field(_:expected:found:)`` for a name that is not there,
  ///   ``ChainDiagnosticsError``.
  public func details(of names: [String]? = nil) throws -> ChainDetails {
    ChainDetails(
      parameters: try source.details(names, steps: steps),
      energyFraction: statistics["energy"].flatMap {
        EnergyDiagnostics.meanFraction($0, chains: walkers)
      },
      drift: EnsembleDrift(self))
  }
}
