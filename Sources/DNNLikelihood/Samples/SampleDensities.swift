internal import Foundation

/// The log-likelihood, log-prior and log-posterior of every row, completed from what a table has.
struct SampleDensities {
  /// `nil` if only the posterior is known.
  let logLikelihoods, logPriors: [Double]?
  let logPosteriors: [Double]
  /// How they were made, in words.
  let account: String
  /// The constant by which the log-posterior of the file exceeds the sum of its parts.
  private(set) var offset = 0.0

  /// Completes the densities of a table.
  ///
  /// - Throws: ``InputError`` if they cannot be completed or contradict each other.
  init(_ table: SampleTable, prior: SampleImport.Prior) throws {
    let n = table.points.rows
    let (likelihoods, priors) = (table.logLikelihoods, table.logPriors)
    if prior == .flat, priors != nil {
      throw InputError.malformed(
        table.source, place: "log-prior", expected: "none, as --flat-prior says", found: "a column")
    }
    switch (likelihoods, priors, table.logPosteriors) {
    case (let likelihoods?, let priors?, let posteriors):
      logLikelihoods = likelihoods
      logPriors = priors
      let sums = zip(likelihoods, priors).map { $0 + $1 }
      logPosteriors = sums
      account = "log-likelihood and log-prior as given"
      offset = try posteriors.map { try Self.offset($0, sums, table) } ?? 0
    case (let likelihoods?, nil, let posteriors?) where prior != .flat:
      logLikelihoods = likelihoods
      logPriors = zip(posteriors, likelihoods).map { $0.isFinite ? $0 - $1 : $0 }
      logPosteriors = posteriors
      account = "log-prior = log-posterior - log-likelihood"
    case (nil, let priors?, let posteriors?):
      logLikelihoods = zip(posteriors, priors).map { $0.isFinite ? $0 - $1 : $0 }
      logPriors = priors
      logPosteriors = posteriors
      account = "log-likelihood = log-posterior - log-prior"
    case (let likelihoods?, nil, let posteriors):
      logLikelihoods = likelihoods
      logPriors = Array(repeating: 0, count: n)
      logPosteriors = likelihoods
      account =
        prior == .flat
        ? "flat prior" : "no prior in the file: the log-posterior is the log-likelihood"
      offset = try posteriors.map { try Self.offset($0, likelihoods, table) } ?? 0
    case (nil, nil, let posteriors?):
      guard prior != .separate else {
        throw InputError.malformed(
          table.source, place: "densities",
          expected: "a log-likelihood or a log-prior beside the log-posterior: --log-prior COLUMN, "
            + "or --flat-prior if it was flat, or --posterior-only to keep the sum",
          found: "the log-posterior alone, from which the likelihood cannot be separated")
      }
      logPosteriors = posteriors
      logLikelihoods = prior == .flat ? posteriors : nil
      logPriors = prior == .flat ? Array(repeating: 0, count: n) : nil
      account =
        prior == .flat
        ? "flat prior: the log-posterior is the log-likelihood up to a constant"
        : "log-posterior alone: other priors cannot be exchanged in"
    case (nil, _, nil):
      throw InputError.malformed(
        table.source, place: "columns",
        expected: "a log-likelihood, a log-posterior or chi2 under a usual name, or the options "
          + "--log-likelihood, --log-posterior, --chi2",
        found: listed(table.names + table.ignored))
    }
  }

  /// The constant by which the posteriors of a file exceed the sum of their parts.
  private static func offset(
    _ posteriors: [Double], _ sums: [Double], _ table: SampleTable
  ) throws -> Double {
    func difference(_ i: Int) -> Double { posteriors[i] - sums[i] }
    guard let first = sums.indices.first(where: { difference($0).isFinite }) else { return 0 }
    let offset = difference(first)
    for i in sums.indices where difference(i).isFinite {
      // Files hold six digits or more.
      let tolerance = 1e-5 * max(1, abs(posteriors[i]), abs(sums[i]), abs(posteriors[first]))
      guard abs(difference(i) - offset) <= tolerance else {
        throw InputError.malformed(
          table.source, place: table.place(i),
          expected: "the log-posterior \(sums[i] + offset): its parts and the constant of "
            + table.place(first), found: "\(posteriors[i])")
      }
    }
    return abs(offset) <= 1e-5 * max(1, abs(posteriors[first])) ? 0 : offset
  }
}
