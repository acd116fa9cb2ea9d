internal import Foundation
internal import Likelihoods
internal import NeuralNetworks
internal import NumericalCore
internal import ONNX

/// What of a surrogate is not in the tensors of its file: one entry of the metadata, as JSON.
struct SurrogateRecord: Codable {
  /// Its key in the metadata.
  static let key = "dnnlikelihood.surrogate"

  var parameters: ParameterSpace
  /// Of the network, or of each member of an ensemble.
  var architecture: NetworkArchitecture
  var precision: TrainingRecipe.Precision
  var hasWhitening: Bool
  var peak: Double?
  var targetMean: Double
  var targetScale: Double
  var kinks: [Preconditioner.Kink]?
  /// Number of residuals.
  var residuals: Int?
  var region: RegionRecord?
  var ensemble: EnsembleRecord?
  var prior: ProductPrior?
  var provenance: [String: String]

  /// The record of a surrogate, or of the first member of an ensemble.
  init(_ surrogate: SurrogateLikelihood, ensemble: EnsembleRecord? = nil) {
    let preconditioner = surrogate.preconditioner
    parameters = surrogate.parameters
    architecture = surrogate.network.architecture
    precision = surrogate.network.precision
    hasWhitening = preconditioner.whitening != nil
    peak = preconditioner.peak
    targetMean = preconditioner.targetMean
    targetScale = preconditioner.targetScale
    kinks = preconditioner.kinks.isEmpty ? nil : preconditioner.kinks
    residuals = preconditioner.residuals?.count
    region = surrogate.region.map {
      RegionRecord($0, hasOwnCoordinates: !surrogate.sharesCoordinates)
    }
    self.ensemble = ensemble
    prior = surrogate.prior
    provenance = surrogate.provenance
  }

  /// The metadata of a file with this record.
  func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    var result = provenance
    result[Self.key] = try text(self)
    result["parameter_names"] = try text(parameters.names)
    result["output"] = "log-posterior (natural logarithm)"
    return result
  }

  /// The record of a file.
  ///
  /// - Throws: ``SurrogateFileError`` for a model of another program.
  init(of model: ONNXModel, in url: URL) throws {
    guard let text = model.metadata[Self.key] else {
      throw SurrogateFileError(
        file: url, problem: "it has no metadata '\(Self.key)': not made by dnnlik")
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    } catch {
      throw SurrogateFileError(
        file: url, problem: "its metadata '\(Self.key)' cannot be read: \(error)")
    }
  }
}

/// The region of validity in the metadata; JSON has no infinities.
struct RegionRecord: Codable {
  var radius: Double
  var lower: [Double?]
  var upper: [Double?]
  var peak: Double
  var lowestLogDensity: Double
  var highestLogDensity: Double
  /// Whether its whitened coordinates are not those of the network.
  var hasOwnCoordinates: Bool
  /// Whether these have a matrix.
  var hasWhitening: Bool

  init(_ region: ValidityRegion, hasOwnCoordinates: Bool) {
    radius = region.radius
    lower = region.lower.map { $0.isFinite ? $0 : nil }
    upper = region.upper.map { $0.isFinite ? $0 : nil }
    peak = region.peak
    lowestLogDensity = region.logDensities.lowerBound
    highestLogDensity = region.logDensities.upperBound
    self.hasOwnCoordinates = hasOwnCoordinates
    hasWhitening = region.whitening != nil
  }
}

extension SurrogateNetwork {
  var precision: TrainingRecipe.Precision {
    if case .float = self { return .float32 }
    return .float64
  }
}
