internal import Likelihoods
internal import NumericalCore

/// Checks and evaluates the start of ensembles.
///
/// - Throws: ``SamplingError`` for too few walkers, walkers that do not span the space if they use
///   each other, or a log density that is not finite.
func ensembleStart(
  _ positions: Matrix<Double>, _ density: some LogDensity, ensembles: Int, needed: Int
) throws -> WalkerState {
  guard ensembles > 0, positions.rows % ensembles == 0 else {
    throw SamplingError.field(
      "number of walkers", expected: "a multiple of the \(ensembles) ensembles",
      found: "\(positions.rows)")
  }
  let size = positions.rows / ensembles
  guard size >= needed else {
    throw SamplingError.tooFewWalkers(
      found: size, needed: needed,
      reason: "each ensemble has to span all \(positions.columns) dimensions")
  }
  if needed > 1 {
    for ensemble in 0..<ensembles {
      let walkers = ensemble * size..<(ensemble + 1) * size
      guard let column = dependentColumn(positions, walkers) else { continue }
      throw SamplingError.field(
        "start of ensemble \(ensemble)",
        expected: "walkers that differ in all \(positions.columns) directions, which they can "
          + "never leave otherwise",
        found: "'\(density.parameters.names[column])' the same for all, or a linear function "
          + "of other parameters")
    }
  }
  let values = try density.logDensities(at: positions)
  if let walker = values.firstIndex(where: { !$0.isFinite }) {
    throw SamplingError.notFiniteAtStart(walker: walker, value: values[walker])
  }
  return WalkerState(positions: positions, logDensities: values)
}

/// A parameter whose values are a linear function of those of others, to 1e-8 of their spread.
///
/// Gram-Schmidt orthogonalisation of the columns, the one with the largest rest first.
private func dependentColumn(_ positions: Matrix<Double>, _ walkers: Range<Int>) -> Int? {
  let (n, d) = (walkers.count, positions.columns)
  let tolerance = 1e-8
  var columns: [[Double]] = []
  for j in 0..<d {
    var column = walkers.map { positions[$0, j] }
    let mean = column.reduce(0, +) / Double(n)
    let size = column.reduce(0) { max($0, abs($1)) }
    for i in 0..<n { column[i] -= mean }
    let norm = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
    // A spread at the level of rounding is none.
    guard norm > 4e-16 * size * Double(n) else { return j }
    for i in 0..<n { column[i] /= norm }
    columns.append(column)
  }
  var rests = [Double](repeating: 1, count: d)
  var waiting = Array(0..<d)
  while let k = waiting.indices.max(by: { rests[waiting[$0]] < rests[waiting[$1]] }) {
    let pivot = waiting.remove(at: k)
    let norm = columns[pivot].reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm > tolerance else { return pivot }
    let direction = columns[pivot].map { $0 / norm }
    for j in waiting {
      var product = 0.0
      for i in 0..<n { product += direction[i] * columns[j][i] }
      var rest = 0.0
      for i in 0..<n {
        columns[j][i] -= product * direction[i]
        rest += columns[j][i] * columns[j][i]
      }
      rests[j] = rest
    }
  }
  return nil
}
