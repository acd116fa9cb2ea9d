import ArgumentParser
import DNNLikelihood

/// Options that choose among what a likelihood's file offers.
struct ModelOptions: ParsableArguments {
  @Option(help: "Measurement of a HistFactory workspace (default: its first).")
  var measurement: String?
  @Option(
    name: .customLong("patch"),
    help: ArgumentHelp(
      "Patch of a HistFactory workspace, or PATCHSET:NAME; may be repeated.", valueName: "file"))
  var patches: [String] = []
  @Option(help: "Parameter of interest (default: that of the likelihood).")
  var poi: String?
  @Option(
    help: ArgumentHelp(
      "Interpolation code of a HistFactory workspace, as normsys=1 (1, 4) or histosys=0 "
        + "(0, 2, 4p); may be repeated.", valueName: "type=code"))
  var interpolation: [String] = []

  /// The same for the library.
  func options() throws -> LikelihoodOptions {
    var codes: [String: String] = [:]
    for text in interpolation {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, codes.updateValue(parts[1], forKey: parts[0]) == nil else {
        throw ValidationError(
          "--interpolation expects normsys=CODE or histosys=CODE, each once, but found '\(text)'")
      }
    }
    return LikelihoodOptions(
      measurement: measurement, parameterOfInterest: poi, patches: patches, interpolation: codes)
  }

  /// The likelihood of a LIKELIHOOD argument, with all its parameters.
  func load(_ argument: String) throws -> any Posterior {
    try LikelihoodLocator.load(argument, options: options())
  }

  /// The same over the parameters that are not fixed, which is what samplers, data sets and
  /// networks see.
  func loadFree(_ argument: String, doublePrecision: Bool = true) throws -> any Posterior {
    try LikelihoodLocator.load(argument, options: options(), doublePrecision: doublePrecision)
      .holdingFixedParameters()
  }

  /// The model of counts in bins of a LIKELIHOOD argument.
  func binnedModel(_ argument: String) throws -> any BinnedModel {
    try LikelihoodLocator.binnedModel(argument, options: options())
  }
}
