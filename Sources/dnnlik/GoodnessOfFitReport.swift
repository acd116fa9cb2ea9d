import DNNLikelihood
import Foundation

/// What `gof` prints.
struct GoodnessOfFitReport: Encodable {
  struct Toys: Encodable {
    let count, failures: Int
    let seed: UInt64
    let pValue: Double
    let pValueError: Double?
    /// Mean of the statistic.
    let mean: Double

    init(_ toys: GoodnessOfFitToys) {
      count = toys.statistics.count + toys.failures
      failures = toys.failures
      seed = toys.seed
      pValue = toys.pValue.value
      pValueError = toys.pValue.error
      mean = toys.statistics.reduce(0, +) / Double(toys.statistics.count)
    }
  }

  let statistic, mainDeviance, auxiliaryDeviance: Double
  let bins, freeParameters, degreesOfFreedom: Int
  let pValue: Double?
  let toys: Toys?
  let certificate: FitReport.Certificate
  let valid: Bool
  let seconds: Double

  init(of model: some GenerativeModel, toys count: Int, seed: UInt64) throws {
    let clock = Date()
    let fit = try MaximumLikelihood().fit(model)
    let test = GoodnessOfFit(of: model, at: fit)
    let found =
      count > 0 ? try GoodnessOfFitToys(of: model, at: fit, count: count, seed: seed) : nil
    statistic = test.statistic
    mainDeviance = test.mainDeviance
    auxiliaryDeviance = test.auxiliaryDeviance
    bins = test.bins
    freeParameters = test.freeParameters
    degreesOfFreedom = test.degreesOfFreedom
    pValue = test.pValue
    toys = found.map(Toys.init)
    certificate = .init(fit)
    valid = fit.certificate.isValid && found?.isValid ?? true
    seconds = Date().timeIntervalSince(clock)
  }

  var table: String {
    var lines = [
      String(
        format: "2 (ln L_saturated - ln L_max) = %.4f: counts %.4f, auxiliary measurements %.4f",
        statistic, mainDeviance, auxiliaryDeviance),
      "degrees of freedom: \(degreesOfFreedom) = \(bins) bins - \(freeParameters) free parameters",
      pValue.map { String(format: "p value: %.5f (χ² distribution)", $0) }
        ?? "p value: none without degrees of freedom",
    ]
    if let toys {
      lines.append(
        String(
          format: "p value: %.5f ± %.5f (%d toys, seed %@, mean %.3f)", toys.pValue,
          toys.pValueError ?? .nan, toys.count, "\(toys.seed)", toys.mean))
      if toys.failures > 0 { lines.append("toys without a valid fit: \(toys.failures)") }
    }
    lines.append("certificate: \(certificate.valid ? "valid" : "NOT VALID")")
    for defect in certificate.defects { lines.append("  " + defect) }
    return lines.joined(separator: "\n")
  }
}
