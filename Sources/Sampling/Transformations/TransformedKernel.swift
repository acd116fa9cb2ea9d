public import Likelihoods
public import NumericalCore

/// A kernel that moves in the coordinates of a ``TransformedDensity``, while its walkers' positions
/// and log densities are those of the density itself.
///
/// ``WalkerState/gradients`` are by the coordinates. A walker that does not move keeps its
/// position bit for bit, whatever the rounding of the maps.
public struct TransformedKernel<Base: DifferentiableLogDensity, Inner: GradientKernel>:
  TransitionKernel
where Inner.Density == TransformedDensity<Base> {
  /// The kernel in coordinates.
  public var inner: Inner

  /// A kernel around one in coordinates.
  public init(_ inner: Inner) { self.inner = inner }

  private var density: TransformedDensity<Base> { inner.density }
  public var tuning: GradientTuning {
    get { inner.tuning }
    set { inner.tuning = newValue }
  }
  public var statisticNames: [String] { inner.statisticNames }

  /// Evaluates the density at starting positions; those on bounds are moved inside.
  public func initialState(_ positions: Matrix<Double>) throws -> WalkerState {
    parameters(of: try inner.initialState(density.coordinates(of: positions)))
  }

  /// The state of this kernel that belongs to one of the kernel in coordinates.
  public func parameters(of inner: WalkerState) -> WalkerState {
    var state = inner
    let slopes = density.logSlopes(at: state.positions)
    for (walker, slope) in slopes.enumerated() { state.logDensities[walker] -= slope }
    state.positions = density.points(at: state.positions)
    return state
  }

  public func step(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    try inCoordinates(&state) { try inner.step(&$0, number: number) }
  }

  /// Runs `body` on the walkers in coordinates.
  func inCoordinates<Value>(
    _ state: inout WalkerState, _ body: (inout WalkerState) throws -> Value
  ) rethrows -> Value {
    let density = self.density
    let columns = density.mapped
    guard !columns.isEmpty else { return try body(&state) }
    let before = Saved(state, columns)
    let width = state.positions.columns
    for walker in 0..<state.walkers {
      for j in columns {
        let k = walker * width + j
        // Draws may round to a bound: then the smallest distance that is a number.
        let y = density.maps[j].coordinate(
          of: state.positions.elements[k], margin: .leastNormalMagnitude)
        state.positions.elements[k] = y
        state.logDensities[walker] += density.maps[j].parameter(at: y).logSlope
      }
    }
    let start = Saved(state, columns)
    defer {
      for walker in 0..<state.walkers {
        let stays = start.isAt(state, walker, columns)
        if stays { state.logDensities[walker] = before.logDensities[walker] }
        for (index, j) in columns.enumerated() {
          let k = walker * width + j
          let map = density.maps[j].parameter(at: state.positions.elements[k])
          state.positions.elements[k] =
            stays ? before.positions[walker * columns.count + index] : map.value
          if !stays { state.logDensities[walker] -= map.logSlope }
        }
      }
    }
    return try body(&state)
  }

  /// The mapped columns and the log densities of a state.
  private struct Saved {
    let positions: [Double]
    let logDensities: [Double]

    init(_ state: WalkerState, _ columns: [Int]) {
      var kept: [Double] = []
      kept.reserveCapacity(state.walkers * columns.count)
      for walker in 0..<state.walkers {
        for j in columns { kept.append(state.positions[walker, j]) }
      }
      positions = kept
      logDensities = state.logDensities
    }

    func isAt(_ state: WalkerState, _ walker: Int, _ columns: [Int]) -> Bool {
      state.logDensities[walker] == logDensities[walker]
        && columns.enumerated().allSatisfy { index, j in
          state.positions[walker, j] == positions[walker * columns.count + index]
        }
    }
  }
}
