public import NumericalCore

/// The walkers of a run: what has to be carried from one step to the next.
public struct WalkerState: Sendable {
  /// Positions, one walker a row.
  public var positions: Matrix<Double>
  /// Log densities of the walkers.
  public var logDensities: [Double]
  /// Gradients of the log density, for kernels that use them.
  public var gradients: Matrix<Double>?
  /// Memory of Hamiltonian trajectories, kept for the next one.
  var flow: LeapfrogFlow?
  /// Buffers of ensemble kernels, kept for the next step; they carry nothing over.
  var ensemble: EnsembleWorkspace?
  /// The scale that ensemble slice sampling has found; a continued run needs it.
  public var slice: SliceTuning?
  /// Memory of no-U-turn trajectories, kept for the next ones.
  var forest: TrajectoryForest?

  /// Number of walkers.
  public var walkers: Int { positions.rows }
}

/// What a step did, for diagnosis.
public struct StepInfo: Sendable {
  /// Acceptance of every walker: 1 or 0, or a probability for Hamiltonian kernels.
  public var acceptance: [Double]
  /// Walkers whose trajectory diverged (an energy error above 1000).
  public var divergences: Int
  /// For ensemble kernels: what each move of the mixture did.
  public var moves: [MoveTally]
  /// Points at which the density was evaluated, where the kernel counts them.
  public var evaluations: Int?
  /// Numbers about the new position of every walker, in the order of the kernel's
  /// ``TransitionKernel/statisticNames``.
  public var statistics: [[Double]]

  /// A record of a step.
  public init(
    acceptance: [Double], divergences: Int = 0, moves: [MoveTally] = [], evaluations: Int? = nil,
    statistics: [[Double]] = []
  ) {
    self.acceptance = acceptance
    self.divergences = divergences
    self.moves = moves
    self.evaluations = evaluations
    self.statistics = statistics
  }
}

/// A Markov transition of many walkers at once that leaves a density invariant.
///
/// The kernel is a step. Loop, storage, adaptation and progress live elsewhere. Random numbers
/// are keyed by the step's number, so that a run can be continued from any state.
public protocol TransitionKernel: Sendable {
  /// Evaluates the density at the starting positions.
  ///
  /// - Throws: ``SamplingError`` if a log density is not finite.
  func initialState(_ positions: Matrix<Double>) throws -> WalkerState

  /// Advances every walker by one step.
  func step(_ state: inout WalkerState, number: Int) throws -> StepInfo

  /// What a kernel learns before or while it samples; a continued run starts with it.
  associatedtype Tuning: Codable & Sendable = NoTuning

  /// What has been learned: a metric, a step size. Setting it makes a fresh kernel go on as this
  /// one would, bit for bit.
  var tuning: Tuning { get set }

  /// Names of the numbers that steps report of every walker, as ArviZ calls them: `energy`,
  /// `tree_depth`, `diverging`.
  var statisticNames: [String] { get }

  /// The positions and log densities that are kept of a state, where they are not its own (a
  /// kernel that moves in transformed parameters).
  func draws(of state: WalkerState) -> (positions: Matrix<Double>, logDensities: [Double])
}

/// The tuning of a kernel that learns nothing.
public struct NoTuning: Codable, Sendable, Equatable {
  /// Nothing.
  public init() {}
}

extension TransitionKernel where Tuning == NoTuning {
  public var tuning: NoTuning {
    get { NoTuning() }
    set {}
  }
}

extension TransitionKernel {
  public var statisticNames: [String] { [] }

  public func draws(
    of state: WalkerState
  ) -> (positions: Matrix<Double>, logDensities: [Double]) {
    (state.positions, state.logDensities)
  }
}

/// What prevents sampling.
public enum SamplingError: Error, Equatable, CustomStringConvertible {
  case notFiniteAtStart(walker: Int, value: Double)
  case notANumber(walker: Int, point: [Double])
  case tooFewWalkers(found: Int, needed: Int, reason: String)
  case noFiniteStart(tries: Int)
  case field(String, expected: String, found: String)

  public var description: String {
    switch self {
    case .notFiniteAtStart(let walker, let value):
      return "walker \(walker) starts at a point where the log density is \(value)"
    case .notANumber(let walker, let point):
      let shown = point.prefix(6).map { "\($0)" }.joined(separator: ", ")
      return "the log density of walker \(walker) is not a number at (\(shown), …)"
    case .tooFewWalkers(let found, let needed, let reason):
      return "\(found) walkers are too few: at least \(needed) are needed, because \(reason)"
    case .noFiniteStart(let tries):
      return "no starting point with a finite log density in \(tries) draws around the initial "
        + "values of the parameters: expected some that are not -∞; check the initial values and "
        + "the bounds"
    case .field(let name, let expected, let found):
      return "\(name): expected \(expected), found \(found)"
    }
  }
}
