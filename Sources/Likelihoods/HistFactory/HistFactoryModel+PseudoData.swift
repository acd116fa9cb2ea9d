public import NumericalCore

extension HistFactoryModel {
  /// A random data set at a point, of the bins and of the auxiliary measurements; nil where a rate
  /// is negative, so that there is no such data set.
  ///
  /// - Parameters:
  ///   - point: the parameters.
  ///   - random: numbers to draw with, e.g. `stream.sequence(walker: toy)`.
  ///   - fluctuatingAuxiliary: whether the auxiliary measurements are repeated, too; else they
  ///     keep the outcomes of the workspace.
  public func draw(
    at point: [Double], _ random: inout RandomSequence, fluctuatingAuxiliary: Bool = true
  ) -> ModelData? {
    let expected = ModelData(main: expectedMain(at: point), auxiliary: observed.auxiliary)
    guard let drawn = expected.drawingCounts(&random) else { return nil }
    guard fluctuatingAuxiliary else { return drawn }
    var auxiliary: [Double] = []
    for (constraint, value) in zip(constraints, point) {
      switch constraint {
      case .none: continue
      case .gaussian(_, let width): auxiliary.append(value + width * random.normal())
      case .poisson(_, let factor):
        guard value >= 0, value.isFinite else { return nil }
        auxiliary.append(random.poisson(mean: factor * value))
      }
    }
    return ModelData(main: drawn.main, auxiliary: auxiliary)
  }
}
