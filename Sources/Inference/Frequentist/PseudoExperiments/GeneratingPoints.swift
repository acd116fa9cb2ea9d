internal import Likelihoods
public import NumericalCore

/// Draws of nuisance parameters, such as those of a posterior.
public struct NuisanceDraws: Sendable {
  /// The names of the columns.
  public let names: [String]
  /// One draw a row.
  public let rows: Matrix<Double>

  /// Draws with the names of their columns.
  ///
  /// - Precondition: one name a column.
  public init(names: [String], rows: Matrix<Double>) {
    precondition(names.count == rows.columns, "one name a column")
    self.names = names
    self.rows = rows
  }

  /// A number that other draws do not have.
  var digest: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for name in names { for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 } }
    for value in rows.elements { hash = (hash ^ value.bitPattern) &* 0x100_0000_01b3 }
    return hash
  }

  /// The columns in the order of a space; those of the parameter under study, of other parameters
  /// of interest and of fixed ones are not needed.
  func columns(for space: ParameterSpace, except index: Int) throws -> [Int?] {
    guard rows.rows > 0 else { throw PseudoExperimentError.draws("there are none") }
    return try space.parameters.enumerated().map { k, parameter in
      guard k != index, !parameter.fixed, parameter.role == .nuisance else { return nil }
      guard let column = names.firstIndex(of: parameter.name) else {
        throw PseudoExperimentError.draws("they have no column '\(parameter.name)'")
      }
      return column
    }
  }
}

/// Where the data of a toy are generated: makes the data sets of a study.
struct DataGenerator<Model: GenerativeModel>: Sendable {
  let model: Model
  let study: PseudoExperiments
  /// For every generating value the maximum under it, given the observed data.
  let conditional: [Double: [Double]]
  let draws: NuisanceDraws?
  private let columns: [Int?]
  private let index: Int

  /// Draws of nuisance parameters for one toy at most.
  private static var attempts: Int { 1000 }

  /// A data set and the point that it comes from.
  struct Generated {
    let data: ModelData
    let point: [Double]
    let rejectedDraws: Int
  }

  init(
    _ model: Model, _ study: PseudoExperiments, index: Int, conditional: [Double: [Double]],
    draws: NuisanceDraws?
  ) throws {
    self.model = model
    self.study = study
    self.index = index
    self.conditional = conditional
    self.draws = study.construction == .hybrid ? draws : nil
    columns = try self.draws?.columns(for: model.parameters, except: index) ?? []
  }

  /// The data of toy `toy` at a generating value.
  func data(_ toy: Int, at value: Double) throws -> Generated {
    let base = conditional[value] ?? model.parameters.initialValues
    let key = String(value.bitPattern, radix: 16)
    let stream = RandomStream(seed: study.seed, purpose: "pseudo-experiments at \(key)")
    let isHybrid = study.construction == .hybrid
    for attempt in 0..<(isHybrid ? Self.attempts : 1) {
      let point = isHybrid ? try nuisances(toy, attempt, base, key) : base
      var random = stream.sequence(step: toy, walker: attempt)
      if let data = model.drawData(
        at: point, fluctuatingAuxiliary: study.fluctuatesAuxiliary, random: &random)
      {
        return Generated(data: data, point: point, rejectedDraws: attempt)
      }
    }
    throw PseudoExperimentError.noData(
      parameter: study.parameter, value: value, draws: isHybrid ? Self.attempts : 1)
  }

  /// `base` with random nuisance parameters.
  private func nuisances(
    _ toy: Int, _ attempt: Int, _ base: [Double], _ key: String
  ) throws -> [Double] {
    if let draws {
      var random = RandomStream(seed: study.seed, purpose: "posterior draws at \(key)")
        .sequence(step: toy, walker: attempt)
      let row = random.index(below: draws.rows.rows)
      return base.indices.map { k in columns[k].map { draws.rows[row, $0] } ?? base[k] }
    }
    // One stream a toy: its first row is the same whichever other rows are drawn.
    let stream = RandomStream(
      seed: study.seed, purpose: "nuisance parameters at \(key), toy \(toy), draw \(attempt)")
    if let binned = model as? any BinnedModel {
      var point = try binned.drawNuisances(1, holding: base, stream: stream).row(0)
      point[index] = base[index]
      return point
    }
    guard let prior = model.factorizedPrior, prior.isProper else {
      throw PseudoExperimentError.noNuisanceDistribution
    }
    let drawn = prior.draw(1, stream: stream).row(0)
    return model.parameters.parameters.enumerated().map { k, parameter in
      k != index && parameter.role == .nuisance && !parameter.fixed ? drawn[k] : base[k]
    }
  }
}
