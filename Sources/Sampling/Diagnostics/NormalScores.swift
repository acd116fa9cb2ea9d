internal import NumericalCore
internal import Statistics

/// Normal scores z = Φ⁻¹((r - 3/8) / (S + 1/4)) of the ranks r = 1 ... S and of the half ranks
/// that ties give (Vehtari et al. arXiv:1903.08008; G. Blom, 1958).
struct NormalScores: Sendable {
  let count: Int
  // Entry h belongs to the rank 1 + h / 2.
  private let table: [Double]

  init(count: Int) {
    self.count = count
    var table = [Double](repeating: 0, count: 2 * count - 1)
    // Antisymmetric about the middle: half of the quantiles are enough.
    for h in 0..<(count - 1) {
      let z = SpecialFunctions.normalScore(
        (1 + 0.5 * Double(h) - 0.375) / (Double(count) + 0.25))
      table[h] = z
      table[2 * count - 2 - h] = -z
    }
    self.table = table
  }

  /// The scores of numbers in ascending order, put back to their places; ties share the mean rank.
  func scores(sorted values: [Double], indices: [UInt32]) -> [Double] {
    precondition(values.count == count, "a table for another number of draws")
    var result = [Double](repeating: 0, count: count)
    var i = 0
    while i < count {
      var j = i
      while j + 1 < count && values[j + 1] == values[i] { j += 1 }
      // Ranks i + 1 ... j + 1 have the mean 1 + (i + j) / 2.
      let z = table[i + j]
      for k in i...j { result[Int(indices[k])] = z }
      i = j + 1
    }
    return result
  }
}

/// The draws of split chains in ascending order, from which ranks, folded ranks and quantiles
/// come without a second sort.
struct SortedSplitDraws: Sendable {
  let values: [Double]
  let indices: [UInt32]

  /// From the order of all draws: an odd number of draws per chain loses the middle one.
  init(_ order: SortedOrder, draws: Int) {
    guard draws % 2 == 1 else {
      values = order.values
      indices = order.indices
      return
    }
    let half = draws / 2
    var keptValues: [Double] = []
    var keptIndices: [UInt32] = []
    for k in order.values.indices {
      let (chain, t) = Int(order.indices[k]).quotientAndRemainder(dividingBy: draws)
      guard t != half else { continue }
      keptValues.append(order.values[k])
      keptIndices.append(UInt32(chain * (draws - 1) + (t < half ? t : t - 1)))
    }
    values = keptValues
    indices = keptIndices
  }

  var median: Double {
    let n = values.count
    return 0.5 * (values[(n - 1) / 2] + values[n / 2])
  }

  /// |x - median| in ascending order, by merging the two sides of the median.
  func folded() -> (values: [Double], indices: [UInt32]) {
    let centre = median
    let n = values.count
    var distances = [Double](repeating: 0, count: n)
    var places = [UInt32](repeating: 0, count: n)
    var right = 0
    while right < n && values[right] < centre { right += 1 }
    var left = right - 1
    for k in 0..<n {
      let onRight = right < n ? abs(values[right] - centre) : .infinity
      let onLeft = left >= 0 ? abs(values[left] - centre) : .infinity
      if onLeft < onRight || right == n {
        distances[k] = onLeft
        places[k] = indices[left]
        left -= 1
      } else {
        distances[k] = onRight
        places[k] = indices[right]
        right += 1
      }
    }
    return (distances, places)
  }
}
