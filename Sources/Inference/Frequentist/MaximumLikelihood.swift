public import Likelihoods
internal import NumericalCore
public import Optimization

/// Maximises a log density over its free parameters, from several starts.
///
/// Quasi-Newton searches of all starts in one batch, in variables scaled by the widths of the
/// parameters (refreshed by the diagonal of the Hessian where a search is slow); then Newton steps
/// at the best, with the exact Hessian where the density has one. A log density of -∞ is a
/// barrier. Where the derivative along a parameter jumps, searches stay on one side, and those
/// that end on the wall go on beyond it if the density rises there. Every result carries its
/// ``Optimization/FitCertificate``; where gradients lead to no valid one, a search without
/// derivatives follows.
public struct MaximumLikelihood: Sendable, Codable {
  /// How many starts a fit makes.
  public enum Effort: String, Codable, Sendable, CaseIterable {
    /// The given starts; the parameter of interest at several parts of its range; the parameters
    /// with the largest slopes shifted by their width both ways; every sign quadrant of up to six
    /// kinked parameters; random points.
    case thorough
    /// The given starts, and every sign quadrant of up to six kinked parameters: for fits that
    /// start near their maximum.
    case warm
    /// The given starts alone.
    case given
  }

  /// When a search without derivatives is made.
  public enum DerivativeFree: String, Codable, Sendable, CaseIterable {
    /// Where gradients lead to no valid certificate, unless flat directions are the reason.
    case fallback
    /// Always, from where the gradients lead.
    case always
    case never
  }

  /// How many starts.
  public var effort: Effort
  /// Random starts beside the systematic ones of a thorough fit.
  public var jitteredStarts: Int
  /// Seed of the random starts.
  public var seed: UInt64
  /// Step of the Hessian's differences in units of the scale; 1e-4 suits double precision.
  public var differencingStep: Double
  /// The search from each start.
  public var search: BoundedQuasiNewton
  /// Hessians at most in the Newton steps.
  public var newtonSteps: Int
  /// When a search without derivatives is made.
  public var derivativeFree: DerivativeFree

  /// The configuration of a fit.
  public init(
    effort: Effort = .thorough, jitteredStarts: Int = 3, seed: UInt64 = 1,
    differencingStep: Double = 1e-4, search: BoundedQuasiNewton = .init(), newtonSteps: Int = 25,
    derivativeFree: DerivativeFree = .fallback
  ) {
    self.effort = effort
    self.jitteredStarts = jitteredStarts
    self.seed = seed
    self.differencingStep = differencingStep
    self.search = search
    self.newtonSteps = newtonSteps
    self.derivativeFree = derivativeFree
  }

  /// The same fitter with another effort.
  public func with(_ effort: Effort) -> MaximumLikelihood {
    var result = self
    result.effort = effort
    return result
  }

  /// The maximum over all parameters but those fixed, by name or in the parameter space.
  ///
  /// - Throws: ``Likelihoods/ParameterError`` for an unknown name, ``FitError``, what the density
  ///   throws.
  public func fit(
    _ density: some DifferentiableLogDensity, fixing fixed: [String: Double] = [:],
    startingAt starts: [[Double]] = []
  ) throws -> FitResult {
    let pinned = try density.parameters.positions(of: fixed)
    return try fits(density, pinning: [pinned], startingAt: [starts])[0]
  }

  /// Maxima under several conditions, all searched in one batch.
  ///
  /// - Parameters:
  ///   - density: the log density.
  ///   - pinned: for each fit the parameters that are held, by position.
  ///   - starts: for each fit its starting points; the initial values if there are none.
  /// - Throws: ``FitError``, what the density throws.
  public func fits(
    _ density: some DifferentiableLogDensity, pinning pinned: [[Int: Double]],
    startingAt starts: [[[Double]]]
  ) throws -> [FitResult] {
    try fits(density, pinning: pinned, startingAt: starts, undefinedIsResult: false)
  }

  /// As ``fits(_:pinning:startingAt:)``; a fit may also find no place where the density is defined.
  func fits(
    _ density: some DifferentiableLogDensity, pinning pinned: [[Int: Double]],
    startingAt starts: [[[Double]]], undefinedIsResult: Bool
  ) throws -> [FitResult] {
    precondition(pinned.count == starts.count, "one list of starts per fit")
    let space = density.parameters
    let starts = starts.map { $0.isEmpty ? [space.initialValues] : $0 }
    for point in starts.joined() where point.count != space.count {
      throw FitError.wrongStart(expected: space.count, found: point.count)
    }
    let boxes = try pinned.map { try space.box(pinning: $0) }
    // Small matrices: products on one thread are faster, and the numbers do not depend on it.
    return try Threads.withSerialProducts {
      var batch = FitBatch(self, density, boxes: boxes)
      batch.undefinedIsResult = undefinedIsResult
      return try batch.results(from: starts)
    }
  }

  /// The maximum under a condition, given the free one: the search starts where the covariance
  /// expects it, at the free maximum and at the initial values. A conditional maximum above the
  /// free one shows that the free fit missed the maximum, which is then searched again from there.
  ///
  /// - Returns: the conditional fit, and the free fit, which may be a better one than given.
  /// - Throws: as ``fit(_:fixing:startingAt:)``.
  public func conditionalFit(
    _ density: some DifferentiableLogDensity, fixing fixed: [String: Double], free: FitResult
  ) throws -> (conditional: FitResult, free: FitResult) {
    let pins = try density.parameters.positions(of: fixed)
    let conditional = try fits(
      density, pinning: [pins],
      startingAt: [[free.conditionalStart(pins), free.values, density.parameters.initialValues]])[0]
    return (conditional, try refit(free, of: density, above: conditional))
  }

  /// `free`, or a better fit started from `conditional` if that lies above it.
  func refit(
    _ free: FitResult, of density: some DifferentiableLogDensity, above conditional: FitResult
  ) throws -> FitResult {
    guard conditional.logDensity > free.logDensity + Self.rounding(free.logDensity) else {
      return free
    }
    // What the free fit held stays held.
    var held: [Int: Double] = [:]
    for k in free.heldIndices { held[k] = free.values[k] }
    let again = try fits(
      density, pinning: [held], startingAt: [[conditional.values, free.values]])[0]
    return again.logDensity > free.logDensity ? again : free
  }

  /// Differences of log densities below this are rounding.
  static func rounding(_ logDensity: Double) -> Double { 1e-9 + 1e-13 * abs(logDensity) }
}

extension ParameterSpace {
  /// Values of parameters by position instead of name.
  func positions(of values: [String: Double]) throws -> [Int: Double] {
    var result: [Int: Double] = [:]
    for (name, value) in values { result[try index(of: name)] = value }
    return result
  }

  /// The box of the bounds, with fixed parameters and `pins` pinned.
  func box(pinning pins: [Int: Double]) throws -> Box {
    var box = Box(lower: parameters.map(\.lower), upper: parameters.map(\.upper))
    for (k, parameter) in parameters.enumerated() where parameter.fixed {
      box = box.pinning(k, to: parameter.initial)
    }
    for (k, value) in pins {
      let parameter = parameters[k]
      guard parameter.allows(value) else {
        throw FitError.fixedOutsideBounds(
          parameter.name, value, lower: parameter.lower, upper: parameter.upper)
      }
      box = box.pinning(k, to: value)
    }
    return box
  }
}
