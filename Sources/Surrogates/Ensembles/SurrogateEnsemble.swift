internal import Foundation
public import Likelihoods
public import NumericalCore

/// Networks trained on the same data from different initial weights and in different orders, taken
/// together: their weighted mean is the log-posterior, their spread an estimate of its error.
///
/// The members share preconditioning, region and prior. The mean is a log density like any other.
public struct SurrogateEnsemble: DifferentiableLogDensity, LogPosterior, Surrogate {
  /// The networks; at least two.
  public let members: [SurrogateLikelihood]
  /// The weight of each member in the mean; non-negative, of sum one.
  public let weights: [Double]
  /// What makes of the spread an error.
  public let calibration: SpreadCalibration
  public var provenance: [String: String]

  /// An ensemble from its members.
  ///
  /// - Parameters:
  ///   - members: networks with the same parameters, preconditioning and region.
  ///   - weights: of the members in the mean; all equal if absent.
  ///   - calibration: of the spread; none if absent.
  ///   - provenance: where the ensemble comes from; that of the first member if absent.
  /// - Precondition: there are two members or more that share their fixed parts, and as many
  ///   weights with a sum of one.
  public init(
    _ members: [SurrogateLikelihood], weights: [Double]? = nil,
    calibration: SpreadCalibration = .none, provenance: [String: String]? = nil
  ) {
    precondition(members.count > 1, "an ensemble has two members at least")
    precondition(
      members.allSatisfy { $0.sharesFixedParts(with: members[0]) },
      "the members of an ensemble share all but their networks")
    let weights = weights ?? Array(repeating: 1 / Double(members.count), count: members.count)
    precondition(
      weights.count == members.count && weights.allSatisfy { $0 >= 0 }
        && abs(weights.reduce(0, +) - 1) < 1e-6, "one weight per member, with a sum of one")
    self.members = members
    self.weights = weights
    self.calibration = calibration
    self.provenance = provenance ?? members[0].provenance
  }

  public var parameters: ParameterSpace { members[0].parameters }
  public var region: ValidityRegion? { members[0].region }
  /// The prior contained in the log-posterior.
  public var prior: ProductPrior? { members[0].prior }

  public var inDoublePrecision: SurrogateEnsemble {
    SurrogateEnsemble(
      members.map(\.inDoublePrecision), weights: weights, calibration: calibration,
      provenance: provenance)
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    for i in values.indices { values[i] = 0 }
    for (member, weight) in zip(members, weights) where weight > 0 {
      let own = member.logDensities(at: points)
      for i in values.indices { values[i] += weight * own[i] }
    }
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    for i in values.indices { values[i] = 0 }
    var sum = [Double](repeating: 0, count: gradients.elements.count)
    for (member, weight) in zip(members, weights) where weight > 0 {
      let own = member.logDensitiesAndGradients(at: points)
      for i in values.indices { values[i] += weight * own.values[i] }
      own.gradients.elements.withUnsafeBufferPointer { slopes in
        for k in sum.indices { sum[k] += weight * slopes[k] }
      }
    }
    // Where one member is -∞ for want of a finite value, the mean is, and has no gradient.
    let d = points.columns
    for i in values.indices where values[i] == -.infinity {
      for k in i * d..<(i + 1) * d { sum[k] = 0 }
    }
    gradients.elements = sum
  }

  /// The values of all members, one a column.
  public func memberLogDensities(at points: Matrix<Double>) -> Matrix<Double> {
    var result = Matrix<Double>(rows: points.rows, columns: members.count, repeating: 0)
    for (k, member) in members.enumerated() {
      let own = member.logDensities(at: points)
      for i in own.indices { result[i, k] = own[i] }
    }
    return result
  }

  /// The calibrated error of the mean at each point in nats; 0 where the density vanishes.
  public func standardErrors(at points: Matrix<Double>) -> [Double]? {
    Self.spreads(memberLogDensities(at: points)).map(calibration.error)
  }

  /// Standard deviations of the rows, divided by their number less one; 0 where not all are finite.
  public static func spreads(_ values: Matrix<Double>) -> [Double] {
    (0..<values.rows).map { i in
      let row = values.row(i)
      guard row.allSatisfy(\.isFinite) else { return 0 }
      let mean = row.reduce(0, +) / Double(row.count)
      let squares = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(row.count - 1)).squareRoot()
    }
  }

  public func isInside(_ points: Matrix<Double>) -> [Bool] {
    members[0].isInside(points, logDensities: logDensities(at: points))
  }

  public func validity(at points: Matrix<Double>) -> [Bool]? {
    region == nil ? nil : isInside(points)
  }

  public var factorizedPrior: ProductPrior? { prior }

  public func logPriors(at points: Matrix<Double>) -> [Double] {
    members[0].logPriors(at: points)
  }

  /// The log-posterior of the mean less the prior.
  public func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    zip(logDensities(at: points), logPriors(at: points)).map { posterior, prior in
      prior.isFinite ? posterior - prior : -.infinity
    }
  }
}

extension SurrogateLikelihood {
  /// Whether all but the weights of the networks is the same.
  func sharesFixedParts(with other: SurrogateLikelihood) -> Bool {
    parameters == other.parameters && preconditioner == other.preconditioner
      && region == other.region && prior == other.prior
      && network.architecture == other.network.architecture
      && network.precision == other.network.precision
  }
}
