public import NumericalCore

extension HistFactoryDensity: GenerativeModel {
  public func expectedData(at point: [Double]) -> ModelData { model.expectedData(at: point) }

  public func drawData(
    at point: [Double], fluctuatingAuxiliary: Bool, random: inout RandomSequence
  ) -> ModelData? {
    // Auxiliary measurements that are kept are those of this density, not of the workspace.
    guard
      var drawn = model.draw(at: point, &random, fluctuatingAuxiliary: fluctuatingAuxiliary)
    else { return nil }
    if !fluctuatingAuxiliary { drawn.auxiliary = data.auxiliary }
    return drawn
  }

  public func replacingData(_ data: ModelData) -> HistFactoryDensity { replacing(data) }
}
