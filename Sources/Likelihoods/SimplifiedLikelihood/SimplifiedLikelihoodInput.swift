public import NumericalCore

/// The published numbers from which a simplified likelihood is made, one value a bin.
public struct SimplifiedLikelihoodInput: Sendable, Equatable {
  /// Unique names of the bins.
  public var binNames: [String]
  /// Observed counts n_i: real numbers >= 0.
  public var observed: [Double]
  /// Mean background b_i.
  public var background: [Double]
  /// Covariance V_ij of the background, in squared counts.
  public var covariance: Matrix<Double>
  /// Third central moments of the background; `nil` is the linear limit.
  public var thirdMoments: [Double]?
  /// Expected signal s_i at a signal strength of 1; without it there is no parameter of interest.
  public var signal: [Double]?
  /// What is done with a third moment that is too large for its variance.
  public var thirdMomentPolicy: ThirdMoment.Policy
  /// Name, range and start of the signal strength.
  public var parameterOfInterest: SignalStrength

  /// The signal strength of a simplified likelihood.
  public struct SignalStrength: Sendable, Equatable {
    /// Name of the parameter.
    public var name: String
    /// Starting value of fits.
    public var initial: Double
    /// Lower bound, `-.infinity` if there is none.
    public var lower: Double
    /// Upper bound, `.infinity` if there is none.
    public var upper: Double

    /// A signal strength, by default `mu` in [0, 10] with the start 1.
    public init(
      name: String = "mu", initial: Double = 1, lower: Double = 0, upper: Double = 10
    ) {
      self.name = name
      self.initial = initial
      self.lower = lower
      self.upper = upper
    }
  }

  /// Inputs from their parts; without names the bins are `bin_1`, `bin_2`, ….
  public init(
    observed: [Double], background: [Double], covariance: Matrix<Double>,
    thirdMoments: [Double]? = nil, thirdMomentPolicy: ThirdMoment.Policy = .refuse,
    signal: [Double]? = nil, binNames: [String]? = nil,
    parameterOfInterest: SignalStrength = SignalStrength()
  ) {
    self.binNames = binNames ?? observed.indices.map { "bin_\($0 + 1)" }
    self.observed = observed
    self.background = background
    self.covariance = covariance
    self.thirdMoments = thirdMoments
    self.thirdMomentPolicy = thirdMomentPolicy
    self.signal = signal
    self.parameterOfInterest = parameterOfInterest
  }

  /// Checks lengths, signs and names; the moments are checked by ``QuadraticCoefficients``.
  func validate() throws(SimplifiedLikelihoodError) {
    let n = observed.count
    guard n > 0 else {
      throw .value(field: "observed", bin: nil, expected: "at least one bin", found: "none")
    }
    guard binNames.count == n else {
      throw .length(field: "bins", expected: n, found: binNames.count)
    }
    var seen: Set<String> = []
    for name in binNames {
      guard !name.isEmpty, seen.insert(name).inserted else {
        throw .value(
          field: "bins", bin: nil, expected: "different names that are not empty",
          found: name.isEmpty ? "an empty name" : "'\(name)' twice")
      }
    }
    try check(observed, "observed", "a finite count >= 0") { $0 >= 0 }
    try check(background, "background", "a finite mean >= 0") { $0 >= 0 }
    if let signal { try check(signal, "signal", "a finite number") { _ in true } }
  }

  private func check(
    _ values: [Double], _ field: String, _ expected: String, _ isAllowed: (Double) -> Bool
  ) throws(SimplifiedLikelihoodError) {
    guard values.count == binNames.count else {
      throw .length(field: field, expected: binNames.count, found: values.count)
    }
    for (name, value) in zip(binNames, values) where !(value.isFinite && isAllowed(value)) {
      throw .value(field: field, bin: name, expected: expected, found: "\(value)")
    }
  }
}
