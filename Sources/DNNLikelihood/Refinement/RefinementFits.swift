internal import Inference
internal import Likelihoods
internal import Optimization

/// What a refinement has to know of its likelihood before the first round: the maximum and, where it
/// is affordable or asked for, the profile.
struct RefinementFits: Codable {
  /// The maximum.
  private(set) var maximum: FitResult
  /// The profile along the parameter of interest.
  private(set) var profile: ProfileScan?
  /// Evaluations that both took, with those before.
  private(set) var evaluations: Int

  /// Searches the maximum.
  init(of truth: CountedPosterior<some Posterior>) throws {
    maximum = try MaximumLikelihood().fit(truth)
    evaluations = truth.evaluations
  }

  /// Adds the profile where it is wanted and not yet there.
  ///
  /// - Returns: whether it was added.
  mutating func addProfile(
    of truth: CountedPosterior<some Posterior>, for target: AccuracyTarget,
    _ settings: RefinementSettings
  ) throws -> Bool {
    guard profile == nil, let interest = truth.parameters.parameterOfInterest else { return false }
    let parameter = truth.parameters.parameters[interest]
    let reach = 3 * (maximum.errors[interest] ?? maximum.widths[interest])
    let values =
      settings.profileValues
      ?? (-5...5).map { maximum.values[interest] + reach * Double($0) / 5 }
      .filter(parameter.allows)
    // A value has taken 0.5 (a workspace) to 1.4 times (the toy search) what the maximum took.
    let isAffordable =
      !truth.gradientIsDifferenced
      && evaluations * values.count * 3 / 2 <= (target.maximumEvaluations - evaluations) / 4
    guard target.testStatisticError != nil || isAffordable else { return false }
    let before = truth.evaluations
    let scan = try ProfileScan(of: truth, along: parameter.name, at: values, best: maximum)
    // It may have found a higher maximum on its way.
    maximum = scan.best
    profile = scan
    evaluations += truth.evaluations - before
    return true
  }

  /// What the fits lack, in words; `nil` for valid ones.
  var defect: String? {
    let certificate = maximum.certificate
    guard certificate.isValid else {
      return "the fit of the likelihood has not converged ("
        + certificate.defects.joined(separator: "; ") + ")"
    }
    guard profile?.isValid ?? true else {
      return "profiled fits of the likelihood have not converged"
    }
    return nil
  }

  /// Tests that the fits mean what the target takes them for: t_μ says nothing without the maximum.
  ///
  /// - Throws: ``UnconvergedFits``.
  func checkConvergence(for target: AccuracyTarget) throws {
    if target.testStatisticError != nil, let defect { throw UnconvergedFits(defect: defect) }
  }

  /// Tests that the target leaves enough for a first round.
  ///
  /// - Throws: ``InputError``.
  func checkCost(for target: AccuracyTarget) throws {
    let needed = evaluations + EvaluationBudget.leastRound
    guard target.maximumEvaluations >= needed else {
      throw InputError.value(
        "--max-evaluations",
        expected: "at least \(needed): the fit of the likelihood"
          + (profile == nil ? "" : " and its profile")
          + " took \(evaluations) (they are kept in --output), a round takes at least "
          + "\(EvaluationBudget.leastRound)",
        found: "\(target.maximumEvaluations)")
    }
  }
}

/// The fits of a likelihood whose test statistic is to be learned have not converged.
public struct UnconvergedFits: Error, CustomStringConvertible {
  /// What they lack.
  let defect: String

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    "--target-tmu: \(defect), so that t_mu is not known; see 'dnnlik fit', or give --target-rmse alone"
  }
}
