internal import Likelihoods
internal import NumericalCore
internal import Optimization

/// The starts of a fit, by its effort.
struct FitStarts {
  let space: ParameterSpace
  let fitter: MaximumLikelihood
  let quadrants: Quadrants

  /// Parameters of the largest slopes that are shifted both ways.
  private static let shiftedParameters = 2

  /// All starting points inside `box`.
  ///
  /// - Parameters:
  ///   - points: the given ones; the first is the base of the others.
  ///   - gradient: the gradient at the base; zeros where it is unknown.
  func points(from points: [[Double]], in box: Box, gradient: [Double]) -> [[Double]] {
    let base = points[0]
    var result = points
    if fitter.effort != .given { result += quadrants.starts(around: base, in: box) }
    if fitter.effort == .thorough {
      result += interest(base, box) + shifts(base, box, gradient) + jitter(base)
    }
    var seen: Set<[Double]> = []
    return result.map { box.projected($0) }.filter { seen.insert($0).inserted }
  }

  /// The parameter of interest at zero and at several parts of its range.
  private func interest(_ base: [Double], _ box: Box) -> [[Double]] {
    guard let k = space.parameterOfInterest, box.isFree(k) else { return [] }
    let (lower, upper) = (box.lower[k], box.upper[k])
    var values: [Double] = []
    if lower <= 0, 0 <= upper { values.append(0) }
    if lower.isFinite, upper.isFinite {
      values += [0.2, 0.8].map { lower + $0 * (upper - lower) }
    } else {
      values += [-3, 3].map { base[k] + $0 * space.parameters[k].scale }
    }
    return values.map { value in
      var point = base
      point[k] = value
      return point
    }
  }

  /// The parameters with the largest slopes in units of their widths, a width up and down.
  private func shifts(_ base: [Double], _ box: Box, _ gradient: [Double]) -> [[Double]] {
    let slopes = base.indices.map { abs(gradient[$0]) * space.parameters[$0].scale }
    let largest = base.indices.filter { box.isFree($0) && slopes[$0] > 0 }
      .sorted { slopes[$0] > slopes[$1] }.prefix(Self.shiftedParameters)
    return largest.flatMap { k in
      [-1.0, 1].map { sign in
        var point = base
        point[k] += sign * space.parameters[k].scale
        return point
      }
    }
  }

  private func jitter(_ base: [Double]) -> [[Double]] {
    let stream = RandomStream(seed: fitter.seed, purpose: "fit starts")
    return (0..<fitter.jitteredStarts).map { i in
      var random = stream.sequence(walker: i)
      return base.indices.map { base[$0] + space.parameters[$0].scale * random.normal() }
    }
  }
}
