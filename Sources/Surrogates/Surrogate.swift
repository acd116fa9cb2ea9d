public import Foundation
public import Likelihoods
public import NumericalCore
public import ONNX

/// What stands in for a log-posterior: one network, or an ensemble of them.
public protocol Surrogate: DifferentiableLogDensity, LogPosterior where Failure == Never {
  /// Where it comes from and how good it is.
  var provenance: [String: String] { get set }
  /// Where it holds; `nil` if the file does not say.
  var region: ValidityRegion? { get }
  /// The networks.
  var members: [SurrogateLikelihood] { get }
  /// The same, computed in double precision: smooth to rounding, as fits want it.
  var inDoublePrecision: Self { get }

  /// Whether each point lies in the ``region``.
  func isInside(_ points: Matrix<Double>) -> [Bool]
  /// Its own estimate of its error at each point in nats, where it has one.
  func standardErrors(at points: Matrix<Double>) -> [Double]?
  /// Writes the ONNX file.
  func write(to url: URL, interface: ONNXElementType) throws
}

extension SurrogateLikelihood: Surrogate {
  /// The surrogate itself.
  public var members: [SurrogateLikelihood] { [self] }

  /// `nil`: one network does not know its error.
  public func standardErrors(at points: Matrix<Double>) -> [Double]? { nil }
}

/// Files of surrogates.
public enum SurrogateFile {
  /// Reads a surrogate, one network or an ensemble.
  ///
  /// - Throws: as the initialisers of ``SurrogateLikelihood`` and ``SurrogateEnsemble``.
  public static func read(_ url: URL) throws -> any Surrogate {
    let model = try ONNXModel(reading: url)
    return try SurrogateRecord(of: model, in: url).ensemble == nil
      ? try SurrogateLikelihood(reading: url) : try SurrogateEnsemble(reading: url)
  }
}
