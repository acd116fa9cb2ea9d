import ArgumentParser
import DNNLikelihood
import Foundation

struct LogPdf: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logpdf", abstract: "Evaluate the log density at the points of a file.",
    discussion: """
      Columns and keys are matched by the names of the parameters; without names they are taken \
      in the order of 'dnnlik inspect'. Prints one line a point. Outside the support the log \
      density is -inf, in JSON the string "-inf". Of a network, points outside the region where it \
      was trained are marked; of an ensemble, the error of each value is given.
      """)

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(help: "Points: .json (objects {name: value} or rows), .csv, .npy or .h5.")
  var points: URL
  @Flag(help: "Also print gradients.") var gradient = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let density = try model.load(likelihood)
    let rows = try PointsFile.read(points, for: density.parameters)
    let (values, gradients) = try evaluate(density, rows)
    let inside = try validity(density, rows)
    let errors = (density as? any Surrogate)?.standardErrors(at: rows)
    if common.json {
      return try printJSON(
        Output(
          parameters: density.parameters.names, logpdf: values, logpdfError: errors,
          inside: inside, gradient: gradients))
    }
    for (i, value) in values.enumerated() {
      let error = errors.map { String(format: " ± %.3g", $0[i]) } ?? ""
      // Outside the bounds, -inf says it all.
      let flag = inside?[i] == false && value.isFinite ? "  outside the region of validity" : ""
      let slopes = gradients.map { "  " + $0[i].map { "\($0)" }.joined(separator: " ") }
      print("\(value)\(error)\(flag)\(slopes ?? "")")
    }
  }

  private func validity(_ density: some Posterior, _ rows: Matrix<Double>) throws -> [Bool]? {
    try density.validity(at: rows)
  }

  private func evaluate(
    _ density: some Posterior, _ rows: Matrix<Double>
  ) throws -> ([Double], [[Double]]?) {
    guard gradient else { return (try density.logDensities(at: rows), nil) }
    let (values, gradients) = try density.logDensitiesAndGradients(at: rows)
    return (values, (0..<rows.rows).map { gradients.row($0) })
  }

  private struct Output: Encodable {
    let parameters: [String]
    let logpdf: [Double]
    /// Of ensembles, their own estimate.
    let logpdfError: [Double]?
    /// Of networks, whether they hold there.
    let inside: [Bool]?
    let gradient: [[Double]]?
  }
}
