public import Likelihoods
public import NumericalCore

/// Points of a likelihood with their log densities: what a surrogate is trained and judged on.
///
/// The log-likelihood and the log-prior are kept apart, so that priors can be exchanged later; the
/// training target is their sum.
public struct Dataset: Sendable {
  /// The parameters, in the order of the columns of ``points``.
  public let parameters: ParameterSpace
  /// One point a row.
  public let points: Matrix<Double>
  /// Log-likelihood of every point; `nil` if only the log-posterior is known.
  public let logLikelihoods: [Double]?
  /// Log-prior of every point; `nil` if only the log-posterior is known.
  public let logPriors: [Double]?
  /// Log-posterior of every point.
  public let logPosteriors: [Double]
  /// Gradients of the log-posterior, if they were computed.
  public let gradients: Matrix<Double>?
  /// The samples that the points come from, e.g. `S1`, `ridge`.
  public let sampleNames: [String]
  /// For every point the position of its sample in ``sampleNames``.
  public let sampleOfPoint: [Int]
  /// What every point is for.
  public let split: Split
  /// The prior contained in the log-posteriors, where it is a product of single priors.
  public let prior: ProductPrior?
  /// How the points were made.
  public var provenance: [String: String]

  /// Number of points.
  public var count: Int { points.rows }

  /// A data set from its parts.
  ///
  /// - Throws: ``DatasetError`` for different lengths, no points, or values that are not finite.
  public init(
    parameters: ParameterSpace, points: Matrix<Double>, logPosteriors: [Double],
    logLikelihoods: [Double]? = nil, logPriors: [Double]? = nil,
    gradients: Matrix<Double>? = nil, sampleNames: [String] = ["points"],
    sampleOfPoint: [Int]? = nil, split: Split? = nil, prior: ProductPrior? = nil,
    provenance: [String: String] = [:]
  ) throws {
    let n = points.rows
    let samples = sampleOfPoint ?? Array(repeating: 0, count: n)
    guard n > 0 else { throw DatasetError.empty }
    guard points.columns == parameters.count else {
      throw DatasetError.length(
        "columns of the points", expected: parameters.count, found: points.columns)
    }
    for (name, length) in [
      ("log-posteriors", logPosteriors.count), ("log-likelihoods", logLikelihoods?.count ?? n),
      ("log-priors", logPriors?.count ?? n), ("gradients", gradients?.rows ?? n),
      ("sample labels", samples.count), ("split labels", split?.roles.count ?? n),
    ] where length != n {
      throw DatasetError.length(name, expected: n, found: length)
    }
    if let gradients, gradients.columns != points.columns {
      throw DatasetError.length(
        "columns of the gradients", expected: points.columns, found: gradients.columns)
    }
    for (name, values) in [
      ("log-posterior", logPosteriors), ("log-likelihood", logLikelihoods ?? []),
      ("log-prior", logPriors ?? []),
    ] {
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw DatasetError.notFinite(name, row: row, value: values[row])
      }
    }
    if let k = points.elements.firstIndex(where: { !$0.isFinite }) {
      throw DatasetError.notFinite(
        "parameter '\(parameters.names[k % points.columns])'", row: k / points.columns,
        value: points.elements[k])
    }
    guard samples.allSatisfy(sampleNames.indices.contains) else {
      throw DatasetError.unknownSample
    }
    self.parameters = parameters
    self.points = points
    self.logPosteriors = logPosteriors
    self.logLikelihoods = logLikelihoods
    self.logPriors = logPriors
    self.gradients = gradients
    self.sampleNames = sampleNames
    self.sampleOfPoint = samples
    self.split = split ?? Split(roles: Array(repeating: .training, count: n))
    self.prior = prior
    self.provenance = provenance
  }

  /// Positions of the points with a role, optionally of one sample only.
  public func indices(_ role: Split.Role, sample: String? = nil) -> [Int] {
    let label = sample.map { sampleNames.firstIndex(of: $0) ?? -1 }
    return (0..<count).filter { i in
      split.roles[i] == role && (label.map { $0 == sampleOfPoint[i] } ?? true)
    }
  }
}
