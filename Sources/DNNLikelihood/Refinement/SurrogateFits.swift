internal import Inference
internal import Surrogates

/// Maxima of a surrogate, searched as those of its likelihood were.
struct SurrogateFits {
  /// The maximum.
  let best: FitResult
  /// The profile, where there is one of the likelihood.
  let profile: ProfileScan?

  /// Searches the maxima, in double precision; `nil` where the surrogate has none that can be found.
  ///
  /// - Parameter truth: the profile of the likelihood; `nil` if there is none.
  init?(of surrogate: SurrogateLikelihood, like truth: ProfileScan?) throws {
    let precise = surrogate.inDoublePrecision
    do {
      profile = try truth.map { try ProfileScan(of: precise, along: $0.parameter, at: $0.values) }
      best = try profile?.best ?? MaximumLikelihood().fit(precise)
    } catch is FitError {
      return nil
    }
  }

  /// The conditional maxima.
  var profiled: [FitResult] { profile?.fits ?? [] }
}
