internal import NumericalCore

/// The buffers of an ensemble kernel, so that a step allocates next to nothing.
struct EnsembleWorkspace: Sendable {
  /// The random halves.
  var split = EnsembleSplit()
  /// Proposals of the first and the second half, with their log densities.
  var batches = [PointBatch(), PointBatch()]
  /// ln of the factor of every proposal.
  var factors: [Double] = []
  /// Which move made every proposal.
  var components: [Int] = []
}

/// A batch of points with room for their log densities, whose memory is used again.
struct PointBatch: Sendable {
  var points = Matrix<Double>(rows: 0, columns: 0, elements: [])
  var values: [Double] = []

  /// Changes the number of points; the coordinates are whatever was there before.
  mutating func resize(rows: Int, columns: Int) {
    guard points.rows != rows || points.columns != columns else { return }
    var elements: [Double] = []
    swap(&elements, &points.elements)
    Self.resize(&elements, rows * columns)
    points = Matrix(rows: rows, columns: columns, elements: elements)
    Self.resize(&values, rows)
  }

  private static func resize(_ array: inout [Double], _ count: Int) {
    if array.count > count {
      array.removeLast(array.count - count)
    } else {
      array.append(contentsOf: repeatElement(0, count: count - array.count))
    }
  }
}

/// The walkers of every ensemble in a random order; the first half of it are the red ones, the
/// rest the black ones.
struct EnsembleSplit: Sendable {
  /// Rows of walkers, ensemble after ensemble.
  private(set) var order: [Int] = []
  private(set) var ensembles = 1

  /// Walkers of an ensemble.
  var size: Int { order.count / ensembles }

  /// Number of walkers of an ensemble that move in a half.
  func moving(_ half: Int) -> Int { half == 0 ? size / 2 : size - size / 2 }

  /// Where the moving walkers of a half begin in the order of an ensemble.
  func start(_ half: Int) -> Int { half == 0 ? 0 : size / 2 }

  /// The walker in a row of the batch of a half.
  func walker(_ half: Int, row: Int) -> Int {
    let count = moving(half)
    return order[row / count * size + start(half) + row % count]
  }

  /// Draws new halves (Fisher-Yates).
  mutating func shuffle(walkers: Int, ensembles: Int, _ stream: RandomStream, number: Int) {
    if order.count != walkers { order = Array(repeating: 0, count: walkers) }
    self.ensembles = ensembles
    let size = size
    order.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      let rows = DisjointRows(base)
      parallelFor(ensembles, grain: max(1, 512 / max(1, size))) { range in
        for ensemble in range {
          let first = ensemble * size
          var random = stream.sequence(step: number, walker: ensemble)
          for i in 0..<size { rows.base[first + i] = first + i }
          for i in stride(from: size - 1, to: 0, by: -1) {
            let j = random.index(below: i + 1)
            let held = rows.base[first + i]
            rows.base[first + i] = rows.base[first + j]
            rows.base[first + j] = held
          }
        }
      }
    }
  }
}
