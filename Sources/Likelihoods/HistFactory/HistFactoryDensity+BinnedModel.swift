public import NumericalCore

extension HistFactoryDensity: BinnedModel {
  public var observedCounts: [Double] { data.main }

  /// `channel` for a channel of one bin, else `channel[i]`.
  public var binNames: [String] {
    model.channels.flatMap { channel in
      channel.bins.count == 1
        ? [channel.name]
        : channel.bins.indices.map { "\(channel.name)[\($0 - channel.bins.lowerBound)]" }
    }
  }

  public func expectedCounts(at points: Matrix<Double>) -> Matrix<Double> {
    var result = Matrix<Double>(rows: points.rows, columns: model.binCount, repeating: 0)
    let bins = model.binCount
    result.elements.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let output = DisjointRows(base)
      parallelFor(points.rows, grain: 64) { rows in
        for i in rows {
          for (b, count) in model.expectedMain(at: points.row(i)).enumerated() {
            output.base[i * bins + b] = count
          }
        }
      }
    }
    return result
  }

  /// Draws of the nuisance parameters from their auxiliary measurements under a flat prior inside
  /// the bounds: normal, or gamma for a Poisson count.
  public func drawNuisances(
    _ count: Int, holding point: [Double], stream: RandomStream
  ) throws(UnconstrainedNuisances) -> Matrix<Double> {
    precondition(point.count == parameters.count, "a point has \(parameters.count) coordinates")
    var distributions: [ParameterPrior?] = []
    var unconstrained: [String] = []
    for (parameter, constraint) in zip(parameters.parameters, constraints) {
      guard parameter.role == .nuisance, !parameter.fixed else {
        distributions.append(nil)
        continue
      }
      let free: ParameterPrior? =
        switch constraint {
        case .none: nil
        case .gaussian(let observed, let width):
          .normal(mean: observed, standardDeviation: width)
        case .poisson(let observed, let factor): .gamma(shape: observed + 1, rate: factor)
        }
      if free == nil { unconstrained.append(parameter.name) }
      // A truncation of no probability inside the bounds leaves nothing to draw either.
      distributions.append(try? free?.truncated(lower: parameter.lower, upper: parameter.upper))
    }
    guard unconstrained.isEmpty else { throw UnconstrainedNuisances(unconstrained) }
    var result = Matrix<Double>(rows: count, columns: point.count, repeating: 0)
    for i in 0..<count {
      var random = stream.sequence(walker: i)
      for (j, distribution) in distributions.enumerated() {
        result[i, j] = distribution?.draw(&random) ?? point[j]
      }
    }
    return result
  }
}
