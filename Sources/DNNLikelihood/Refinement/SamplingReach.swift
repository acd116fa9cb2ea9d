/// How far chains on a surrogate go from points where the likelihood is known.
///
/// A network trained on few points has maxima of its own beyond them, and long chains would end
/// there. Chains go further only when the likelihood confirms where the shorter ones went.
enum SamplingReach: Int, Codable, Sendable, CaseIterable {
  /// A tenth of a standard deviation a step.
  case near
  /// Less than half of one.
  case middle
  /// Whole trajectories, but few.
  case far
  /// Until the starts are forgotten: draws of the surrogate.
  case equilibrium

  var trajectoryLength: Double {
    switch self {
    case .near: 0.1
    case .middle: 0.4
    case .far, .equilibrium: .pi / 2
    }
  }

  var warmUpSteps: Int {
    switch self {
    case .near: 10
    case .middle: 20
    case .far: 30
    case .equilibrium: 120
    }
  }

  var thinning: Int { self == .equilibrium ? 4 : 2 }

  /// Draws of each chain until there are two in equilibrium: one to go further, or two there.
  var drawsToEquilibrium: Int { SamplingReach.equilibrium.rawValue - rawValue + 2 }

  /// The next one.
  var further: SamplingReach { SamplingReach(rawValue: rawValue + 1) ?? .equilibrium }
}
