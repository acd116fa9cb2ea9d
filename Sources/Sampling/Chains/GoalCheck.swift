internal import Foundation
internal import NumericalCore
internal import Statistics

/// The kept steps that are used of a run: what comes before is burn-in, and of the others every
/// `stride`-th is used.
struct DrawSelection: Equatable {
  var discarded: Int
  var stride: Int
  /// Number of steps that are used.
  var count: Int

  /// The steps by their places in the run.
  var steps: Range<Int> { discarded + stride - 1..<discarded + stride * count }
}

/// Looks whether a run has reached its goal, at numbers of kept steps that grow by a half: the same
/// in every run, so that a continued run stops where an uninterrupted one does.
///
/// A part of the walkers is diagnosed first. Only where that speaks for the end all draws are.
struct GoalCheck {
  let goal: SamplingGoal
  let names: [String]
  let walkers: Int
  let ensembles: Int?

  private static let firstOfChains = 8
  private static let firstOfEnsembles = 100
  private static let partBytes = 1 << 26

  /// Whether `kept` is one of the numbers of steps to look at.
  func isDue(_ kept: Int) -> Bool {
    var next = ensembles == nil ? Self.firstOfChains : Self.firstOfEnsembles
    while next < kept { next += next / 2 }
    return next == kept
  }

  /// The draws that reach the goal; `nil` if it is not reached.
  func selection(of sink: some ChainSink, kept: Int) throws -> DrawSelection? {
    let source = DrawSource(
      read: sink.readSteps, names: names, walkers: walkers, ensembles: ensembles)
    let part = part(kept)
    let draws = try source.gather(
      0..<kept, stride: part.stride, columns: Array(0...names.count), walkers: part.walkers)
    let settled =
      ensembles == nil
      ? DrawSelection(discarded: 0, stride: 1, count: kept)
      : try settledPart(draws, stride: part.stride, kept: kept)
    guard let selection = settled, selection.count >= 4 else { return nil }
    let first = selection.discarded / part.stride
    let scale = Double(walkers) / Double(part.walkers.count)
    // A part of the chains scatters more: it may miss the goal by a tenth.
    var easier = goal
    easier.effectiveSampleSize = goal.effectiveSampleSize.map { 0.9 * $0 }
    easier.rHat = goal.rHat.map { 1 + 2 * ($0 - 1) }
    let look = try ConvergenceSummary(
      draws, steps: first..<draws.draws, names: names + [Chains.logDensityName],
      ensembles: ensembles)
    guard easier.isMet(by: look, scale: scale) else { return nil }
    let summary = try source.convergence(selection.steps, stride: selection.stride)
    return goal.isMet(by: summary) ? selection : nil
  }

  /// Walkers and stride of the first look: as many as fit into little memory.
  private func part(_ kept: Int) -> (walkers: [Int], stride: Int) {
    let groups = ensembles ?? 1
    let size = walkers / groups
    let bytes = 8 * (names.count + 1) * kept
    let each = min(size, max(4, min(64, Self.partBytes / max(1, bytes)) / groups))
    let stride = ensembles == nil ? 1 : max(1, bytes * each * groups / Self.partBytes)
    return ((0..<groups).flatMap { k in (0..<each).map { k * size + $0 } }, stride)
  }

  /// What remains of ensembles without their burn-in, thinned: at least five of the longest
  /// autocorrelation times are dropped, and more as long as the means or the spreads of the
  /// ensembles still drift; then one of every half of the shortest time is used.
  private func settledPart(
    _ draws: DrawColumns, stride: Int, kept: Int
  ) throws -> DrawSelection? {
    let rows = draws.draws
    let times = try mapColumns(draws.count) { column -> Double? in
      guard let series = try? draws.column(column, steps: rows / 2..<rows) else { return nil }
      return IntegratedAutocorrelationTime(series)?.time
    }
    let known = times.compactMap { $0 }
    guard known.count == times.count, let longest = known.max(), let shortest = known.min()
    else { return nil }
    var first = max(1, Int((5 * longest).rounded(.up)))
    // Shorter chains say little about their own autocorrelation.
    while first <= rows / 2, Double(rows - first) >= 50 * longest {
      if try isSettled(draws, steps: first..<rows) {
        let discarded = first * stride
        let thinning = max(1, Int(0.5 * shortest * Double(stride)))
        return DrawSelection(
          discarded: discarded, stride: thinning, count: (kept - discarded) / thinning)
      }
      first *= 2
    }
    return nil
  }

  /// Geweke's comparison of the first tenth with the last half, of the mean over the walkers and of
  /// their mean squared distance from it.
  private func isSettled(_ draws: DrawColumns, steps: Range<Int>) throws -> Bool {
    try mapColumns(draws.count) { column in
      guard let chains = try? draws.column(column, steps: steps) else { return false }
      let rows = chains.draws
      var means = [Double](repeating: 0, count: rows)
      var squares = means
      for start in stride(from: 0, to: chains.count, by: rows) {
        for t in 0..<rows { means[t] += chains.values[start + t] }
      }
      for t in 0..<rows { means[t] /= Double(chains.chains) }
      for start in stride(from: 0, to: chains.count, by: rows) {
        for t in 0..<rows {
          let distance = chains.values[start + t] - means[t]
          squares[t] += distance * distance
        }
      }
      return [means, squares].allSatisfy { series in
        guard let z = try? Geweke.scores(ChainDraws([series])).first ?? nil else { return false }
        return abs(z) < 5
      }
    }.allSatisfy { $0 }
  }
}
