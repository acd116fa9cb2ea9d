internal import Foundation
public import NumericalCore

/// Minimisation without derivatives, of functions whose values are noisy or kinked.
///
/// Implicit filtering (Gilmore and Kelley, SIAM J. Optim. 5 (1995) 269): quasi-Newton searches in
/// a box with gradients from central differences, whose steps begin long and become shorter, but
/// no shorter than the noise allows. Between two lengths the stencil itself is a search: its best
/// point is taken where it is lower.
public struct ImplicitFiltering: Sendable {
  /// Lengths of the differencing steps in units of the scale, decreasing.
  public var steps: [Double]
  /// Rounds of the search at every length.
  public var roundsPerStep: Int

  /// The configuration.
  public init(steps: [Double] = [0.5, 0.1, 0.02, 4e-3, 1e-3], roundsPerStep: Int = 60) {
    self.steps = steps
    self.roundsPerStep = roundsPerStep
  }

  /// Values of a function at the rows of a matrix; +∞ where it is undefined.
  public typealias Values = @Sendable (Matrix<Double>) throws -> [Double]

  /// A minimum with the objective of differences that found it.
  public struct Result: Sendable {
    /// The best point.
    public var point: [Double]
    /// The value there.
    public var value: Double
    /// The function with gradients over steps of ``step``.
    public var objective: Objective
    /// The last differencing step, in units of the scale.
    public var step: Double
    /// The estimated noise of the values.
    public var noise: Double
    /// Values asked for.
    public var evaluations: Int
  }

  /// Minimises from `start` inside `box`; throws what the function throws.
  public func minimize(
    _ values: @escaping Values, from start: [Double], box: Box, scale: [Double]
  ) throws -> Result {
    let noise = try self.noise(values, at: start, box, scale)
    // Noise ε turns into 2ε/h² in a Hessian whose diagonal is 1: h = 30 √ε keeps it at 0.2 %, the
    // gradient then off by √ε/30 and the height by ε/2000.
    let shortest = max(steps.last ?? 1e-3, min(0.5, 30 * noise.squareRoot()))
    let lengths = steps.filter { $0 > shortest } + [shortest]
    var best = start
    var value = try values(Matrix(rows: 1, columns: start.count, elements: start))[0]
    var evaluations = 1 + NoiseLevel.valuesNeeded
    var objective = Self.objective(values, box, scale, shortest)
    for length in lengths {
      objective = Self.objective(values, box, scale, length)
      for _ in 0..<4 {
        let found = try BoundedQuasiNewton(
          maximumRounds: roundsPerStep, gradientTolerance: max(1e-5, 2 * noise / length)
        ).minimize(
          objective, starts: Matrix(rows: 1, columns: best.count, elements: best), boxes: [box],
          scale: scale, noise: noise)[0]
        evaluations += found.evaluations * (1 + 2 * best.count)
        if found.value < value { (best, value) = (found.point, found.value) }
        let stencil = Self.stencil(around: best, box, scale, length)
        let around = try values(stencil)
        evaluations += stencil.rows
        guard let lowest = around.indices.min(by: { around[$0] < around[$1] }),
          around[lowest] < value - 2 * noise
        else { break }
        (best, value) = (stencil.row(lowest), around[lowest])
      }
    }
    return Result(
      point: best, value: value, objective: objective, step: shortest, noise: noise,
      evaluations: evaluations)
  }

  private func noise(
    _ values: Values, at point: [Double], _ box: Box, _ scale: [Double]
  ) throws -> Double {
    let count = NoiseLevel.valuesNeeded
    let rows = (0..<count).map { i in
      box.projected(point.indices.map { point[$0] + 1e-7 * Double(i - count / 2) * scale[$0] })
    }
    return NoiseLevel.estimate(try values(Matrix(rows: rows, columns: point.count)))
  }

  private static func stencil(
    around point: [Double], _ box: Box, _ scale: [Double], _ length: Double
  ) -> Matrix<Double> {
    var elements: [Double] = []
    for k in point.indices where box.isFree(k) {
      for sign in [-1.0, 1] {
        var moved = point
        moved[k] = min(max(point[k] + sign * length * scale[k], box.lower[k]), box.upper[k])
        elements.append(contentsOf: moved)
      }
    }
    return Matrix(
      rows: elements.count / max(1, point.count), columns: point.count, elements: elements)
  }

  /// The function with central differences over `length` widths as gradients; steps that would
  /// leave the box end at its wall, undefined neighbours leave the slope to the other side.
  private static func objective(
    _ values: @escaping Values, _ box: Box, _ scale: [Double], _ length: Double
  ) -> Objective {
    let free = scale.indices.filter { box.isFree($0) }
    return Objective(dimension: scale.count) { points, heights, gradients in
      var elements = points.elements
      for i in 0..<points.rows {
        elements.append(contentsOf: stencil(around: points.row(i), box, scale, length).elements)
      }
      let all = try values(
        Matrix(rows: elements.count / points.columns, columns: points.columns, elements: elements))
      for i in 0..<points.rows {
        heights[i] = all[i]
        for (j, k) in free.enumerated() {
          let row = points.rows + 2 * (i * free.count + j)
          let (low, high) = (
            elements[row * points.columns + k], elements[(row + 1) * points.columns + k]
          )
          let here = points[i, k]
          switch (all[row].isFinite && low < here, all[row + 1].isFinite && high > here) {
          case (true, true): gradients[i, k] = (all[row + 1] - all[row]) / (high - low)
          case (true, false): gradients[i, k] = (all[i] - all[row]) / (here - low)
          case (false, true): gradients[i, k] = (all[row + 1] - all[i]) / (high - here)
          case (false, false): gradients[i, k] = 0
          }
          if !all[i].isFinite { gradients[i, k] = 0 }
        }
      }
    }
  }
}
