internal import CVectorKernels
internal import NumericalCore

extension HistFactoryModel {
  /// The expected count of every bin at a point; may be negative outside the support.
  public func expectedMain(at point: [Double]) -> [Double] {
    withRates(at: point) { $0.expected(tables) }
  }

  /// The mean of every auxiliary measurement at a point, in the order of the constrained
  /// parameters.
  public func expectedAuxiliary(at point: [Double]) -> [Double] {
    precondition(point.count == parameters.count, "a point has \(parameters.count) coordinates")
    return zip(constraints, point).compactMap { $0.expected(at: $1) }
  }

  /// The data that are expected at a point ("Asimov data"): bins and auxiliary measurements.
  public func expectedData(at point: [Double]) -> ModelData {
    ModelData(main: expectedMain(at: point), auxiliary: expectedAuxiliary(at: point))
  }

  /// The expected counts of every sample of every channel at a point, for tables of yields.
  public func expectedByChannelAndSample(at point: [Double]) -> [HistFactoryYields] {
    withRates(at: point) { scratch in
      tables.layout.channels.map { channel in
        let samples = channel.groups.map { group in
          HistFactoryYields.Sample(
            name: tables.layout.groups[group].sample, counts: scratch.rates(group, tables))
        }
        return HistFactoryYields(channel: channel.name, samples: samples)
      }
    }
  }

  func withRates<Result>(
    at point: [Double], _ body: (borrowing HistFactoryScratch) -> Result
  ) -> Result {
    precondition(point.count == parameters.count, "a point has \(parameters.count) coordinates")
    let scratch = HistFactoryScratch(tables, termCount: 0)
    point.withUnsafeBufferPointer { if let x = $0.baseAddress { scratch.fillRates(tables, x) } }
    return body(scratch)
  }
}

/// Expected counts of a channel.
public struct HistFactoryYields: Sendable, Equatable {
  /// Expected counts of one sample.
  public struct Sample: Sendable, Equatable {
    public let name: String
    /// One count a bin.
    public let counts: [Double]
  }

  /// Name of the channel.
  public let channel: String
  /// Its samples, sorted by name.
  public let samples: [Sample]

  /// The sum of all samples, one count a bin.
  public var total: [Double] {
    samples.dropFirst().reduce(samples.first?.counts ?? []) { zip($0, $1.counts).map(+) }
  }
}
