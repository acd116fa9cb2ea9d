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
    if let row = logPosteriors.firstIndex(where: { !$0.isFinite }) {
      throw DatasetError.notFinite("log-posterior", row: row, value: logPosteriors[row])
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

/// What the points of a data set are for.
public struct Split: Sendable, Equatable {
  /// The use of a point.
  public enum Role: UInt8, Sendable, CaseIterable {
    case training = 0
    case validation = 1
    case test = 2
  }

  /// One role per point.
  public let roles: [Role]

  /// Given roles.
  public init(roles: [Role]) { self.roles = roles }

  /// A random split of `count` points with the given fractions for validation and test; the rest
  /// is for training. The same seed gives the same split.
  ///
  /// - Throws: ``DatasetError/fractions(_:_:)``.
  public init(count: Int, validation: Double, test: Double, seed: UInt64) throws {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw DatasetError.fractions(validation, test)
    }
    var random = RandomStream(seed: seed, purpose: "split").sequence()
    let order = random.permutation(count)
    let validationCount = Int((validation * Double(count)).rounded())
    let testCount = Int((test * Double(count)).rounded())
    var roles = [Role](repeating: .training, count: count)
    for i in order.prefix(validationCount) { roles[i] = .validation }
    for i in order.dropFirst(validationCount).prefix(testCount) { roles[i] = .test }
    self.init(roles: roles)
  }

  /// A random split in which all points of a group have the same role.
  ///
  /// - Parameter groups: for every point the number of its group, counted from zero without gaps.
  /// - Throws: ``DatasetError/fractions(_:_:)``.
  public init(groups: [Int], validation: Double, test: Double, seed: UInt64) throws {
    let roles = try Split(
      count: (groups.max() ?? -1) + 1, validation: validation, test: test, seed: seed
    ).roles
    self.init(roles: groups.map { roles[$0] })
  }
}

/// What can be wrong with a data set.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  case empty
  case length(String, expected: Int, found: Int)
  case notFinite(String, row: Int, value: Double)
  case unknownSample
  case fractions(Double, Double)
  case differentParameters(expected: [String], found: [String])
  case tooFew(Split.Role, needed: Int, found: Int)
  case constantTarget(Double)

  public var description: String {
    switch self {
    case .empty: return "the data set has no points"
    case .length(let what, let expected, let found):
      return "the data set has \(found) \(what), expected \(expected)"
    case .notFinite(let what, let row, let value):
      return "the \(what) of point \(row) is \(value)"
    case .unknownSample: return "a point belongs to a sample without a name"
    case .fractions(let validation, let test):
      return "fractions \(validation) for validation and \(test) for test leave nothing to train "
        + "on; expected two non-negative numbers with a sum below 1"
    case .differentParameters(let expected, let found):
      return "the data set has parameters \(found.prefix(5)) …, expected \(expected.prefix(5)) …"
    case .tooFew(let role, let needed, let found):
      return "the data set has \(found) \(role) points, at least \(needed) are needed"
    case .constantTarget(let value):
      return "all training points have the same log-posterior \(value): there is nothing to learn"
    }
  }
}
