import ArgumentParser
import DNNLikelihood
import Foundation

struct Simplify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Derive a simplified likelihood from a full model, with its measured error.",
    discussion: """
      The moments of the expected background (means, covariance, third moments) are taken over \
      draws of the nuisance parameters: from their priors or auxiliary measurements, or from the \
      posterior without signal, given the observed counts. The profiles of both likelihoods along \
      the parameter of interest are compared and stored with the result (arXiv:1809.05548).
      """)

  @Argument(help: "The likelihood: a model of counts in bins.") var likelihood: String
  @Option(name: [.short, .long], help: "File for the simplified likelihood (.json).")
  var output: URL
  @Option(
    help:
      "Nuisance parameters: \(Simplification.Source.allCases.map(\.rawValue).joined(separator: " or "))."
  )
  var moments = Simplification.Source.prior
  @Option(help: "Draws of the nuisance parameters.") var draws = 100_000
  @Option(parsing: .unconditional, help: "Seed of the draws.") var seed: UInt64 = 1
  @Option(parsing: .unconditional, help: "First compared value (default: 3 errors below).")
  var from: Double?
  @Option(parsing: .unconditional, help: "Last compared value (default: 3 errors above).")
  var to: Double?
  @Option(help: "Number of compared values.") var points = 13
  @Flag(help: "Exit with 0 also if chains have not converged or a fit has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var options: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    let most = Simplification.allowedDraws.upperBound
    guard Simplification.allowedDraws.contains(draws), (2...Self.mostPoints).contains(points),
      (from == nil) == (to == nil),
      from ?? 0 < to ?? 1, (to ?? 1).isFinite, (from ?? 0).isFinite
    else {
      throw ValidationError(
        "--draws must be from 1 to \(most), --points from 2 to \(Self.mostPoints), and --from, "
          + "if given, below --to")
    }
  }

  private static let mostPoints = 10_000

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output, besides: [likelihood])
    let model = try options.binnedModel(likelihood)
    let bar = ProgressBar()
    let result = try Simplification(source: moments, draws: draws, seed: seed)
      .run(model, named: likelihood, comparedBy: comparison, onProgress: bar.show)
    bar.finish()
    try result.file.write(to: output)
    let report = SimplifyReport(result, output)
    if common.json { try printJSON(report) } else { print(report.table) }
    if !result.isValid && !allowUnconverged { throw Failure.notValid }
  }

  private var comparison: SimplificationComparison {
    guard let from, let to else { return SimplificationComparison(points: points) }
    return SimplificationComparison(
      values: (0..<points).map { from + (to - from) * Double($0) / Double(points - 1) })
  }
}
