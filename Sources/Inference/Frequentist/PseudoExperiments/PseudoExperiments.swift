/// A study with pseudo-experiments: random data of a model at values of one parameter, and the
/// maxima of the log density of each data set.
///
/// The study is this value; `run` makes the results. Toy `k` of a generating value has the same
/// data whatever the other values, the number of toys, of threads or of files among which the work
/// is divided.
///
/// ```swift
/// let study = PseudoExperiments(parameter: "mu", coverageAt: [0, 0.5, 1], toys: 2000)
/// let results = try study.run(ToyLHCSearch())
/// for coverage in try results.coverages() { print(coverage.tested, coverage.levels) }
/// ```
public struct PseudoExperiments: Codable, Sendable, Equatable {
  /// A value at which data are generated, and the value tested with them.
  public struct Point: Codable, Sendable, Hashable {
    /// The value of the parameter at which the data are generated.
    public var generated: Double
    /// The value of the parameter that is tested.
    public var tested: Double

    /// A pair of values.
    public init(generated: Double, tested: Double) {
      // Zero has one sign only: values are compared by their bits elsewhere.
      self.generated = generated + 0
      self.tested = tested + 0
    }
  }

  /// Where the nuisance parameters of the generated data come from.
  public enum Construction: String, Codable, Sendable, CaseIterable {
    /// Their maxima under the generating value, given the observed data (arXiv:1911.03305 calls it
    /// profile construction).
    case profile
    /// Random for every toy: from the prior, or the auxiliary measurements under a flat prior, or
    /// from draws that are given (hybrid, or marginal, construction).
    case hybrid
  }

  /// The parameter.
  public var parameter: String
  /// What is generated and tested.
  public var points: [Point]
  /// Pseudo-experiments at every point.
  public var toys: Int
  /// Number of the first one: studies with disjoint ranges can be merged.
  public var firstToy: Int
  /// Where the nuisance parameters come from.
  public var construction: Construction
  /// Whether the auxiliary measurements fluctuate too. By default they do in the profile
  /// construction; in the hybrid one it is the nuisance parameters that vary.
  public var fluctuatesAuxiliary: Bool
  /// Whether toys with a negative best value are fitted under the value zero too, for q̃.
  public var fitsZero: Bool
  /// Seed of the random numbers.
  public var seed: UInt64

  /// A study of the given points.
  public init(
    parameter: String, points: [Point], toys: Int, firstToy: Int = 0,
    construction: Construction = .profile, fluctuatesAuxiliary: Bool? = nil,
    fitsZero: Bool = false, seed: UInt64 = 1
  ) {
    self.parameter = parameter
    self.points = points
    self.toys = toys
    self.firstToy = firstToy
    self.construction = construction
    self.fluctuatesAuxiliary = fluctuatesAuxiliary ?? (construction == .profile)
    self.fitsZero = fitsZero
    self.seed = seed
  }

  /// A study of coverage: every value is tested with data generated at it.
  public init(
    parameter: String, coverageAt values: [Double], toys: Int, firstToy: Int = 0,
    construction: Construction = .profile, fluctuatesAuxiliary: Bool? = nil, seed: UInt64 = 1
  ) {
    self.init(
      parameter: parameter, points: values.map { Point(generated: $0, tested: $0) }, toys: toys,
      firstToy: firstToy, construction: construction, fluctuatesAuxiliary: fluctuatesAuxiliary,
      seed: seed)
  }

  /// The toys that a hypothesis test needs: of the tested value and of the alternative.
  public init(
    parameter: String, testing mu: Double, with statistic: TestStatistic, toys: Int,
    construction: Construction = .profile, fluctuatesAuxiliary: Bool? = nil, seed: UInt64 = 1
  ) {
    self.init(
      parameter: parameter,
      points: [
        Point(generated: mu, tested: mu), Point(generated: statistic.alternative, tested: mu),
      ], toys: toys, construction: construction, fluctuatesAuxiliary: fluctuatesAuxiliary,
      fitsZero: statistic == .qtilde, seed: seed)
  }

  /// The numbers of the toys.
  public var range: Range<Int> { firstToy..<firstToy + max(toys, 0) }

  /// Random streams have 2^32 steps.
  static let largestToy = Int(UInt32.max)

  /// Checks what the type cannot.
  ///
  /// - Throws: ``PseudoExperimentError/configuration(_:)``.
  func check() throws {
    func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
      if !condition { throw PseudoExperimentError.configuration(message()) }
    }
    try require(!points.isEmpty, "there are no values of '\(parameter)' to generate data at")
    try require(
      Set(points).count == points.count, "a value of '\(parameter)' appears twice")
    for point in points {
      try require(
        point.generated.isFinite && point.tested.isFinite,
        "the values \(point.generated) and \(point.tested) of '\(parameter)': expected numbers")
    }
    try require(toys > 0, "\(toys) toys: expected at least 1")
    try require(
      firstToy >= 0 && firstToy <= Self.largestToy - toys,
      "the first toy \(firstToy): expected a number between 0 and \(Self.largestToy - toys)")
  }
}
