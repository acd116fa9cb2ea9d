public import ArgumentParser
public import DNNLikelihood
public import Foundation

/// Options that several commands share.
struct CommonOptions: ParsableArguments {
  @Flag(name: .long, help: "Print the result as JSON.")
  var json = false

  @Option(name: .long, parsing: .unconditional, help: "Threads to use (default: all cores).")
  var threads: Int?

  func validate() throws {
    guard threads ?? 1 >= 1 else { throw ValidationError("--threads must be at least 1") }
  }

  func apply() throws { if let threads { Threads.setCount(threads) } }
}

extension URL: @retroactive ExpressibleByArgument {
  public init?(argument: String) { self.init(filePath: argument) }

  /// The path as it would be typed; the parser would show the base folder too.
  public var defaultValueDescription: String { relativePath }
}

extension SamplerKind: ExpressibleByArgument {}
extension TemperedPart: ExpressibleByArgument {}
extension WarmUp.MetricForm: ExpressibleByArgument {}
extension TrainingSettings.Recipe: ExpressibleByArgument {}
extension TrainingSettings.LossName: ExpressibleByArgument {}
extension TrainingSettings.ScheduleName: ExpressibleByArgument {}
extension TrainingSettings.OptimizerName: ExpressibleByArgument {}
extension Activation: ExpressibleByArgument {}
extension WeightInitializer: ExpressibleByArgument {}
extension TrainingRecipe.Precision: ExpressibleByArgument {}
extension SampleWeights: ExpressibleByArgument {}
extension SampleFormat: ExpressibleByArgument {}
extension Simplification.Source: ExpressibleByArgument {}
extension PseudoExperiments.Construction: ExpressibleByArgument {}
extension TestStatistic: ExpressibleByArgument {}
extension UpperLimit.Criterion: ExpressibleByArgument {}

/// Prints JSON with sorted keys.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
