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

  /// Of normal and Poisson measurements alike.
  public func auxiliaryDeviance(at point: [Double]) -> Double {
    zip(constraints, point).reduce(0) { sum, pair in
      let (constraint, value) = pair
      switch constraint {
      case .none: return sum
      case .gaussian(let observed, let width):
        let z = (observed - value) / width
        return sum + z * z
      case .poisson(let observed, let factor):
        return sum + 2 * SpecialFunctions.poissonDeviance(observed, mean: factor * value)
      }
    }
  }

  public func replacingData(_ data: ModelData) -> HistFactoryDensity { replacing(data) }
}
