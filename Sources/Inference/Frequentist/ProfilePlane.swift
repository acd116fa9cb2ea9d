public import Likelihoods
internal import NumericalCore
internal import Optimization

/// The profile of a log density in the plane of two parameters: the maximum over all others at
/// every point of a grid, and t = -2 (profiled maximum - global maximum).
public struct ProfilePlane: Sendable {
  /// The scanned parameters: horizontal, vertical.
  public let parameters: [String]
  /// The values of the first parameter, in increasing order.
  public let x: [Double]
  /// The values of the second parameter, in increasing order.
  public let y: [Double]
  /// The conditional fits; `fits[j * x.count + i]` at `x[i]` and `y[j]`.
  public let fits: [FitResult]
  /// The global fit.
  public let best: FitResult

  /// t at every point, in the order of ``fits``.
  public var testStatistic: [Double] { fits.map { 2 * (best.logDensity - $0.logDensity) } }

  /// Whether all fits have a valid certificate and no conditional maximum lies above the global
  /// one.
  public var isValid: Bool {
    best.certificate.isValid
      && fits.allSatisfy { $0.certificate.isValid || $0.logDensity == -.infinity }
      && testStatistic.allSatisfy { $0 > -4e-6 }
  }

  /// Profiles `density` on a grid: from the global maximum, then each point from its four
  /// neighbours, keeping whichever is higher, until no neighbour is better.
  ///
  /// - Throws: ``Likelihoods/ParameterError`` for an unknown name, ``FitError``, what the density
  ///   throws.
  public init(
    of density: some DifferentiableLogDensity, along parameters: (String, String),
    at x: [Double], _ y: [Double], with fitter: MaximumLikelihood = .init(),
    best: FitResult? = nil
  ) throws {
    let indices = [
      try density.parameters.index(of: parameters.0),
      try density.parameters.index(of: parameters.1),
    ]
    guard indices[0] != indices[1] else {
      throw FitError.emptyScan("both parameters are '\(parameters.0)'")
    }
    for k in indices where density.parameters.parameters[k].fixed {
      throw FitError.parameterIsFixed(density.parameters.names[k])
    }
    guard x.count > 1, y.count > 1 else {
      throw FitError.emptyScan("a plane needs two values of each parameter at least")
    }
    let (x, y) = (x.sorted(), y.sorted())
    let global = try best ?? fitter.fit(density)
    let pins = y.flatMap { y in x.map { [indices[0]: $0, indices[1]: y] } }
    let neighbours = pins.indices.map { v -> [Int] in
      let (i, j) = (v % x.count, v / x.count)
      return [(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)].compactMap { i, j in
        x.indices.contains(i) && y.indices.contains(j) ? j * x.count + i : nil
      }
    }
    let fits = try ProfileGrid(
      fitter: fitter, density: density, best: global, pins: pins, neighbours: neighbours
    ).fits()
    self.parameters = [parameters.0, parameters.1]
    self.x = x
    self.y = y
    self.fits = fits
    if let highest = fits.max(by: { $0.logDensity < $1.logDensity }) {
      self.best = try fitter.refit(global, of: density, above: highest)
    } else {
      self.best = global
    }
  }
}
