public import NumericalCore

/// A likelihood that another program computes, with names, bounds and a prior.
///
/// The program is asked about points inside the bounds (and the support of the prior) alone; all
/// others have log density -∞. Equal points of a batch are asked once.
///
/// `evaluate` blocks the calling thread until all answers are there. It may be called from any
/// thread, also one of Swift's concurrency: the requests run on threads of their own, so that
/// nothing waits for the thread that is blocked.
public struct ExternalLikelihood: LogPosterior {
  /// What the numbers of the program are.
  public enum Returned: String, Codable, Sendable, CaseIterable {
    /// The log-likelihood, to which the log-prior is added here.
    case logLikelihood = "log-likelihood"
    /// The log-posterior, which contains the prior already.
    case logPosterior = "log-posterior"
  }

  public let parameters: ParameterSpace
  /// The program that is asked.
  public let program: any ExternalProgram
  /// What its numbers are.
  public let returned: Returned
  /// The prior: added to a log-likelihood, contained in a log-posterior; `nil` if it is flat or
  /// not known.
  public let factorizedPrior: ProductPrior?

  /// A likelihood.
  ///
  /// - Parameters:
  ///   - program: the program that is asked.
  ///   - parameters: names, bounds and initial values, in the order in which the program takes
  ///     them; what the program itself says if absent.
  ///   - returned: what the numbers of the program are.
  ///   - prior: the prior, one factor a parameter. Without it the prior is flat.
  /// - Throws: ``ExternalError/mismatch(program:subject:expected:found:)`` if the numbers of
  ///   parameters differ, ``ParameterError``.
  public init(
    _ program: any ExternalProgram, parameters: [Parameter]? = nil,
    returned: Returned = .logLikelihood, prior: ProductPrior? = nil
  ) throws {
    let known = parameters ?? program.parameters
    guard known.count == program.parameters.count, !known.isEmpty else {
      throw ExternalError.mismatch(
        program: program.location, subject: "parameters",
        expected: "\(max(1, program.parameters.count)), as the program takes",
        found: "\(known.count)")
    }
    if let prior, prior.factors.count != known.count {
      throw ExternalError.mismatch(
        program: program.location, subject: "prior", expected: "\(known.count) factors",
        found: "\(prior.factors.count)")
    }
    self.parameters = try ParameterSpace(known)
    self.program = program
    self.returned = returned
    factorizedPrior = prior
  }

  /// Whether the program computes gradients; ``differentiable`` then uses them.
  public var hasGradient: Bool { program.hasGradient }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double]
  ) throws(ExternalError) {
    let asked = DistinctRows(points, where: isInside)
    let answers = try program.values(at: asked.points)
    let priors = returned == .logLikelihood ? logPriors(at: points) : []
    for row in 0..<points.rows {
      guard let place = asked.place[row] else {
        values[row] = -.infinity
        continue
      }
      values[row] = answers[place] + (priors.isEmpty ? 0 : priors[row])
    }
  }

  /// The log-likelihood of every row; where the program returns a log-posterior and the prior is
  /// not known, the whole of it.
  public func logLikelihoods(at points: Matrix<Double>) throws(ExternalError) -> [Double] {
    let posteriors = try logDensities(at: points)
    return zip(posteriors, logPriors(at: points)).map { $0 == -.infinity ? $0 : $0 - $1 }
  }

  public func logPriors(at points: Matrix<Double>) -> [Double] {
    factorizedPrior?.logDensities(at: points) ?? Array(repeating: 0, count: points.rows)
  }

  /// Whether the program is asked about a point.
  func isInside(_ point: ArraySlice<Double>) -> Bool {
    guard parameters.contains(point) else { return false }
    guard returned == .logLikelihood, let factorizedPrior else { return true }
    return zip(factorizedPrior.factors, point).allSatisfy { $0.logDensity($1) > -.infinity }
  }
}

/// The different rows of a batch that are to be asked, and where the answer of each row stands.
struct DistinctRows {
  let points: Matrix<Double>
  /// For every row of the batch the row of `points`; `nil` if it is not asked.
  let place: [Int?]

  init(_ batch: Matrix<Double>, where isWanted: (ArraySlice<Double>) -> Bool) {
    var known: [ArraySlice<Double>: Int] = [:]
    var rows: [Int] = []
    place = (0..<batch.rows).map { row in
      let point = batch.elements[row * batch.columns..<(row + 1) * batch.columns]
      guard isWanted(point) else { return nil }
      if let twin = known[point] { return twin }
      known[point] = rows.count
      rows.append(row)
      return rows.count - 1
    }
    points = batch.selectingRows(rows)
  }
}
