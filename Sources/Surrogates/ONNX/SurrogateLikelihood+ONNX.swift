public import Foundation
internal import Likelihoods
internal import NeuralNetworks
internal import NumericalCore
public import ONNX

/// The ONNX form of a surrogate: standard operators only, from physical parameters (`parameters`,
/// shape batch x d) to the log-posterior (`logpdf`, shape batch) and whether the point lies in the
/// region of validity (`inside`, booleans), with bounds, whitening, quadratic part, standardisation
/// and continuation inside. Names, ranges, prior and provenance are in the metadata; the same file
/// is read back as a surrogate.
///
/// In double precision the file gives the numbers of ``SurrogateLikelihood`` to rounding, but for
/// GELU, whose error function runtimes know in single precision only (about 1e-7).
extension SurrogateLikelihood {
  /// Name of the graph's input.
  public static let inputName = "parameters"
  /// Name of the graph's output.
  public static let outputName = "logpdf"
  /// Name of the output that says whether a point is inside the region of validity; absent where
  /// the surrogate has no region.
  public static let insideName = "inside"

  /// The surrogate as an ONNX model.
  ///
  /// - Parameter interface: the element type of input and output. Double precision keeps
  ///   differences of log densities; the network itself keeps its own precision.
  /// - Throws: `ONNXError`.
  public func onnxModel(interface: ONNXElementType = .float64) throws -> ONNXModel {
    var graph = SurrogateGraph(
      parameters: parameters, preconditioner: preconditioner, region: region,
      interface: interface)
    graph.builder.documentation = SurrogateGraph.documentation(of: parameters, region)
    graph.builder.producerVersion = provenance["version"] ?? ""
    graph.builder.metadata = try SurrogateRecord(self).metadata()
    let place = graph.addPlace()
    let value = graph.addBounds(
      graph.addValue(
        graph.addResiduals(graph.addNetwork(network, place.inputs), place), place), place,
      otherwise: graph.number("minus_infinity", -.infinity))
    graph.addOutput(value, Self.outputName)
    graph.addFlag(value, place)
    return try graph.builder.build()
  }

  /// Writes the ONNX file.
  public func write(to url: URL, interface: ONNXElementType = .float64) throws {
    try onnxModel(interface: interface).write(to: url)
  }
}

extension SurrogateGraph {
  /// What the file says of itself.
  static func documentation(of parameters: ParameterSpace, _ region: ValidityRegion?) -> String {
    "Log-posterior of \(parameters.count) parameters. Input '\(SurrogateLikelihood.inputName)': "
      + "one point a row, columns in the order of the metadata 'parameter_names'. Output "
      + "'\(SurrogateLikelihood.outputName)': the natural logarithm of the density, -inf outside "
      + "the bounds."
      + (region == nil
        ? ""
        : " Output '\(SurrogateLikelihood.insideName)': whether the point lies where the network "
          + "was trained; outside, the density is continued by parabolas.")
  }
}
