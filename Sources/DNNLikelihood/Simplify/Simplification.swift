public import Likelihoods
internal import NumericalCore
public import Sampling

/// Derives a simplified likelihood from a full model: the moments of its background from draws of
/// its nuisance parameters, its signal from its expectations (arXiv:1809.05548).
///
/// What is lost: the effect of nuisance parameters on the signal, moments beyond the third, and
/// third moments between different bins. ``SimplificationComparison`` measures it.
public struct Simplification: Sendable, Codable {
  /// The distribution of the nuisance parameters.
  public enum Source: String, Codable, Sendable, CaseIterable {
    /// Priors or auxiliary measurements alone ("pre-fit").
    case prior
    /// The posterior without signal, given the observed counts ("post-fit"). The simplified
    /// likelihood then knows the counts twice, unless the bins from which the background is
    /// learnt are left out of it.
    case posterior
  }

  /// Numbers of draws that can be asked for.
  public static let allowedDraws = 1...100_000_000

  /// The distribution of the nuisance parameters.
  public var source: Source
  /// Draws, rounded up to whole groups.
  public var draws: Int
  /// Seed of the draws.
  public var seed: UInt64

  /// A derivation; the defaults suit models of tens of bins.
  public init(source: Source = .prior, draws: Int = 100_000, seed: UInt64 = 1) {
    self.source = source
    self.draws = draws
    self.seed = seed
  }

  private static let countedTwice =
    "the moments are those given the observed counts, which the simplified likelihood holds again: "
    + "its errors are too small unless other bins constrain the background"

  /// A derived simplified likelihood.
  public struct Result: Sendable {
    /// The numbers, with their statistical errors and what they were made with.
    public var file: SimplifiedLikelihoodFile
    /// The simplified likelihood.
    public var likelihood: SimplifiedLikelihood
    /// What was changed in the moments, and what to keep in mind, in words.
    public var notes: [String]
    /// Whether the draws and the fits of the comparison can be trusted.
    public var isValid: Bool
    /// Whether the chains of the posterior have converged; `nil` for draws from priors, which are
    /// independent.
    public var chainsConverged: Bool?
  }

  /// The simplified likelihood of a model with one signal strength.
  ///
  /// - Parameters:
  ///   - model: the full model.
  ///   - name: its name, for the record.
  ///   - comparison: how its error is measured; not at all if there is none.
  ///   - onProgress: return false to stop.
  /// - Throws: ``InputError`` if the model has no parameter of interest or its expectations are not
  ///   linear in it, `UnconstrainedNuisances` if nuisance parameters have no distribution before
  ///   the fit, `SamplingCancelled`, errors of fits and
  ///   of the numbers.
  public func run(
    _ model: some BinnedModel, named name: String,
    comparedBy comparison: SimplificationComparison? = nil,
    onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> Result {
    guard Self.allowedDraws.contains(draws) else {
      throw InputError.value(
        "draws", expected: "a number from 1 to \(Self.allowedDraws.upperBound)", found: "\(draws)")
    }
    let space = model.parameters
    guard let index = space.parameterOfInterest else {
      throw InputError.value(
        name, expected: "a likelihood with a parameter of interest", found: "none")
    }
    let signal = try SignalTemplate(model, interest: index, named: name)
    let drawn: NuisanceDraws
    switch source {
    case .prior:
      drawn = try NuisanceDraws(
        prior: model, count: draws, holding: signal.background, seed: seed)
    case .posterior:
      drawn = try NuisanceDraws(
        posterior: model, count: draws, holding: signal.background, seed: seed,
        onProgress: onProgress)
    }
    let moments = ExpectedCountMoments(of: model, over: drawn)
    let interest = space.parameters[index]
    let input = SimplifiedLikelihoodInput(
      observed: model.observedCounts, background: moments.means, covariance: moments.covariance,
      thirdMoments: moments.thirdMoments, thirdMomentPolicy: .clip, signal: signal.counts,
      binNames: model.binNames,
      parameterOfInterest: .init(
        name: interest.name, initial: interest.initial, lower: interest.lower,
        upper: interest.upper))
    let likelihood = try SimplifiedLikelihood(input)
    var notes = likelihood.notes
    if source == .posterior { notes.append(Self.countedTwice) }
    notes += drawn.notes
    let accuracy = try comparison?.run(
      full: model, simplified: likelihood, along: interest.name)
    if let leftOut = accuracy?.valuesLeftOut {
      notes.append(
        "not compared, as no fit of the full or of the simplified likelihood finds a density above "
          + "zero there: \(interest.name) = "
          + leftOut.map { "\($0)" }.joined(separator: ", "))
    }
    var file = SimplifiedLikelihoodFile(
      input, summary: "Simplified likelihood (arXiv:1809.05548) of \(name)",
      provenance: drawn.provenance.merging([
        "model": name, "framework_version": frameworkVersion,
        "notes": notes.joined(separator: "; "),
      ]) { $1 }, momentErrors: moments.errors)
    file.accuracy = accuracy
    return Result(
      file: file, likelihood: likelihood, notes: notes,
      isValid: drawn.isValid && accuracy?.isValid ?? true,
      chainsConverged: source == .posterior ? drawn.isValid : nil)
  }
}

/// The signal of a model: its expected counts at a signal strength of 1 less those at 0, with the
/// nuisance parameters at their initial values.
struct SignalTemplate {
  /// Expected signal, one a bin.
  let counts: [Double]
  /// The point at which there is no signal.
  let background: [Double]

  /// - Throws: ``InputError`` if the expected counts are not linear in the signal strength.
  init(_ model: some BinnedModel, interest index: Int, named name: String) throws {
    let space = model.parameters
    let strengths = [0.0, 1, 0.5, 2]
    var points = Matrix<Double>(rows: strengths.count, columns: space.count, repeating: 0)
    for (i, strength) in strengths.enumerated() {
      points.setRow(i, to: space.initialValues)
      points[i, index] = strength
    }
    let expected = model.expectedCounts(at: points)
    let signal = (0..<expected.columns).map { expected[1, $0] - expected[0, $0] }
    for (bin, binName) in model.binNames.enumerated() {
      let size = max(abs(expected[0, bin]), abs(expected[1, bin]))
      for row in [2, 3] {
        let straight = expected[0, bin] + strengths[row] * signal[bin]
        guard abs(expected[row, bin] - straight) <= 1e-9 * max(size, 1e-300) else {
          throw InputError.value(
            name,
            expected: "counts that are linear in '\(space.names[index])', such as "
              + "\(straight) in bin '\(binName)' at \(strengths[row])",
            found: "\(expected[row, bin])")
        }
      }
    }
    counts = signal
    background = points.row(0)
  }
}
