public import Foundation
internal import Likelihoods
internal import NeuralNetworks
internal import NumericalCore
public import ONNX

/// The ONNX form of an ensemble: as that of one network, with one more output `logpdf_std`, the
/// calibrated error of the mean.
extension SurrogateEnsemble {
  /// Name of the output with the error of the log density in nats.
  public static let errorName = "logpdf_std"

  /// The ensemble as an ONNX model.
  ///
  /// - Parameter interface: the element type of input and outputs.
  /// - Throws: `ONNXError`.
  public func onnxModel(interface: ONNXElementType = .float64) throws -> ONNXModel {
    let first = members[0]
    var graph = SurrogateGraph(
      parameters: parameters, preconditioner: first.preconditioner, region: region,
      interface: interface)
    graph.builder.documentation =
      SurrogateGraph.documentation(of: parameters, region)
      + " It is the mean of \(members.count) networks; output '\(Self.errorName)': its error in "
      + "nats, from their spread."
    graph.builder.producerVersion = provenance["version"] ?? ""
    var record = SurrogateRecord(first, ensemble: EnsembleRecord(self))
    record.provenance = provenance
    graph.builder.metadata = try record.metadata()
    let place = graph.addPlace()
    let outputs = members.enumerated().map {
      graph.addResiduals(
        graph.addNetwork($1.network, place.inputs, prefix: Self.prefix($0)), place)
    }
    let all = graph.builder.add("Concat", outputs, attributes: ["axis": .int(1)])
    let values = graph.addValue(all, place)
    let weights = graph.builder.initializer("member_weights", weights, shape: [1, members.count])
    let value = graph.addBounds(
      graph.sum(graph.builder.add("Mul", [values, weights])), place,
      otherwise: graph.number("minus_infinity", -.infinity))
    graph.addOutput(value, SurrogateLikelihood.outputName)
    graph.addOutput(addError(values, place, &graph), Self.errorName)
    graph.addFlag(value, place)
    return try graph.builder.build()
  }

  /// Writes the ONNX file.
  public func write(to url: URL, interface: ONNXElementType = .float64) throws {
    try onnxModel(interface: interface).write(to: url)
  }

  /// What the names of a member's constants begin with.
  static func prefix(_ member: Int) -> String { "member\(member)." }

  /// The calibrated error of the mean, from the values of the members.
  private func addError(
    _ values: String, _ place: SurrogateGraph.Place, _ graph: inout SurrogateGraph
  ) -> String {
    let plain = graph.builder.add(
      "ReduceMean", [values, graph.column()], attributes: ["keepdims": .int(1)])
    let deviation = graph.builder.add("Sub", [values, plain])
    let squares = graph.sum(graph.builder.add("Mul", [deviation, deviation]))
    let factor = graph.number(
      "spread_factor", calibration.scale * calibration.scale / Double(members.count - 1))
    let floor = graph.number("spread_floor", calibration.floor * calibration.floor)
    let variance = graph.addBounds(
      graph.builder.add("Mul", [squares, factor]), place, otherwise: graph.number("zero", 0))
    return graph.builder.add("Sqrt", [graph.builder.add("Add", [variance, floor])])
  }

  /// Reads an ensemble from a file that ``write(to:interface:)`` made.
  ///
  /// - Throws: `ONNXError` for a file that is no ONNX model, ``SurrogateFileError`` for a model of
  ///   another program, for a single network, or for one whose parts do not fit each other.
  public init(reading url: URL) throws {
    let model = try ONNXModel(reading: url)
    let record = try SurrogateRecord(of: model, in: url)
    guard let ensemble = record.ensemble else {
      throw SurrogateFileError(file: url, problem: "it is one network, expected an ensemble")
    }
    let weights = ensemble.weights
    guard weights.count > 1, ensemble.provenance.count == weights.count,
      weights.allSatisfy({ $0 >= 0 }),
      abs(weights.reduce(0, +) - 1) < 1e-6
    else {
      throw SurrogateFileError(
        file: url,
        problem: "the weights of its members are \(weights), expected two or more with a sum of 1")
    }
    do {
      self.init(
        try weights.indices.map { k in
          var own = record
          own.provenance = ensemble.provenance[k]
          return try SurrogateLikelihood(own, model, prefix: Self.prefix(k))
        }, weights: weights, calibration: ensemble.calibration, provenance: record.provenance)
    } catch {
      throw SurrogateFileError(file: url, problem: "\(error)")
    }
  }
}

/// What makes an ensemble of networks, in the metadata of its file.
struct EnsembleRecord: Codable {
  var weights: [Double]
  var calibration: SpreadCalibration
  /// Where each member comes from.
  var provenance: [[String: String]]

  init(_ ensemble: SurrogateEnsemble) {
    weights = ensemble.weights
    calibration = ensemble.calibration
    provenance = ensemble.members.map(\.provenance)
  }
}
