internal import Foundation
public import Likelihoods
internal import NumericalCore
public import Optimization

/// Maximises a log density over its free parameters, from several starts.
///
/// Starts are the given points, one in every sign quadrant of the kinked parameters (the
/// derivative jumps there, and each side may have its own maximum), and random points around the
/// first. Quasi-Newton searches inside the quadrants, all in one batch; then Newton steps at
/// the best.
public struct MaximumLikelihood: Sendable, Codable {
  /// Random starts beside the systematic ones.
  public var jitteredStarts: Int
  /// Seed of the random starts.
  public var seed: UInt64
  /// Step of the Hessian's differences in units of the scale; 1e-4 suits double precision.
  public var differencingStep: Double
  /// The search from each start.
  public var search: BoundedQuasiNewton

  /// The configuration of a fit.
  public init(
    jitteredStarts: Int = 4, seed: UInt64 = 1, differencingStep: Double = 1e-4,
    search: BoundedQuasiNewton = .init()
  ) {
    self.jitteredStarts = jitteredStarts
    self.seed = seed
    self.differencingStep = differencingStep
    self.search = search
  }

  /// The maximum over all parameters but those fixed, by name or in the parameter space.
  ///
  /// - Throws: ``Likelihoods/ParameterError`` for an unknown name, ``FitError``.
  public func fit(
    _ density: some DifferentiableLogDensity, fixing fixed: [String: Double] = [:],
    startingAt starts: [[Double]] = []
  ) throws -> FitResult {
    var pinned: [Int: Double] = [:]
    for (name, value) in fixed { pinned[try density.parameters.index(of: name)] = value }
    return try fits(density, pinning: [pinned], startingAt: [starts])[0]
  }

  /// Maxima under several conditions, all searched in one batch.
  ///
  /// - Parameters:
  ///   - density: the log density.
  ///   - pinned: for each fit the parameters that are held, by position.
  ///   - starts: for each fit its starting points; the initial values if there are none.
  /// - Throws: ``FitError``.
  public func fits(
    _ density: some DifferentiableLogDensity, pinning pinned: [[Int: Double]],
    startingAt starts: [[[Double]]]
  ) throws -> [FitResult] {
    precondition(pinned.count == starts.count, "one list of starts per fit")
    let space = density.parameters
    let plan = FitPlan(space: space, jitteredStarts: jitteredStarts, seed: seed)
    let perFit = try zip(pinned, starts).map { pins, starts in
      try plan.starts(pinning: pins, from: starts.isEmpty ? [space.initialValues] : starts)
    }
    // Small matrices: products on one thread are faster, and the numbers do not depend on it.
    return try Threads.withSerialProducts { try fits(density, pinned, perFit, plan) }
  }

  private func fits(
    _ density: some DifferentiableLogDensity, _ pinned: [[Int: Double]],
    _ perFit: [[FitPlan.Start]], _ plan: FitPlan
  ) throws -> [FitResult] {
    let space = density.parameters
    let all = perFit.flatMap { $0 }
    let objective = Self.objective(density)
    let scale = space.parameters.map(\.scale)
    let minima = try search.minimize(
      objective, starts: Matrix(rows: all.map(\.point), columns: space.count),
      boxes: all.map(\.box), scale: scale)
    var results: [FitResult] = []
    var first = 0
    for (index, starts) in perFit.enumerated() {
      let range = first..<first + starts.count
      first = range.upperBound
      results.append(
        try result(
          objective, space, Array(minima[range]), starts.map(\.box),
          outer: plan.box(pinning: pinned[index])))
    }
    return results
  }

  private static func objective(_ density: some DifferentiableLogDensity) -> Objective {
    Objective(dimension: density.parameters.count) { points, values, gradients in
      try density.evaluate(points, values: &values, gradients: &gradients)
      for i in values.indices { values[i] = -values[i] }
      for k in gradients.elements.indices { gradients.elements[k] = -gradients.elements[k] }
    }
  }

  private func result(
    _ objective: Objective, _ space: ParameterSpace, _ minima: [BoundedQuasiNewton.Minimum],
    _ boxes: [Box], outer: Box
  ) throws -> FitResult {
    guard let best = minima.indices.min(by: { minima[$0].value < minima[$1].value }),
      minima[best].value.isFinite
    else { throw FitError.undefinedAtStart(starts: minima.count) }
    let scale = space.parameters.map(\.scale)
    let refined = try NewtonRefinement(differencingStep: differencingStep).refine(
      objective, from: minima[best].point, box: boxes[best], scale: scale)
    let covariance = refined.hessian.flatMap { Cholesky($0)?.inverse }
    var errors = [Double?](repeating: nil, count: space.count)
    if let covariance {
      for (i, k) in refined.free.enumerated() { errors[k] = covariance[i, i].squareRoot() }
    }
    let certificate = FitCertificate(
      projectedGradient: refined.free.reduce(0) {
        max($0, abs(refined.gradient[$1] * scale[$1]))
      },
      edm: refined.edm, hessianInertia: Self.inertia(refined, scale),
      parametersAtBounds: space.parameters.indices.filter {
        outer.isFree($0)
          && (refined.point[$0] <= outer.lower[$0]
            || refined.point[$0] >= outer.upper[$0])
      }.map { space.parameters[$0].name },
      startsAgreeing: minima.filter { $0.value < refined.value + 1e-3 }.count,
      starts: minima.count,
      evaluations: minima.reduce(refined.evaluations) { $0 + $1.evaluations })
    return FitResult(
      parameters: space, values: refined.point, logDensity: -refined.value, errors: errors,
      covariance: covariance, freeIndices: refined.free, certificate: certificate)
  }

  private static func inertia(
    _ refined: NewtonRefinement.Result, _ scale: [Double]
  ) -> FitCertificate.Inertia {
    guard var hessian = refined.hessian else { return .init(positive: 0, zero: 0, negative: 0) }
    for (i, a) in refined.free.enumerated() {
      for (j, b) in refined.free.enumerated() { hessian[i, j] *= scale[a] * scale[b] }
    }
    guard let eigen = SymmetricEigen(hessian) else {
      return .init(positive: 0, zero: refined.free.count, negative: 0)
    }
    let largest = eigen.values.reduce(0) { max($0, abs($1)) }
    let tiny = 1e-10 * largest
    return .init(
      positive: eigen.values.filter { $0 > tiny }.count,
      zero: eigen.values.filter { abs($0) <= tiny }.count,
      negative: eigen.values.filter { $0 < -tiny }.count)
  }
}

/// The starts of a fit: points, each with the box in which its search stays.
private struct FitPlan {
  let space: ParameterSpace
  let jitteredStarts: Int
  let seed: UInt64

  struct Start {
    var point: [Double]
    var box: Box
  }

  /// Quadrants of more kinked parameters than this are sampled, not enumerated.
  private static let enumeratedKinks = 6

  /// The box of the bounds.
  func box(pinning pins: [Int: Double]) -> Box {
    var box = Box(
      lower: space.parameters.map(\.lower), upper: space.parameters.map(\.upper))
    for (k, parameter) in space.parameters.enumerated() where parameter.fixed {
      box = box.pinning(k, to: parameter.initial)
    }
    for (k, value) in pins { box = box.pinning(k, to: value) }
    return box
  }

  func starts(pinning pins: [Int: Double], from points: [[Double]]) throws -> [Start] {
    for (k, value) in pins where !space.parameters[k].allows(value) {
      let parameter = space.parameters[k]
      throw FitError.fixedOutsideBounds(
        parameter.name, value, lower: parameter.lower, upper: parameter.upper)
    }
    let outer = box(pinning: pins)
    let kinks = space.parameters.indices.filter {
      space.parameters[$0].kink != nil && outer.isFree($0)
    }
    var candidates = points
    let base = points[0]
    candidates += quadrants(of: base, kinks)
    let stream = RandomStream(seed: seed, purpose: "fit starts")
    for i in 0..<jitteredStarts {
      var random = stream.sequence(walker: i)
      candidates.append(
        base.indices.map { base[$0] + space.parameters[$0].scale * random.normal() })
    }
    return candidates.map { point in
      Start(point: outer.projected(point), box: quadrant(of: point, kinks, in: outer))
    }
  }

  /// `base` with the kinked parameters on every combination of sides.
  private func quadrants(of base: [Double], _ kinks: [Int]) -> [[Double]] {
    guard !kinks.isEmpty, kinks.count <= Self.enumeratedKinks else { return [] }
    return (0..<(1 << kinks.count)).map { signs in
      var point = base
      for (bit, k) in kinks.enumerated() {
        let kink = space.parameters[k].kink ?? 0
        let distance = max(abs(base[k] - kink), 0.1 * space.parameters[k].scale)
        point[k] = signs >> bit & 1 == 0 ? kink + distance : kink - distance
      }
      return point
    }
  }

  /// The part of `box` on the same side of every kink as `point`.
  private func quadrant(of point: [Double], _ kinks: [Int], in box: Box) -> Box {
    var result = box
    for k in kinks {
      guard let kink = space.parameters[k].kink else { continue }
      if point[k] >= kink {
        result.lower[k] = max(result.lower[k], kink)
      } else {
        result.upper[k] = min(result.upper[k], kink)
      }
    }
    return result
  }
}
