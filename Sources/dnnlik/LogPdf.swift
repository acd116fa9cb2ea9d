import ArgumentParser
import DNNLikelihood
import Foundation

struct LogPdf: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logpdf", abstract: "Evaluate the log density at the points of a file.",
    discussion: """
      Columns and keys are matched by the names of the parameters; without names they are taken \
      in the order of 'dnnlik inspect'. Prints one line a point. Outside the support the log \
      density is -inf, in JSON the string "-inf".
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
    if common.json {
      return try printJSON(
        Output(parameters: density.parameters.names, logpdf: values, gradient: gradients))
    }
    for (i, value) in values.enumerated() {
      let slopes = gradients.map { "  " + $0[i].map { "\($0)" }.joined(separator: " ") }
      print("\(value)\(slopes ?? "")")
    }
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
    let gradient: [[Double]]?
  }
}
