import DNNLikelihood
import Foundation

/// What `hypotest` prints.
struct HypoTestReport: Encodable {
  let parameter, statistic, asimov: String
  let mu, best, q, qAsimov: Double
  let CLsb: Double
  let CLb, CLs: Double?
  let expectedCLs: [Double]?
  let expectedPValues: [Double]
  let pValue: Double
  let significance, expectedSignificance: Double?
  let certificate: TestCertificate
  let seconds: Double

  init(_ test: HypothesisTest, seconds: Double) {
    parameter = test.parameter
    statistic = test.statistic.rawValue
    asimov = test.asimovMethod.rawValue
    mu = test.mu
    best = test.best
    q = test.q
    qAsimov = test.qAsimov
    CLsb = test.pValue
    CLb = test.statistic.isUpper ? test.alternativePValue : nil
    CLs = test.confidenceRatio
    expectedCLs = test.expectedConfidenceRatios
    expectedPValues = test.distribution.expectedPValues
    pValue = test.pValue
    significance = test.significance
    expectedSignificance = test.expectedSignificance
    certificate = TestCertificate(test)
    self.seconds = seconds
  }

  var table: String {
    var lines = [
      String(format: "maximum at %@ = %.6f", parameter, best),
      String(
        format: "%@ at %@ = %g: %.6f, on the Asimov data set %.6f", statistic, parameter, mu, q,
        qAsimov),
    ]
    if asimov == AsimovMethod.wald.rawValue { lines.append(Self.waldNote) }
    if let CLs, let CLb, let expectedCLs {
      lines.append(
        String(format: "CLs %.6g  (CLs+b %.6g, CLb %.6g)", CLs, CLsb, CLb))
      lines.append("expected CLs " + Self.band(expectedCLs))
    } else {
      lines.append(String(format: "p value %.6g", pValue))
      lines.append("expected p values " + Self.band(expectedPValues))
    }
    if let significance, let expectedSignificance {
      lines.append(
        String(
          format: "significance %.4f, expected %.4f for %@ = 1", significance,
          expectedSignificance, parameter))
    }
    return (lines + [certificate.text]).joined(separator: "\n")
  }

  static let waldNote =
    "this likelihood generates no data: the Asimov value is from its tilted profile"

  static func band(_ values: [Double]) -> String {
    zip(["+2", "+1", "0", "-1", "-2"], values)
      .map { "\($0)σ " + String(format: "%.6g", $1) }.joined(separator: ", ")
  }
}

/// The certificates of the fits behind a test.
struct TestCertificate: Encodable {
  struct Fit: Encodable {
    let valid: Bool
    let logpdf, edm, projectedGradient: Double
    let startsAgreeing, starts, evaluations: Int
    let defects: [String]
  }

  let valid: Bool
  /// By what the fit was made for.
  let fits: [String: Fit]

  init(_ test: HypothesisTest) {
    valid = test.isValid
    fits = Dictionary(
      uniqueKeysWithValues: test.fits.map { role, fit in
        let certificate = fit.certificate
        return (
          role.rawValue,
          Fit(
            valid: certificate.isValid, logpdf: fit.logDensity, edm: certificate.edm,
            projectedGradient: certificate.projectedGradient,
            startsAgreeing: certificate.startsAgreeing, starts: certificate.starts,
            evaluations: certificate.evaluations, defects: certificate.defects)
        )
      })
  }

  var text: String {
    let bad = fits.filter { !$0.value.valid }.sorted { $0.key < $1.key }
    var lines = ["certificates: \(valid ? "all \(fits.count) fits valid" : "NOT ALL VALID")"]
    for (role, fit) in bad {
      lines += fit.defects.map { "  fit '\(role)': \($0)" }
    }
    return lines.joined(separator: "\n")
  }
}
