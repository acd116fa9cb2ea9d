/// What a column can be besides a parameter.
public enum SampleRole: String, Sendable, CaseIterable, Codable {
  case logLikelihood, logPrior, logPosterior, weight

  /// The option of the command line that names the column.
  var option: String {
    switch self {
    case .logLikelihood: "--log-likelihood"
    case .logPrior: "--log-prior"
    case .logPosterior: "--log-posterior"
    case .weight: "--weight"
    }
  }
}

/// A role, and the factor that makes it of a column: -1 for `minuslogpost`, -1/2 for `chi2`.
struct SampleMeaning: Sendable, Equatable {
  let role: SampleRole
  let factor: Double

  /// What a name usually means; `nil` for names that can be parameters. Case, `_`, `-`, blanks and
  /// dots do not matter.
  init?(of name: String) {
    guard let found = Self.usual[Self.plain(name)] else { return nil }
    self = found
  }

  init(_ role: SampleRole, _ factor: Double = 1) {
    self.role = role
    self.factor = factor
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().filter { !"_- .".contains($0) }
  }

  private static let usual: [String: SampleMeaning] = {
    let likelihoods = [
      "logl", "loglike", "loglikelihood", "loglik", "lnl", "lnlike", "lnlikelihood",
    ]
    let negative = ["nll", "deltanll"]
    let squares = ["chi2", "chisq", "chisquare", "deltachi2", "dchi2", "twonll", "2nll", "m2lnl"]
    let posteriors = [
      "logpdf", "logprob", "lnprob", "lp", "logpost", "logposterior", "lnpost", "lnposterior",
      "logdensity",
    ]
    let priors = ["logprior", "lnprior"]
    let weights = ["weight", "weights", "multiplicity"]
    var result: [String: SampleMeaning] = [:]
    func add(_ names: [String], _ role: SampleRole, _ factor: Double = 1) {
      for name in names { result[name] = SampleMeaning(role, factor) }
    }
    for (names, role) in [
      (likelihoods, SampleRole.logLikelihood), (posteriors, .logPosterior), (priors, .logPrior),
    ] {
      add(names, role)
      add(names.map { "minus" + $0 } + names.map { "neg" + $0 }, role, -1)
      add(names.map { "minus2" + $0 }, role, -0.5)
    }
    add(negative, .logLikelihood, -1)
    add(squares, .logLikelihood, -0.5)
    add(weights, .weight)
    return result
  }()

  /// Whether a column of this name is hardly a parameter: part of a density, or a counter.
  static func isSuspicious(_ name: String) -> Bool {
    let plain = plain(name)
    let counters = [
      "", "chain", "draw", "iter", "iteration", "step", "walker", "index", "id", "sample",
    ]
    let densities = [
      "chi2", "chisq", "loglik", "lnlik", "logprior", "lnprior", "logpost", "lnpost", "logprob",
      "lnprob", "logpdf", "minuslog",
    ]
    return counters.contains(plain) || plain.hasPrefix("unnamed")
      || densities.contains { plain.contains($0) }
  }
}
