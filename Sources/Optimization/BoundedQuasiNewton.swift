public import NumericalCore

/// Limited-memory quasi-Newton minimisation in boxes, of many starts at once.
///
/// The two-loop recursion of Nocedal (Math. Comp. 35 (1980) 773) in scaled variables, with the
/// coordinates that press against a bound taken out of the direction (projected search of
/// Bertsekas, SIAM J. Control Optim. 20 (1982) 221) and backtracking. All starts advance
/// together, so that every round is one batched call of the objective; an undefined value (+∞)
/// is a wall from which the search steps back.
public struct BoundedQuasiNewton: Sendable, Codable {
  /// Rounds after which a start is given up.
  public var maximumRounds: Int
  /// A start has converged when the largest scaled projected gradient is below this.
  public var gradientTolerance: Double
  /// Number of remembered steps.
  public var memory: Int

  /// The configuration; the tolerance is meant for a later ``NewtonRefinement``.
  public init(maximumRounds: Int = 600, gradientTolerance: Double = 1e-5, memory: Int = 12) {
    self.maximumRounds = maximumRounds
    self.gradientTolerance = gradientTolerance
    self.memory = memory
  }

  /// Where one start ended.
  public struct Minimum: Sendable {
    /// The best point found.
    public var point: [Double]
    /// The objective there; +∞ if the start was never defined.
    public var value: Double
    /// The gradient there.
    public var gradient: [Double]
    /// Evaluations spent.
    public var evaluations: Int
    /// Evaluations at which the objective was undefined.
    public var undefinedEvaluations: Int
    /// Whether the projected gradient met the tolerance.
    public var converged: Bool

    /// A minimum from its parts.
    public init(
      point: [Double], value: Double, gradient: [Double], evaluations: Int = 0,
      undefinedEvaluations: Int = 0, converged: Bool
    ) {
      self.point = point
      self.value = value
      self.gradient = gradient
      self.evaluations = evaluations
      self.undefinedEvaluations = undefinedEvaluations
      self.converged = converged
    }
  }

  /// Minimises from every row of `starts` inside its box.
  ///
  /// - Parameters:
  ///   - objective: the function.
  ///   - starts: one start a row; projected into its box.
  ///   - boxes: one box per start.
  ///   - scale: typical width of every coordinate.
  ///   - noise: differences of values below this are no evidence of an ascent.
  /// - Returns: one minimum per start, in order.
  /// - Throws: what the objective throws.
  public func minimize(
    _ objective: Objective, starts: Matrix<Double>, boxes: [Box], scale: [Double],
    noise: Double = 0
  ) throws -> [Minimum] {
    precondition(starts.rows == boxes.count, "one box per start")
    return try minimize(
      objective,
      from: boxes.indices.map {
        SearchStart(point: starts.row($0), box: boxes[$0], scale: scale)
      }, noise: noise)
  }

  /// Minimises from every start; as ``minimize(_:starts:boxes:scale:noise:)``.
  public func minimize(
    _ objective: Objective, from starts: [SearchStart], noise: Double = 0
  ) throws -> [Minimum] {
    let (tolerance, memory) = (gradientTolerance, memory)
    var searches = starts.map { QuasiNewtonSearch($0, noise: noise) }
    for _ in 0..<maximumRounds {
      let running = searches.indices.filter { !searches[$0].isFinished }
      if running.isEmpty { break }
      var trials: [Double] = []
      trials.reserveCapacity(running.count * objective.dimension)
      for i in running { trials.append(contentsOf: searches[i].trial) }
      let (values, gradients) = try objective(
        Matrix(rows: running.count, columns: objective.dimension, elements: trials))
      searches.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let searches = DisjointRows(base)
        // The work of a row is some microseconds; waking a thread costs more than a few of them.
        parallelFor(running.count, grain: 16) { rows in
          for row in rows {
            searches.base[running[row]].receive(
              value: values[row], gradient: gradients.row(row), tolerance: tolerance,
              memory: memory)
          }
        }
      }
    }
    return searches.map(\.minimum)
  }
}
