import ArgumentParser
import DNNLikelihood
import Foundation
import ONNX

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a surrogate as an ONNX file with everything inside.",
    discussion: "Input 'parameters' (physical values), output 'logpdf' (log-posterior).")

  @Argument(help: "The surrogate: an .onnx file or a model folder.") var model: String
  @Option(name: [.short, .long], help: "The file to write.") var output: URL
  @Flag(help: "Single precision for input and output (default: double).") var float32 = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard output.pathExtension == "onnx" else {
      throw ValidationError("--output must end in .onnx, so that it is known for what it is")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output, besides: [model])
    try LikelihoodLocator.surrogate(model).write(
      to: output, interface: float32 ? .float32 : .float64)
    if common.json { try printJSON(["file": output.path]) } else { print(output.path) }
  }
}
