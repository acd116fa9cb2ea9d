public import NumericalCore

/// The auxiliary measurement is the vector of the normal factor N(a | θ, ρ), observed at a = 0: as a
/// function of θ it is the prior.
extension SimplifiedLikelihood: GenerativeModel {
  public var data: ModelData { ModelData(main: input.observed, auxiliary: tables.centres) }

  public func expectedData(at point: [Double]) -> ModelData {
    precondition(point.count == parameters.count, "a point has \(parameters.count) coordinates")
    let main = point.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return [Double]() }
      return input.observed.indices.map { tables.expected($0, x) }
    }
    return ModelData(main: main, auxiliary: Array(point.dropFirst(tables.offset)))
  }

  public func drawData(
    at point: [Double], fluctuatingAuxiliary: Bool, random: inout RandomSequence
  ) -> ModelData? {
    guard var drawn = expectedData(at: point).drawingCounts(&random) else { return nil }
    guard fluctuatingAuxiliary else {
      drawn.auxiliary = tables.centres
      return drawn
    }
    for (k, deviation) in tables.drawNormals(&random).enumerated() {
      drawn.auxiliary[k] += deviation
    }
    return drawn
  }

  public func replacingData(_ data: ModelData) -> SimplifiedLikelihood {
    precondition(
      data.main.count == input.observed.count && data.auxiliary.count == tables.nuisances,
      "\(input.observed.count) counts and \(tables.nuisances) auxiliary measurements are needed")
    return SimplifiedLikelihood(replacing: data, in: self)
  }
}
