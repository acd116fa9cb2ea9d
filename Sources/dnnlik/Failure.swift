import ArgumentParser
import DNNLikelihood
import Foundation
import HDF5
import ONNX

/// Errors as exit codes, with their message on standard error.
enum Failure {
  static let notValid = ExitCode(2)
  static let badInput = ExitCode(65)
  static let interrupted = ExitCode(130)

  /// Prints the message of an error of the library and gives the code to exit with; errors of the
  /// argument parser pass through.
  ///
  /// - Parameter resumes: whether the command goes on where it was interrupted.
  static func exitCode(for error: any Error, resumes: Bool = false) -> any Error {
    switch error {
    case is InputError, is ParameterError, is FitError, is DatasetError, is HDF5Error,
      is ONNXError, is SurrogateFileError, is ChainDiagnosticsError, is SamplingError,
      is NetworkError, is RunFolderError, is StatisticsError, is SimplifiedLikelihoodError,
      is UnconstrainedNuisances, is PriorError, is PriorTextError, is CombinationError,
      is HistFactoryError, is PosteriorError, is ConditionError, is HypothesisTestError,
      is PseudoExperimentError, is DatasetFileError, is CheckpointError, is ModelFolderError:
      say("Error: \(error)")
      return badInput
    case is UnconvergedFits:
      say("Error: \(error)")
      return notValid
    case let error as ExternalError:
      say("Error: \(error)")
      return error.isMismatch ? badInput : ExitCode.failure
    case is StudyInterrupted, is SamplingCancelled:
      say(
        resumes
          ? "Interrupted. What is finished has been kept; the same command resumes from there."
          : "Interrupted. Nothing has been written; the same command starts anew.")
      return interrupted
    case is TrainingInterrupted, is ScanInterrupted:
      say("Interrupted: \(error).")
      return interrupted
    case let stop as SamplingStopped:
      let kept =
        "the \(stop.draws) draws of the first \(stop.stepsDone) of "
        + "\(stop.stepsWanted) steps are kept in \(stop.file.relativePath)"
      let more = "the same command with --resume goes on from there."
      if stop.cause is SamplingCancelled {
        say("Interrupted: \(kept); \(more)")
        return interrupted
      }
      say("Error: \(stop)\n\(more.prefix(1).uppercased() + more.dropFirst())")
      return ExitCode.failure
    case is FigureError, is HTMLReportError, is TrainingDiverged:
      say("Error: \(error)")
      return ExitCode.failure
    case let error as CocoaError:
      say("Error: \(error.localizedDescription) \(error.filePath ?? "")")
      return ExitCode.failure
    default: return error
    }
  }

  /// Writes a line to standard error.
  static func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
