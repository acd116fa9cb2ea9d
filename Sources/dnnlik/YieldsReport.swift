import DNNLikelihood
import Foundation

/// What `yields` prints.
struct YieldsReport: Encodable {
  struct Stage: Encodable {
    let samples: [YieldTable.Row]
    let total: YieldTable.Row
  }

  struct Channel: Encodable {
    let name: String
    let bins: [String]
    let observed: [Double]
    let preFit, postFit: Stage
  }

  let channels: [Channel]
  let unconstrained: [String]
  let certificate: FitReport.Certificate
  let seconds: Double
  let yields: Yields

  private enum CodingKeys: String, CodingKey {
    case channels, unconstrained, certificate, seconds
  }

  init(of model: some BinnedModel) throws {
    let clock = Date()
    let fit = try MaximumLikelihood().fit(model)
    let yields = try Yields(of: model, at: fit)
    var first = 0
    channels = zip(yields.preFit.channels, yields.postFit.channels).map { before, after in
      defer { first += before.observed.count }
      return Channel(
        name: before.name,
        bins: Array(yields.binNames[first..<first + before.observed.count]),
        observed: before.observed, preFit: Stage(samples: before.samples, total: before.total),
        postFit: Stage(samples: after.samples, total: after.total))
    }
    unconstrained = yields.unconstrained
    certificate = .init(fit)
    seconds = Date().timeIntervalSince(clock)
    self.yields = yields
  }

  func table(bins: Bool) -> String {
    let names = channels.flatMap { $0.preFit.samples.map(\.name) + (bins ? $0.bins : []) }
    let width = max(12, (names.map(\.count).max() ?? 0) + 4)
    func count(_ count: YieldTable.Count) -> String {
      String(format: "%13.3f", count.value)
        + (count.error.map { String(format: " ± %-10.3f", $0) } ?? "             ")
    }
    func line(_ name: String, _ before: YieldTable.Count, _ after: YieldTable.Count) -> String {
      name.padding(toLength: width, withPad: " ", startingAt: 0) + count(before) + count(after)
    }
    var lines: [String] = []
    for channel in channels {
      lines.append(
        channel.name + String(format: ": %g observed", channel.observed.reduce(0, +)))
      lines.append(
        String(repeating: " ", count: width) + "   before the fit              after the fit")
      for (before, after) in zip(
        channel.preFit.samples + [channel.preFit.total],
        channel.postFit.samples + [channel.postFit.total])
      {
        lines.append(line("  " + before.name, before.sum, after.sum))
        guard bins else { continue }
        for (i, name) in channel.bins.enumerated() {
          lines.append(line("    " + name, before.bins[i], after.bins[i]))
        }
      }
    }
    if !unconstrained.isEmpty {
      lines.append(
        "without error before the fit: " + unconstrained.prefix(8).joined(separator: ", ")
          + (unconstrained.count > 8 ? ", … (\(unconstrained.count))" : ""))
    }
    lines.append("certificate: \(certificate.valid ? "valid" : "NOT VALID")")
    for defect in certificate.defects { lines.append("  " + defect) }
    return lines.joined(separator: "\n")
  }
}
