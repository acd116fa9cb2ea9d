import DNNLikelihood
import Foundation

/// What `diagnose --details` adds.
struct DetailsReport: Encodable {
  let parameters: [String: ParameterDetails]
  /// E-BFMI, of hmc and nuts.
  let energyFraction: Double?
  /// Trends of the variances between walkers, of ensembles.
  let drift: EnsembleDrift?
  private let order: [ParameterDetails]

  private enum CodingKeys: String, CodingKey { case parameters, energyFraction, drift }

  init(_ details: ChainDetails) {
    parameters = Dictionary(details.parameters.map { ($0.name, $0) }) { first, _ in first }
    energyFraction = details.energyFraction
    drift = details.drift
    order = details.parameters
  }

  var table: String {
    let width = max(13, (order.map(\.name.count).max() ?? 0) + 1)
    func padded(_ name: String) -> String {
      name.padding(toLength: width, withPad: " ", startingAt: 0)
    }
    func number(_ value: Double?, _ format: String) -> String {
      let blank = String(format: format, 0.0)
      return value.map { String(format: format, $0) }
        ?? String(repeating: " ", count: blank.count - 1) + "-"
    }
    var lines = [
      "",
      padded("parameter")
        + "  5 % quantile  MCSE        median  MCSE  95 % quantile  MCSE  tau (GW)  max |Geweke z|",
    ]
    for p in order {
      let quantiles = p.quantiles.map {
        number($0.value, "%9.4f") + " " + number($0.error, "%8.5f")
      }
      let z = p.gewekeScores.compactMap { $0.map(abs) }.max()
      lines.append(
        padded(p.name)
          + (quantiles + [number(p.goodmanWeareTime?.time, "%9.2f"), number(z, "%15.2f")])
          .joined(separator: " "))
    }
    if let energyFraction { lines.append(String(format: "E-BFMI %.3f", energyFraction)) }
    if let drift {
      lines.append(
        String(
          format: "variance between walkers changes by %.1f ± %.1f %% over the kept steps",
          100 * drift.overall.change, 100 * drift.overall.error))
    }
    let worst = order.filter { !$0.scaleReduction.isEmpty }.max {
      ($0.scaleReduction.last?.factor ?? 0) < ($1.scaleReduction.last?.factor ?? 0)
    }
    if let worst {
      lines += [
        "", "Brooks-Gelman scale reduction of \(worst.name), the largest:",
        "    steps       R_c   sqrt(V)   sqrt(W)",
      ]
      lines += worst.scaleReduction.map {
        String(format: "%9d %9.5f %9.5f %9.5f", $0.steps, $0.factor, $0.pooledWidth, $0.withinWidth)
      }
    }
    return lines.joined(separator: "\n")
  }
}
