internal import NumericalCore

/// Normal scores of the ranks that the draws of split chains have among all of them, put back to
/// the places of the draws, and moments of the scores of |x - median|.
///
/// The memory is used again for the next draws.
final class RankScores {
  /// Number of split chains.
  let chains: Int
  /// Draws of a split chain.
  let length: Int
  /// The scores of the split chains, chain after chain.
  let scores: UnsafeMutablePointer<Double>
  /// Mean and variance of the folded scores of every split chain.
  private(set) var foldedMoments: (means: [Double], variances: [Double]) = ([], [])
  /// The numbers of the last call in ascending order: all of them, as long as none was left out.
  private let order: OrderedPlaces
  private let draws: Int
  private let table: NormalScores

  /// Memory for chains of `draws` draws.
  init(chains: Int, draws: Int, _ table: NormalScores) {
    (self.chains, length, self.draws, self.table) = (2 * chains, draws / 2, draws, table)
    order = OrderedPlaces(capacity: chains * draws)
    scores = .allocate(capacity: max(1, table.count))
    scores.initialize(repeating: 0, count: table.count)
    precondition(table.count == 2 * chains * (draws / 2), "a table for another number of draws")
  }

  deinit { scores.deallocate() }

  /// Ranks draws, chain after chain.
  ///
  /// - Parameter quantiles: probabilities.
  /// - Returns: the quantiles of all draws.
  func rank(_ x: UnsafePointer<Double>, quantiles: [Double] = []) -> [Double] {
    order.sort(x, count: chains / 2 * draws)
    let result = quantiles.map { p in
      EffectiveSampleSize.linearQuantile(count: order.count, p) {
        x[order.items.place($0)]
      }
    }
    let half = length
    if draws % 2 == 1 { order.filter { $0 % draws != half } }
    setScores()
    foldedMoments = moments(of: fold(x))
    return result
  }

  private func setScores() {
    let (items, count, scores) = (order.items, order.count, self.scores)
    let split = SplitPlaces(draws: draws)
    table.withScores { score in
      var i = 0
      while i < count {
        var j = i
        while j + 1 < count, items.isRepeated(j + 1) { j += 1 }
        // Ranks i + 1 ... j + 1 have the mean 1 + (i + j) / 2.
        let z = score(i + j)
        for k in i...j { scores[split(items.place(k))] = z }
        i = j + 1
      }
    }
  }

  /// The draws by their distance from the median.
  private func fold(_ x: UnsafePointer<Double>) -> Folding {
    let (items, n) = (order.items, order.count)
    let centre = 0.5 * (x[items.place((n - 1) / 2)] + x[items.place(n / 2)])
    return Folding(order, x, centre: centre)
  }

  private func moments(of folding: Folding) -> (means: [Double], variances: [Double]) {
    var sums = [Double](repeating: 0, count: chains)
    var squares = sums
    let divisor = UInt32(truncatingIfNeeded: length)
    let split = SplitPlaces(draws: draws)
    table.withScores { score in
      sums.withUnsafeMutableBufferPointer { sums in
        squares.withUnsafeMutableBufferPointer { squares in
          folding.forEachRun { range in
            let z = score(range.lowerBound + range.upperBound - 1)
            for k in range {
              let place = UInt32(truncatingIfNeeded: split(folding.place(k)))
              let chain = Int(place / divisor)
              sums[chain] += z
              squares[chain] += z * z
            }
          }
        }
      }
    }
    let n = Double(length)
    let variances = zip(squares, sums).map { squares, sum in
      let rest = squares - sum * sum / n
      // What rounding leaves of equal scores is no movement.
      return rest > 1e-12 * squares ? rest / max(1, n - 1) : 0
    }
    return (sums.map { $0 / n }, variances)
  }
}

/// Where draws are among the split chains, an odd number of draws having lost the middle one.
private struct SplitPlaces {
  private let draws: UInt32
  private let half: UInt32
  private let isOdd: Bool

  init(draws: Int) {
    self.draws = UInt32(truncatingIfNeeded: draws)
    half = self.draws / 2
    isOdd = draws % 2 == 1
  }

  @inline(__always)
  func callAsFunction(_ place: Int) -> Int {
    guard isOdd else { return place }
    let (chain, t) = UInt32(truncatingIfNeeded: place).quotientAndRemainder(dividingBy: draws)
    return place - Int(chain) - (t > half ? 1 : 0)
  }
}

extension RankScores {
  /// The scores of some draws.
  static func of(_ draws: ChainDraws) -> RankScores {
    let count = 2 * draws.chains * (draws.draws / 2)
    let result = RankScores(
      chains: draws.chains, draws: draws.draws, NormalScores(count: count))
    draws.values.withUnsafeBufferPointer { x in
      if let x = x.baseAddress { _ = result.rank(x) }
    }
    return result
  }

  /// The autocovariances of the scores, for as long as nothing else is ranked.
  ///
  /// - Parameter tables: for half the length of a chain.
  func autocovariances(_ tables: AutocovarianceTables) -> LaggedAutocovariances {
    LaggedAutocovariances(
      scores, SeriesStarts(count: chains, length: length), tables: tables)
  }
}
