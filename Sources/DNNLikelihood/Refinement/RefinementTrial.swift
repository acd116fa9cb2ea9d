internal import NumericalCore
internal import Sampling

/// A network of a round with what fresh points say about it.
struct RefinementTrial {
  let training: RefinementTraining
  let fresh: FreshPoints
  /// How far chains of the network went with the likelihood's consent.
  let reach: SamplingReach
  let measurement: SurrogateMeasurement
  /// Maxima of the network; `nil` where its draws are not yet to be trusted.
  let fits: SurrogateFits?

  /// The network that is right furthest from the known points and, of several, the one with the
  /// smallest error; and the others.
  ///
  /// Points that are known say little: a network may describe them well and be wrong beside them.
  static func best(of trials: [RefinementTrial]) -> (
    best: RefinementTrial, others: [RefinementTrial]
  ) {
    precondition(!trials.isEmpty, "a round has a network")
    let order = trials.indices.sorted { trials[$0].rank < trials[$1].rank }
    return (trials[order[0]], order.dropFirst().map { trials[$0] })
  }

  /// Smaller for better networks.
  private var rank: (Int, Int, Double) {
    (-reach.rawValue, -measurement.standing, measurement.rmse.value)
  }
}

/// Draws of a surrogate with what the likelihood says there.
struct FreshPoints {
  let draws: Chains
  let values: [Double]
  let gradients: Matrix<Double>?

  /// Surrogate less likelihood, at every draw.
  var errors: [Double] { zip(draws.logDensities, values).map { $0 - $1 } }
}
