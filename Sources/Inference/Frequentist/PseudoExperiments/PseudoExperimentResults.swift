internal import Likelihoods

/// What tells one likelihood from another: its parameters and its value at the initial point, which
/// depends on the data.
public struct LikelihoodFingerprint: Codable, Sendable, Equatable {
  /// Names of the parameters.
  public let parameters: [String]
  /// The log density at the initial values.
  public let logDensity: Double
  /// A number that depends on the draws of nuisance parameters, where there are any.
  public let drawsDigest: UInt64?

  init(_ density: some GenerativeModel, drawsDigest: UInt64?) {
    parameters = density.parameters.names
    logDensity = max(
      density.logDensity(at: density.parameters.initialValues), -.greatestFiniteMagnitude)
    self.drawsDigest = drawsDigest
  }
}

/// The maxima of the observed data.
public struct ObservedMaxima: Codable, Sendable, Equatable {
  /// The maximum under a value of the parameter.
  public struct Conditional: Codable, Sendable, Equatable {
    /// The value.
    public let value: Double
    /// The maximum, one value a parameter.
    public let point: [Double]
    /// The log density there.
    public let logDensity: Double
  }

  /// The value of the parameter at the free maximum.
  public let best: Double
  /// The log density at the free maximum.
  public let free: Double
  /// The maxima under the values of the study, ascending.
  public let conditional: [Conditional]
  /// Whether all fits have valid certificates.
  public let isCertified: Bool

  init(_ scan: ProfileScan, index: Int) {
    best = scan.best.values[index]
    free = scan.best.logDensity
    isCertified = scan.isValid
    conditional = zip(scan.values, scan.fits).map {
      Conditional(
        value: $0 + 0, point: $1.values,
        logDensity: max($1.logDensity, -.greatestFiniteMagnitude))
    }
  }

  init(best: Double, free: Double, conditional: [Conditional], isCertified: Bool) {
    self.best = best
    self.free = free
    self.conditional = conditional
    self.isCertified = isCertified
  }

  /// A test statistic of the observed data; `nil` for a value that is not in the study.
  public func value(of statistic: TestStatistic, at mu: Double) -> Double? {
    let zero = conditional.first { $0.value == 0 }?.logDensity
    guard let tested = conditional.first(where: { $0.value == mu })?.logDensity else { return nil }
    if statistic == .qtilde, best < 0, zero == nil { return nil }
    return statistic.value(at: mu, best: best, free: free, tested: tested, zero: zero ?? free)
  }
}

/// The pseudo-experiments of a study, with the maxima of the observed data.
public struct PseudoExperimentResults: Sendable, Equatable {
  /// The study.
  public private(set) var study: PseudoExperiments
  /// The likelihood.
  public let likelihood: LikelihoodFingerprint
  /// The maxima of the observed data.
  public private(set) var observed: ObservedMaxima
  private var experiments: [PseudoExperiments.Point: [PseudoExperiment]]

  init(
    study: PseudoExperiments, likelihood: LikelihoodFingerprint, observed: ObservedMaxima,
    experiments: [PseudoExperiments.Point: [PseudoExperiment]]
  ) {
    self.study = study
    self.likelihood = likelihood
    self.observed = observed
    self.experiments = experiments
  }

  /// The pseudo-experiments of a point, by their numbers.
  public func experiments(at point: PseudoExperiments.Point) -> [PseudoExperiment] {
    experiments[point] ?? []
  }

  /// All pseudo-experiments together.
  public var count: Int { experiments.values.reduce(0) { $0 + $1.count } }

  /// Whether every toy of the study is there.
  public var isComplete: Bool {
    study.points.allSatisfy { point in
      Set(experiments(at: point).map(\.toy)).isSuperset(of: study.range)
    }
  }

  /// Toys whose fits have no valid certificates; they are among the others with what was found.
  public var uncertified: Int {
    experiments.values.reduce(0) { $0 + $1.filter { !$0.isCertified }.count }
  }

  /// Toys that needed thorough fits.
  public var retried: Int {
    experiments.values.reduce(0) { $0 + $1.filter(\.isRetried).count }
  }

  /// Whether the study is complete, the fits of the observed data are certified, and at every point
  /// the uncertified toys are too few to move a coverage of 95 % by its Monte Carlo error.
  public var isValid: Bool {
    isComplete && observed.isCertified
      && study.points.allSatisfy { point in
        let toys = experiments(at: point)
        let bad = Double(toys.filter { !$0.isCertified }.count)
        return bad <= 0.2 * Double(toys.count).squareRoot()
      }
  }

  mutating func append(_ found: [PseudoExperiment], at point: PseudoExperiments.Point) {
    var list = experiments[point] ?? []
    let isAscending = (list.last?.toy ?? -1) < (found.first?.toy ?? 0)
    list += found
    if !isAscending { list.sort { $0.toy < $1.toy } }
    experiments[point] = list
  }

  /// Adds earlier results of this study, which are those of an interrupted run or of fewer toys.
  mutating func add(_ earlier: PseudoExperimentResults) throws {
    try requireSameStudy(as: earlier)
    guard earlier.study.points == study.points else {
      throw PseudoExperimentError.different(
        what: "the list of values", first: Self.text(earlier.study), second: Self.text(study))
    }
    experiments = earlier.experiments
  }

  private static func text(_ study: PseudoExperiments) -> String {
    study.points.map {
      $0.generated == $0.tested ? "\($0.tested)" : "\($0.tested) from \($0.generated)"
    }.joined(separator: ", ")
  }

  /// Checks that toys of other results may stand beside these.
  ///
  /// - Throws: ``PseudoExperimentError/different(what:first:second:)``.
  func requireSameStudy(as other: PseudoExperimentResults) throws {
    func require<Value: Equatable>(_ what: String, _ value: (PseudoExperimentResults) -> Value)
      throws
    {
      let (first, second) = (value(other), value(self))
      if first != second {
        throw PseudoExperimentError.different(what: what, first: "\(first)", second: "\(second)")
      }
    }
    try require("the parameter") { $0.study.parameter }
    try require("the construction") { $0.study.construction.rawValue }
    try require("whether auxiliary measurements fluctuate") { $0.study.fluctuatesAuxiliary }
    try require("whether toys are fitted under zero") { $0.study.fitsZero }
    try require("the seed") { $0.study.seed }
    try require("the number of parameters") { $0.likelihood.parameters.count }
    try require("the list of parameters") { $0.likelihood.parameters }
    try require("the log density at the initial values") { $0.likelihood.logDensity }
    try require("the digest of the draws") { $0.likelihood.drawsDigest ?? 0 }
  }

  /// These results and others together: other toys of the same values, or other values.
  ///
  /// - Throws: ``PseudoExperimentError`` if the studies differ or a toy appears twice.
  public func merging(_ other: PseudoExperimentResults) throws -> PseudoExperimentResults {
    try requireSameStudy(as: other)
    var result = self
    for point in other.study.points {
      let new = other.experiments(at: point)
      let known = Set(experiments(at: point).map(\.toy))
      let twice = new.map(\.toy).filter(known.contains)
      if let first = twice.first, let last = twice.last {
        throw PseudoExperimentError.overlap(
          parameter: study.parameter, point: point, toys: first...last)
      }
      result.append(new, at: point)
    }
    result.study.points = Set(study.points + other.study.points)
      .sorted { ($0.tested, $0.generated) < ($1.tested, $1.generated) }
    let first = min(study.firstToy, other.study.firstToy)
    result.study.firstToy = first
    result.study.toys = max(study.range.upperBound, other.study.range.upperBound) - first
    let higher = observed.free >= other.observed.free ? observed : other.observed
    let known = Set(higher.conditional.map(\.value))
    let rest = (observed.conditional + other.observed.conditional).filter {
      !known.contains($0.value)
    }
    result.observed = ObservedMaxima(
      best: higher.best, free: higher.free,
      conditional: (higher.conditional + rest).sorted { $0.value < $1.value },
      isCertified: observed.isCertified && other.observed.isCertified)
    return result
  }
}
