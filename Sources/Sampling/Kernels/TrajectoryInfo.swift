/// What a step of Hamiltonian dynamics did with every chain: the statistics that Stan and ArviZ
/// keep for each draw.
public struct TrajectoryInfo: Sendable {
  /// Length of a leapfrog step in units of the metric.
  public var stepSize: Double
  /// The energy H = -ln p + kinetic energy of every chain's new point, with the momentum that it
  /// was reached with.
  public var energies: [Double]
  /// Doublings of every chain's trajectory; zeros for Hamiltonian Monte Carlo of given length.
  public var treeDepths: [Int]
  /// Leapfrog steps, i.e. gradients, of every chain.
  public var leapfrogSteps: [Int]
  /// Whether a chain's trajectory diverged (an energy error above 1000).
  public var diverged: [Bool]

  /// A record for some chains, to be filled.
  public init(stepSize: Double, chains: Int) {
    self.stepSize = stepSize
    energies = Array(repeating: 0, count: chains)
    treeDepths = Array(repeating: 0, count: chains)
    leapfrogSteps = Array(repeating: 0, count: chains)
    diverged = Array(repeating: false, count: chains)
  }
}
