import ArgumentParser
import DNNLikelihood
import Foundation

struct LogPdf: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logpdf", abstract: "Evaluate the log density at the points of a file.")

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(help: "Points: .json (objects {name: value} or rows), .csv, .npy or .h5.")
  var points: URL
  @Flag(help: "Also print gradients.") var gradient = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let density = try LikelihoodLocator.load(likelihood)
    let rows = try PointsFile.read(points, for: density.parameters)
    let (values, gradients) = density.logDensitiesAndGradients(at: rows)
    if common.json {
      try printJSON(
        Output(
          parameters: density.parameters.names, logpdf: values,
          gradient: gradient ? (0..<rows.rows).map { gradients.row($0) } : nil))
    } else {
      for i in 0..<rows.rows {
        let slopes = gradient ? "  " + gradients.row(i).map { "\($0)" }.joined(separator: " ") : ""
        print("\(values[i])\(slopes)")
      }
    }
  }

  private struct Output: Encodable {
    let parameters: [String]
    let logpdf: [Double]
    let gradient: [[Double]]?
  }
}
