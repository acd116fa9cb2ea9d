import DNNLikelihood
import Foundation

/// What `limit` prints.
struct LimitReport: Encodable {
  /// CLs at values of the parameter.
  struct Band: Encodable {
    let values, observed: [Double]
    /// For each value at +2, +1, 0, -1 and -2 standard deviations.
    let expected: [[Double]]
  }

  let parameter, statistic, asimov, criterion: String
  let confidenceLevel, best, observed: Double
  let expected: [Double?]
  let band: Band?
  let certificate: TestCertificate
  let valid: Bool
  let steps: Int
  let seconds: Double

  init(_ limit: UpperLimit, band: BrazilBand?, seconds: Double) {
    parameter = limit.parameter
    statistic = limit.test.statistic.rawValue
    asimov = limit.test.asimovMethod.rawValue
    criterion = limit.criterion.rawValue
    confidenceLevel = limit.confidenceLevel
    best = limit.test.best
    observed = limit.observed
    expected = limit.expected
    self.band = band.map {
      Band(values: $0.values, observed: $0.observed, expected: $0.expected)
    }
    certificate = TestCertificate(limit.test)
    valid = limit.isValid && band?.isValid ?? true
    steps = limit.steps
    self.seconds = seconds
  }

  var table: String {
    var lines = [
      String(format: "maximum at %@ = %.6f", parameter, best),
      String(
        format: "%@ < %.6f at %g %% confidence level (%@)", parameter, observed,
        100 * confidenceLevel, criterion),
    ]
    if asimov == AsimovMethod.wald.rawValue { lines.append(HypoTestReport.waldNote) }
    lines.append(
      "expected "
        + zip(["-2", "-1", "0", "+1", "+2"], expected).map { label, value in
          "\(label)σ " + (value.map { String(format: "%.6f", $0) } ?? "none within the bounds")
        }.joined(separator: ", "))
    if let band {
      lines.append("       value   observed   expected CLs at +2, +1, 0, -1, -2σ")
      for (k, value) in band.values.enumerated() {
        lines.append(
          ([String(format: "%12.5g", value), String(format: "%.6f", band.observed[k])]
            + band.expected[k].map { String(format: "%.6f", $0) }).joined(separator: "  "))
      }
    }
    lines.append(certificate.text)
    if certificate.valid && !valid {
      lines.append("  NOT ALL VALID: a fit at an expected limit or in the band")
    }
    return lines.joined(separator: "\n")
  }
}

extension UpperLimit {
  /// Values for a Brazil band, by default from 0 to a little above the largest of the limits.
  func scan(
    from: Double?, to: Double?, points: Int, of space: ParameterSpace
  ) throws -> [Double] {
    let tested = space.parameters[try space.index(of: parameter)]
    let low = from ?? 0
    let largest = max(observed, expected.compactMap { $0 }.max() ?? 0)
    let high = to ?? min(tested.upper, 1.2 * largest)
    guard low < high else {
      throw InputError.value("--from", expected: "a value below \(high)", found: "\(low)")
    }
    return (0..<points).map { low + (high - low) * Double($0) / Double(points - 1) }
  }
}

extension BrazilBandFigure {
  init(_ band: BrazilBand, level: Double) {
    self.init(
      name: "brazil", parameter: band.values, observed: band.observed, expected: band.expected,
      level: level,
      parameterLabel: band.parameter == "mu" ? "{/:Italic μ}" : FigureText.plain(band.parameter))
  }
}
