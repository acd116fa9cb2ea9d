internal import Foundation
internal import Inference
internal import Likelihoods
internal import NumericalCore
internal import Sampling
internal import Surrogates

/// Where the likelihood is to be asked next, from what a surrogate says.
struct RefinementPoints {
  let seed: UInt64

  private func stream(_ purpose: String) -> RandomStream {
    RandomStream(seed: seed, purpose: purpose)
  }

  /// Points around a maximum: normal with its covariance, with a scale of its own for every point
  /// between 0.7 and 1.5, so that the bulk and its surroundings are both covered. Points outside
  /// the bounds are drawn nearer to the maximum until they are inside.
  func start(_ count: Int, around best: FitResult) -> Matrix<Double> {
    let parameters = best.parameters.parameters
    // Without a covariance, and for parameters that it leaves out, the widths have to do.
    let factor = best.covariance.flatMap { Cholesky($0)?.lower }
    var result = Matrix<Double>(rows: count, columns: parameters.count, repeating: 0)
    for i in 0..<count {
      var random = stream("refinement start").sequence(walker: i)
      let scale = random.uniform(0.7, 1.5)
      var shift = best.widths.map { $0 * random.normal() }
      if let factor {
        let normals = best.freeIndices.map { _ in random.normal() }
        for (a, index) in best.freeIndices.enumerated() {
          shift[index] = (0...a).reduce(0) { $0 + factor[a, $1] * normals[$1] }
        }
      }
      for k in parameters.indices {
        var step = parameters[k].fixed ? 0 : scale * shift[k]
        while !parameters[k].allows(best.values[k] + step) && abs(step) > 0 { step /= 2 }
        result[i, k] = best.values[k] + step
      }
    }
    return result
  }

  /// Draws of a surrogate by independent chains.
  ///
  /// - Parameters:
  ///   - surrogate: what is sampled.
  ///   - starts: one start per chain.
  ///   - covariance: that of the maximum, for the metric.
  ///   - reach: how far chains go from there.
  ///   - power: the power of the density.
  func draws(
    of surrogate: some Posterior, perChain: Int, from starts: Matrix<Double>,
    covariance: Matrix<Double>?, reach: SamplingReach, power: Double = 1,
    onProgress: (SamplingProgress) -> Bool
  ) throws -> Chains {
    var sampler = HamiltonianSampler(
      chains: starts.rows, drawsPerChain: perChain, thinning: reach.thinning,
      warmUpSteps: reach.warmUpSteps, trajectoryLength: reach.trajectoryLength, seed: seed)
    if reach != .equilibrium {
      sampler.warmUp = WarmUp(stages: [.init(steps: reach.warmUpSteps, adaptsMetric: false)])
    }
    return try sampler.sample(
      TemperedDensity(surrogate, power: power), from: starts, covariance: covariance,
      onProgress: onProgress)
  }

  /// Draws moved along the differences of other draws by up to 0.8 / √2 of them: the shape of the
  /// draws, up to a quarter wider. Moves that leave the bounds are halved until they do not.
  func spread(_ count: Int, of draws: Matrix<Double>, in space: ParameterSpace) -> Matrix<Double> {
    var result = Matrix<Double>(rows: count, columns: draws.columns, repeating: 0)
    let parameters = space.parameters
    for i in 0..<count {
      var random = stream("refinement spread").sequence(walker: i)
      func draw() -> Int { min(draws.rows - 1, Int(random.uniform() * Double(draws.rows))) }
      let (origin, a, b) = (draw(), draw(), draw())
      let size = random.uniform(0.2, 0.8) / 2.0.squareRoot()
      for k in parameters.indices {
        var step = size * (draws[a, k] - draws[b, k])
        while !parameters[k].allows(draws[origin, k] + step) && abs(step) > 0 { step /= 2 }
        result[i, k] = draws[origin, k] + step
      }
    }
    return result
  }

  /// `count` random numbers below `bound`.
  func choices(_ count: Int, below bound: Int) -> [Int] {
    var random = stream("refinement starts of chains").sequence()
    return (0..<count).map { _ in min(bound - 1, Int(random.uniform() * Double(bound))) }
  }

  /// Points around the ones where a surrogate was worst, chosen in proportion to its error (by the
  /// square, a single hole would get nearly all) and moved by a fraction of the draws' covariance.
  func aroundWorst(
    _ count: Int, of draws: Matrix<Double>, errors: [Double]
  ) -> Matrix<Double> {
    var sums: [Double] = []
    var total = 0.0
    for error in errors {
      total += error.isFinite ? min(abs(error), 1e6) : 0
      sums.append(total)
    }
    guard total > 0, let factor = Cholesky(draws.covariance())?.lower else {
      return Matrix(rows: 0, columns: draws.columns, elements: [])
    }
    var normals = Matrix<Double>(rows: count, columns: draws.columns, repeating: 0)
    var chosen: [Int] = []
    for i in 0..<count {
      var random = stream("refinement worst").sequence(walker: i)
      let mark = total * random.uniform()
      chosen.append(min(sums.partitioningIndex { $0 > mark }, draws.rows - 1))
      normals.setRow(i, to: (0..<draws.columns).map { _ in 0.2 * random.normal() })
    }
    var result = draws.selectingRows(chosen)
    let shifts = normals.times(factor, transposeOther: true)
    for k in result.elements.indices { result.elements[k] += shifts.elements[k] }
    return result
  }

  /// Points around maxima of the likelihood and, half of them, on the way from there to the maxima
  /// of a surrogate.
  ///
  /// A surrogate is too high where its own maxima are: a search finds whatever place is. Where both
  /// agree, these points are more of the same, nearer to the maxima.
  ///
  /// - Parameters:
  ///   - fits: maxima of the likelihood.
  ///   - found: those of the surrogate under the same conditions; `nil` if they are not known.
  func ridge(_ count: Int, _ fits: [FitResult], found: [FitResult]?) -> Matrix<Double>? {
    let usable = fits.indices.filter { fits[$0].covariance.flatMap { Cholesky($0) } != nil }
    let centres = usable.compactMap { i in
      fits[i].covariance.map {
        RidgePoint(values: fits[i].values, freeIndices: fits[i].freeIndices, covariance: $0)
      }
    }
    guard !centres.isEmpty, count > 0 else { return nil }
    guard let found else { return RidgeDesign(seed: seed).points(count, around: centres) }
    let half = count / 2
    var near = RidgeDesign(largestScale: 0.4, seed: seed &+ 1).points(half, around: centres)
    for i in 0..<half {
      var random = stream("refinement ways to maxima").sequence(walker: i)
      let part = random.uniform()
      let which = usable[i % usable.count]
      for (k, (from, to)) in zip(fits[which].values, found[which].values).enumerated() {
        near[i, k] += part * (to - from)
      }
    }
    return RidgeDesign(seed: seed).points(count - half, around: centres).appending(near)
  }
}

extension Array {
  /// The first position whose element satisfies a condition that all later ones satisfy too.
  fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
