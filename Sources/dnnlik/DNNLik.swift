import ArgumentParser
import DNNLikelihood
import Foundation

/// The command line: decodes options, calls the library, prints.
@main
struct DNNLik: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dnnlik",
    abstract: "Encode a likelihood in a neural network, and infer from either.",
    discussion: """
      LIKELIHOOD is a built-in name (see 'dnnlik models'), a HistFactory workspace (pyhf's .json) \
      or a simplified likelihood (.json), an .onnx file or model folder made by dnnlik, a .yaml \
      file that combines likelihoods, gives them priors or describes an external one, the address \
      of a model server (umbridge+http://host:port/model), or a shared library with the interface \
      of dnnlik_likelihood.h (.so). Results go to standard output, with --json as one JSON value; \
      progress goes to \
      standard error. Exit codes: 0 done, 1 failed, 2 a result that is not valid (a fit without \
      its certificate, chains that have not converged; see --allow-unconverged), 64 usage, 65 bad \
      input, 130 interrupted.
      """,
    version: frameworkVersion,
    subcommands: [
      Quickstart.self, Models.self, Inspect.self, LogPdf.self, Fit.self, Scan.self, HypoTest.self,
      Limit.self, Sample.self,
      Diagnose.self, PosteriorCommand.self, DatasetCommand.self, Train.self, Evaluate.self,
      ImpactsCommand.self, GoodnessOfFitCommand.self, YieldsCommand.self, Toys.self,
      PlotCommand.self, Export.self, Simplify.self,
    ])

  /// Parses and runs, and turns errors into the documented exit codes.
  static func main() {
    // A file at its size limit is an error like a full disk, not the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    var resumes = false
    do {
      var command = try parseAsRoot()
      resumes = command is Quickstart || (command as? Train)?.target.isDemanded == true
      defer { ExternalReport.show() }
      try command.run()
    } catch {
      exit(withError: Failure.exitCode(for: error, resumes: resumes))
    }
  }
}
