public import Foundation
internal import Likelihoods
internal import NeuralNetworks
internal import NumericalCore
internal import ONNX

extension SurrogateLikelihood {
  /// Reads a surrogate from a file that ``write(to:interface:)`` made.
  ///
  /// - Throws: `ONNXError` for a file that is no ONNX model, ``SurrogateFileError`` for a model of
  ///   another program, for an ensemble, or for one whose parts do not fit each other.
  public init(reading url: URL) throws {
    let model = try ONNXModel(reading: url)
    let record = try SurrogateRecord(of: model, in: url)
    if let ensemble = record.ensemble {
      throw SurrogateFileError(
        file: url,
        problem: "it is an ensemble of \(ensemble.weights.count) networks, expected one network")
    }
    do {
      try self.init(record, model)
    } catch {
      throw SurrogateFileError(file: url, problem: "\(error)")
    }
  }

  /// The surrogate of a record and the tensors of its file, or one member of an ensemble.
  ///
  /// - Parameter prefix: what the names of the network's constants begin with.
  init(_ record: SurrogateRecord, _ model: ONNXModel, prefix: String = "") throws {
    let d = record.parameters.count
    let kinks = record.kinks ?? []
    guard kinks.allSatisfy({ (0..<d).contains($0.index) }) else {
      throw NetworkError.shape(
        field: "kinks", expected: "positions of \(d) parameters",
        found: "\(kinks.map(\.index))")
    }
    let outputs = 1 + (record.residuals ?? 0)
    guard record.architecture.inputs == d + kinks.count, record.architecture.outputs == outputs
    else {
      throw NetworkError.shape(
        field: "network", expected: "\(d + kinks.count) inputs and \(outputs) outputs",
        found: "\(record.architecture.inputs) and \(record.architecture.outputs)")
    }
    if let prior = record.prior, prior.factors.count != d {
      throw NetworkError.shape(
        field: "prior", expected: "\(d) factors", found: "\(prior.factors.count)")
    }
    let preconditioner = Preconditioner(
      center: try model.numbers("center", shape: [1, d]),
      whitening: record.hasWhitening ? try model.whitening("whitening_transposed", d) : nil,
      peak: record.peak, targetMean: record.targetMean, targetScale: record.targetScale,
      kinks: kinks, residuals: try record.residuals.map { try ResidualPart($0, model, d) })
    let network: SurrogateNetwork
    switch record.precision {
    case .float32:
      network = .float(try Self.network(record.architecture, model, prefix) { try $0.floats() })
    case .float64:
      network = .double(try Self.network(record.architecture, model, prefix) { $0.doubles() })
    }
    self.init(
      parameters: record.parameters, preconditioner: preconditioner, network: network,
      region: try record.region.map { try ValidityRegion($0, model, preconditioner) },
      prior: record.prior, provenance: record.provenance)
  }

  private static func network<Scalar: NetworkScalar>(
    _ architecture: NetworkArchitecture, _ model: ONNXModel, _ prefix: String,
    _ elements: (ONNXTensor) throws -> [Scalar]
  ) throws -> MultilayerPerceptron<Scalar> {
    var parameters: [Scalar] = []
    for i in architecture.layers.indices {
      parameters += try elements(model.initializer("\(prefix)layer\(i).weight"))
      parameters += try elements(model.initializer("\(prefix)layer\(i).bias"))
    }
    return try MultilayerPerceptron(architecture, parameters: parameters)
  }
}

extension ValidityRegion {
  /// The region of a record and the tensors of its file.
  init(_ record: RegionRecord, _ model: ONNXModel, _ preconditioner: Preconditioner) throws {
    let d = preconditioner.center.count
    let center =
      record.hasOwnCoordinates
      ? try model.numbers("region_center", shape: [1, d]) : preconditioner.center
    let lower = record.lower.map { $0 ?? -.infinity }
    let upper = record.upper.map { $0 ?? .infinity }
    let (lowest, highest) = (record.lowestLogDensity, record.highestLogDensity)
    guard record.radius > 0, lowest <= highest,
      Self.encloses(center, lower: lower, upper: upper)
    else {
      throw NetworkError.shape(
        field: "region", expected: "\(d) ranges around the centre and a positive radius",
        found: "\(lower.count) and \(upper.count) limits and a radius of \(record.radius)")
    }
    self.init(
      center: center,
      whitening: record.hasWhitening
        ? try model.whitening(
          record.hasOwnCoordinates ? "region_whitening_transposed" : "whitening_transposed", d)
        : nil,
      radius: record.radius, lower: lower, upper: upper, peak: record.peak,
      logDensities: lowest...highest)
  }
}

extension ResidualPart {
  /// The part of a file with a number of residuals.
  fileprivate init(_ count: Int, _ model: ONNXModel, _ d: Int) throws {
    guard count > 0 else {
      throw NetworkError.shape(field: "residuals", expected: "at least 1", found: "\(count)")
    }
    let transposed = Matrix(
      rows: d, columns: count,
      elements: try model.numbers("residual_slopes_transposed", shape: [d, count]))
    self.init(
      slopes: transposed.transposed(),
      offset: try model.numbers("residual_offset", shape: [1, count]))
  }
}

extension ONNXModel {
  /// The elements of a constant of a known shape.
  fileprivate func numbers(_ name: String, shape: [Int]) throws -> [Double] {
    let tensor = try initializer(name)
    guard tensor.shape == shape else {
      throw ONNXError.wrongShape(tensor: name, expected: "\(shape)", found: tensor.shape)
    }
    return tensor.doubles()
  }

  /// A matrix W that is stored transposed.
  fileprivate func whitening(_ name: String, _ d: Int) throws -> Matrix<Double> {
    Matrix(rows: d, columns: d, elements: try numbers(name, shape: [d, d])).transposed()
  }
}
