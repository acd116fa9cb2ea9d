internal import Likelihoods
internal import NumericalCore
internal import Statistics

/// Expected counts with the errors that follow from those of the parameters.
struct ErrorPropagation: Sendable {
  let space: ParameterSpace
  let layout: YieldLayout

  /// Steps of the differences in units of a parameter's error: their error is of second order.
  private static let step = 1e-3

  /// The counts at a point; without a covariance there are no errors.
  func table(
    at point: [Double], observed: [Double], varying indices: [Int],
    covariance: Matrix<Double>?
  ) throws -> YieldTable {
    let counts = layout.counts(point)
    guard let covariance else { return table(counts, observed) { _ in nil } }
    let derivatives = try mapColumns(indices.count) { i in
      self.derivative(indices[i], at: point, width: covariance[i, i].squareRoot())
    }
    return table(counts, observed) { terms in
      let slope = derivatives.map { column in terms.reduce(0) { $0 + column[$1] } }
      var variance = 0.0
      for i in slope.indices where slope[i] != 0 {
        for j in slope.indices { variance += slope[i] * covariance[i, j] * slope[j] }
      }
      return max(0, variance).squareRoot()
    }
  }

  /// The derivative of every count with respect to a parameter: central differences, one-sided at a
  /// bound.
  private func derivative(_ k: Int, at point: [Double], width: Double) -> [Double] {
    let parameter = space.parameters[k]
    var (low, high) = (point, point)
    low[k] = max(parameter.lower, point[k] - Self.step * width)
    high[k] = min(parameter.upper, point[k] + Self.step * width)
    let span = high[k] - low[k]
    guard span > 0 else { return layout.counts(point).map { _ in 0 } }
    return zip(layout.counts(high), layout.counts(low)).map { ($0 - $1) / span }
  }

  /// The table of counts; `error` gives the error of the sum of some of them.
  private func table(
    _ counts: [Double], _ observed: [Double], error: ([Int]) -> Double?
  ) -> YieldTable {
    func count(_ terms: [Int]) -> YieldTable.Count {
      YieldTable.Count(value: terms.reduce(0) { $0 + counts[$1] }, error: error(terms))
    }
    func row(_ name: String, _ bins: [[Int]]) -> YieldTable.Row {
      YieldTable.Row(name: name, bins: bins.map(count), sum: count(bins.flatMap(\.self)))
    }
    var offset = 0
    return YieldTable(
      channels: layout.channels.map { channel in
        let width = channel.bins.count
        let first = offset
        offset += width * channel.samples.count
        func term(_ sample: Int, _ bin: Int) -> Int { first + sample * width + bin }
        return YieldTable.Channel(
          name: channel.name, observed: Array(observed[channel.bins]),
          samples: channel.samples.enumerated().map { s, name in
            row(name, (0..<width).map { [term(s, $0)] })
          },
          total: row(
            "total", (0..<width).map { bin in channel.samples.indices.map { term($0, bin) } }))
      })
  }
}
