internal import Likelihoods
internal import NumericalCore
internal import Optimization

/// The search for the points where profiles cross a height, many sides in one batch.
struct MinosSearch<Density: DifferentiableLogDensity> {
  let fitter: MaximumLikelihood
  let density: Density
  let best: FitResult
  let level: Double

  /// √t is nearly linear in the parameter; it is matched to this part of √level.
  private static var tolerance: Double { 1e-6 }

  /// One side of one parameter.
  private struct Side {
    let index: Int
    let sign: Double
    let bound: Double
    /// The value that is fitted next.
    var next: Double
    /// The last point fitted below the height, with √t - √level there.
    var inside: (x: Double, y: Double)
    var root: BracketedRoot?
    var start: [Double]
    var outcome: MinosErrors.Side?
  }

  /// The outcome of every side; or a fit above the maximum, if one was met.
  func crossings(
    _ wanted: [(index: Int, sign: Double)]
  ) throws -> (sides: [MinosErrors.Side], higher: FitResult?) {
    var sides = wanted.map { begin($0.index, $0.sign) }
    for _ in 0..<60 {
      let open = sides.indices.filter { sides[$0].outcome == nil }
      if open.isEmpty { break }
      var held: [Int: Double] = [:]
      for k in best.heldIndices { held[k] = best.values[k] }
      let fits = try fitter.with(.warm).fits(
        density, pinning: open.map { held.merging([sides[$0].index: sides[$0].next]) { $1 } },
        startingAt: open.map { [sides[$0].start] })
      for (i, fit) in zip(open, fits) {
        let t = 2 * (best.logDensity - fit.logDensity)
        if t < -2e-6 - 1e-12 * abs(best.logDensity) { return ([], fit) }
        receive(max(t, 0), fit, &sides[i])
      }
    }
    return (sides.map { $0.outcome ?? .failed(at: $0.next) }, nil)
  }

  private func begin(_ index: Int, _ sign: Double) -> Side {
    let parameter = density.parameters.parameters[index]
    let bound = sign < 0 ? parameter.lower : parameter.upper
    let value = best.values[index]
    var side = Side(
      index: index, sign: sign, bound: bound, next: value,
      inside: (value, -level.squareRoot()), root: nil, start: best.values, outcome: nil)
    if value == bound {
      side.outcome = .notReached(bound: bound)
    } else {
      let width = best.errors[index] ?? best.widths[index]
      move(&side, to: value + sign * level.squareRoot() * width)
      side.start = best.conditionalStart([index: side.next])
    }
    return side
  }

  private func move(_ side: inout Side, to x: Double) {
    side.next = side.sign < 0 ? max(x, side.bound) : min(x, side.bound)
  }

  private func receive(_ t: Double, _ fit: FitResult, _ side: inout Side) {
    guard fit.certificate.isValid else {
      side.outcome = .failed(at: side.next)
      return
    }
    let y = t.squareRoot() - level.squareRoot()
    let tried = side.next
    if side.root != nil {
      side.root?.receive(y)
    } else if y >= 0 {
      side.root = BracketedRoot(
        side.inside, (tried, y), tolerance: 1e-9 * abs(tried - best.values[side.index]),
        valueTolerance: Self.tolerance * level.squareRoot())
    } else {
      side.inside = (tried, y)
      if tried == side.bound {
        side.outcome = .notReached(bound: side.bound)
        return
      }
      // The signed root is nearly linear: straight on, a little too far.
      let origin = best.values[side.index]
      let stretch = min(3, max(1.1, 1.05 * level.squareRoot() / max(t.squareRoot(), 1e-3)))
      move(&side, to: origin + (tried - origin) * stretch)
    }
    if let root = side.root {
      if root.isFinished {
        side.outcome = .crossing(root.next)
        return
      }
      side.next = root.next
    }
    // The others follow in proportion.
    let origin = best.values[side.index]
    let ratio = (side.next - origin) / (tried - origin)
    side.start = best.values.indices.map { k in
      best.values[k] + ratio * (fit.values[k] - best.values[k])
    }
  }
}
