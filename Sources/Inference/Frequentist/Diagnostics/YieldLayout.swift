internal import Likelihoods
internal import NumericalCore

/// How the expected counts of a model are arranged: channels, their samples and bins.
struct YieldLayout: Sendable {
  struct Channel: Sendable {
    let name: String
    let samples: [String]
    /// Its bins among those of all channels.
    let bins: Range<Int>
  }

  let channels: [Channel]
  /// The counts at a point: channel after channel, sample after sample, bin after bin.
  let counts: @Sendable ([Double]) -> [Double]

  init(_ model: some BinnedModel) {
    if let density = model as? HistFactoryDensity {
      channels = density.model.channels.map {
        Channel(name: $0.name, samples: $0.samples, bins: $0.bins)
      }
      counts = { point in
        density.model.expectedByChannelAndSample(at: point).flatMap { channel in
          channel.samples.flatMap(\.counts)
        }
      }
    } else {
      channels = [Channel(name: "all", samples: ["total"], bins: model.observedCounts.indices)]
      counts = { point in
        model.expectedCounts(at: Matrix(rows: 1, columns: point.count, elements: point)).row(0)
      }
    }
  }
}
