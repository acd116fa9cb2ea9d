internal import Foundation
internal import NumericalCore

/// The simplified likelihood of arXiv:1809.05548, eq. 2.14: Poisson counts whose background is
/// known by its moments.
///
/// L(μ, θ) = Π_i Pois(n_i | μ s_i + A_i + B_i θ_i + C_i θ_i²) · N(θ | 0, ρ), with the
/// ``QuadraticCoefficients`` of means, covariance and third moments. Parameters are the signal
/// strength (if there is a signal) and `theta_i` for every bin `i` (counted from 1) whose variance
/// is not 0.
///
/// The Poisson factors are the likelihood. The normal factor is the prior, together with a flat
/// prior of the signal strength, normalised if its range is finite and 1 otherwise. The log density
/// is -∞ where an expected count is negative, or is 0 with something observed.
public struct SimplifiedLikelihood: DifferentiableLogDensity, LogPosterior {
  public let parameters: ParameterSpace
  /// The numbers that it was made from.
  public private(set) var input: SimplifiedLikelihoodInput
  /// A, B, C and ρ, all bins.
  public let quadraticCoefficients: QuadraticCoefficients
  /// The bin of every nuisance parameter, in the order of the parameters.
  public let nuisanceBins: [Int]
  /// The normal factor of the nuisance parameters and the flat one of the signal strength.
  public private(set) var prior: ProductPrior
  private(set) var tables: SimplifiedLikelihoodTables

  /// Whether the first parameter is a signal strength.
  public var hasSignal: Bool { input.signal != nil }

  /// What was changed in the given moments to make the expansion possible, in words.
  public var notes: [String] { quadraticCoefficients.notes }

  /// The likelihood of the given numbers.
  ///
  /// - Throws: ``SimplifiedLikelihoodError`` for numbers that are not allowed, naming the bin;
  ///   ``ParameterError`` for the range of the signal strength.
  public init(_ input: SimplifiedLikelihoodInput) throws {
    try input.validate()
    let coefficients = try QuadraticCoefficients(
      means: input.background, covariance: input.covariance, thirdMoments: input.thirdMoments,
      binNames: input.binNames, policy: input.thirdMomentPolicy)
    let bins = input.observed.indices.filter(coefficients.varies)
    guard input.signal != nil || !bins.isEmpty else {
      throw SimplifiedLikelihoodError.noParameters
    }
    self.input = input
    quadraticCoefficients = coefficients
    nuisanceBins = bins
    tables = try SimplifiedLikelihoodTables(input, coefficients, nuisanceBins: bins)
    let space = try Self.parameters(input, coefficients, bins)
    parameters = space
    prior = try Self.prior(space, tables.correlation)
  }

  /// The likelihood with other counts and auxiliary measurements, the centres of the normal factor.
  init(replacing data: ModelData, in likelihood: SimplifiedLikelihood) {
    self = likelihood
    input.observed = data.main
    tables.setData(counts: data.main, centres: data.auxiliary)
    prior = ProductPrior(
      prior.factors,
      blocks: prior.blocks.map {
        .init(columns: $0.columns, normal: $0.normal.centred(at: data.auxiliary))
      })
  }

  private static func prior(
    _ space: ParameterSpace, _ correlation: Matrix<Double>
  ) throws(PriorError) -> ProductPrior {
    let factors = space.parameters.map { parameter in
      let width = parameter.upper - parameter.lower
      return width.isFinite
        ? ParameterPrior.uniform(
          lower: parameter.lower, upper: parameter.upper, logDensity: -log(width))
        : .flat(lower: parameter.lower, upper: parameter.upper)
    }
    let columns = space.parameters.indices.filter { space.parameters[$0].role == .nuisance }
    guard !columns.isEmpty else { return ProductPrior(factors) }
    let normal = try MultivariateNormalPrior(
      columns.map { space.names[$0] }, mean: columns.map { _ in 0 }, covariance: correlation)
    return ProductPrior(factors, blocks: [.init(columns: columns, normal: normal)])
  }

  private static func parameters(
    _ input: SimplifiedLikelihoodInput, _ coefficients: QuadraticCoefficients, _ bins: [Int]
  ) throws -> ParameterSpace {
    let strength = input.parameterOfInterest
    var result: [Parameter] = []
    if let signal = input.signal {
      var information = 0.0
      for (i, s) in signal.enumerated() {
        let spread = input.background[i] + input.covariance[i, i]
        if s != 0 { information += s * s / max(spread, abs(s)) }
      }
      result.append(
        Parameter(
          name: strength.name, role: .parameterOfInterest, initial: strength.initial,
          lower: strength.lower, upper: strength.upper,
          scale: information > 0 ? 1 / information.squareRoot() : 1,
          label: strength.name == "mu" ? "μ" : nil))
    }
    for i in bins {
      let added = strength.initial * (input.signal?[i] ?? 0)
      let start = try start(i, added, coefficients, input)
      result.append(
        Parameter(name: "theta_\(i + 1)", initial: start, label: "θ(\(input.binNames[i]))"))
    }
    return try ParameterSpace(result)
  }

  /// The value nearest to 0 at which the expected count of a bin is positive: A may be negative.
  private static func start(
    _ bin: Int, _ signal: Double, _ coefficients: QuadraticCoefficients,
    _ input: SimplifiedLikelihoodInput
  ) throws(SimplifiedLikelihoodError) -> Double {
    for step in 0...200 {
      for theta in [0.05 * Double(step), -0.05 * Double(step)]
      where signal + coefficients.expectation(bin, theta) > 0 { return theta }
    }
    throw .value(
      field: "background", bin: input.binNames[bin],
      expected: "an expected count above 0 within 10 standard deviations",
      found: "a mean of \(input.background[bin]) with the variance \(input.covariance[bin, bin]), "
        + "and \(signal) expected from the signal at its start")
  }
}
