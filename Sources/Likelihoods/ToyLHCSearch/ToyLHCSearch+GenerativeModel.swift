public import NumericalCore

/// The bins are Poisson counts. The auxiliary measurements are the 94 unit normal constraints
/// N(a_k | δ_k, 1), observed at a_k = 0: as functions of δ_k they are the priors.
extension ToyLHCSearch: GenerativeModel {
  public var data: ModelData {
    ModelData(main: tables.observed, auxiliary: tables.constraintCentres)
  }

  public func expectedData(at point: [Double]) -> ModelData {
    ModelData(main: expectedCounts(at: point), auxiliary: Array(point.dropFirst()))
  }

  public func drawData(
    at point: [Double], fluctuatingAuxiliary: Bool, random: inout RandomSequence
  ) -> ModelData? {
    guard var drawn = expectedData(at: point).drawingCounts(&random) else { return nil }
    guard fluctuatingAuxiliary else {
      drawn.auxiliary = tables.constraintCentres
      return drawn
    }
    for k in drawn.auxiliary.indices { drawn.auxiliary[k] += random.normal() }
    return drawn
  }

  public func replacingData(_ data: ModelData) -> ToyLHCSearch {
    precondition(
      data.main.count == Self.binCount && data.auxiliary.count == Self.nuisanceCount,
      "\(Self.binCount) counts and \(Self.nuisanceCount) auxiliary measurements are needed")
    return ToyLHCSearch(replacing: data, in: self)
  }
}
