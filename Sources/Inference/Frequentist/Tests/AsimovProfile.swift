internal import Likelihoods
internal import NumericalCore

/// The profile likelihood of data that agree with the alternative.
struct AsimovProfile: Sendable {
  enum Source: Sendable {
    /// Fits of the Asimov data set.
    case generated(Generated)
    /// The profile of the observed data, tilted.
    case tilted(TiltedProfile)
  }

  /// Fits of a generated data set.
  struct Generated: Sendable {
    /// Its free maximum, which lies at the generating point.
    let free: FitResult
    /// Maxima under values of the parameter, from starts for each.
    let fits: @Sendable ([Double], [[[Double]]]) throws -> [FitResult]
  }

  /// What the profile is made from.
  struct Request: Sendable {
    let parameter: Int
    /// The maximum of the observed data under the alternative.
    let alternative: FitResult
    let free: FitResult
    let fitter: MaximumLikelihood

    var value: Double { alternative.values[parameter] }
  }

  let source: Source
  /// Maxima of the Asimov data set that are known, by the value of the parameter.
  var known: [Double: FitResult] = [:]

  var method: AsimovMethod {
    if case .generated = source { return .generated }
    return .wald
  }

  var free: FitResult? {
    if case .generated(let generated) = source { return generated.free }
    return nil
  }

  static func generated(
    by model: some GenerativeModel, _ request: Request
  ) throws -> AsimovProfile {
    let point = request.alternative.values
    let asimov = model.replacingData(model.expectedData(at: point))
    // Every term of the density is at its maximum at the generating point.
    let free = try request.fitter.with(.given).fits(
      asimov, pinning: [[:]], startingAt: [[point]])[0]
    let (fitter, index) = (request.fitter, request.parameter)
    let generated = Generated(free: free) { values, starts in
      guard !values.isEmpty else { return [] }
      return try fitter.certifiedFits(
        asimov, pinning: values.map { [index: $0] }, startingAt: starts)
    }
    return AsimovProfile(source: .generated(generated))
  }

  static func tilted(
    from density: some DifferentiableLogDensity, _ request: Request
  ) throws -> AsimovProfile {
    let (index, free) = (request.parameter, request.free)
    let tested = density.parameters.parameters[index]
    let width = free.errors[index] ?? free.widths[index]
    var step = 0.1 * width
    if request.value + 2 * step > tested.upper { step = -step }
    var slopes = [try slope(density, index, at: request.alternative)]
    var ratio = 1.0
    if tested.allows(request.value + 2 * step) {
      let fits = try request.fitter.fits(
        density, pinning: [1.0, 2].map { [index: request.value + $0 * step] },
        startingAt: Array(repeating: [request.alternative.values, free.values], count: 2))
      slopes += try fits.map { try slope(density, index, at: $0) }
      ratio = TiltedProfile.ratio(
        slopes: slopes, step: step, atMaximum: free.errors[index].map { 1 / ($0 * $0) })
    }
    return AsimovProfile(
      source: .tilted(
        TiltedProfile(
          height: request.alternative.logDensity, origin: request.value, slope: slopes[0],
          ratio: ratio)))
  }

  /// The derivative of the profile: that of the density, since the others vanish at the maximum.
  private static func slope(
    _ density: some DifferentiableLogDensity, _ index: Int, at fit: FitResult
  ) throws -> Double {
    try density.logDensitiesAndGradients(
      at: Matrix(rows: 1, columns: fit.values.count, elements: fit.values)
    ).gradients[0, index]
  }
}
