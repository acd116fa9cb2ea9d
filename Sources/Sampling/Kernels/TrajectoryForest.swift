internal import Likelihoods
internal import NumericalCore

/// The trajectories of many chains that grow in lock step, and their memory, which is used again
/// by the next transition.
struct TrajectoryForest: Sendable {
  /// One chain: its tree, and the two ends of its trajectory.
  fileprivate struct Trajectory: Sendable {
    var tree: TrajectoryTree
    var front: PhasePoint
    var back: PhasePoint

    /// Moves the end that grows up to its evaluation of the density, and writes the place.
    mutating func beginStep(_ stepSize: Double, into row: UnsafeMutablePointer<Double>) {
      if tree.isForward {
        front.beginStep(stepSize)
        front.position.withUnsafeBufferPointer { copy($0, to: row) }
      } else {
        back.beginStep(-stepSize)
        back.position.withUnsafeBufferPointer { copy($0, to: row) }
      }
    }

    private func copy(_ x: UnsafeBufferPointer<Double>, to row: UnsafeMutablePointer<Double>) {
      guard let base = x.baseAddress else { return }
      row.update(from: base, count: x.count)
    }

    /// Ends the step with what the density gave; whether the tree needs another one.
    mutating func finishStep(
      _ stepSize: Double, logDensity: Double, gradient: UnsafePointer<Double>,
      acceleration: UnsafePointer<Double>
    ) -> Bool {
      func finish(_ point: inout PhasePoint, _ stepSize: Double) -> Bool {
        point.logDensity = logDensity
        VectorMath.copy(gradient, to: &point.gradient)
        VectorMath.copy(acceleration, to: &point.acceleration)
        point.finishStep(stepSize)
        return tree.add(point, energy: point.kineticEnergy - logDensity)
      }
      return tree.isForward ? finish(&front, stepSize) : finish(&back, -stepSize)
    }
  }

  private var trajectories: [Trajectory]
  /// The chains whose trajectory still grows.
  private var growing: [Int]
  private let dimension: Int

  /// Memory for `chains` chains.
  init(chains: Int, dimension: Int) {
    let point = PhasePoint(dimension: dimension)
    let random = RandomStream(seed: 0, purpose: "unused").sequence()
    trajectories = Array(
      repeating: Trajectory(
        tree: TrajectoryTree(dimension: dimension, random: random), front: point, back: point),
      count: chains)
    growing = []
    self.dimension = dimension
  }

  /// Whether a trajectory still grows.
  var isGrowing: Bool { !growing.isEmpty }

  /// Places all chains at a state, with new momenta.
  mutating func begin(
    at state: WalkerState, gradients: Matrix<Double>, momenta: RandomStream,
    choices: RandomStream, step: Int, mass: InverseMass, maximumDepth: Int,
    rule: TrajectoryTree.DrawRule
  ) {
    growing = Array(0..<trajectories.count)
    let d = dimension
    let from = state.positions.elements
    let slopes = gradients.elements
    withBlocks(of: growing) { block, trajectories in
      let count = block.count * d
      // Unit momenta, and from them momenta, velocities and accelerations.
      var work = [Double](repeating: 0, count: 4 * count)
      work.withUnsafeMutableBufferPointer { work in
        guard let unit = work.baseAddress else { return }
        let (p, v, a) = (unit + count, unit + 2 * count, unit + 3 * count)
        for (row, chain) in block.enumerated() {
          momenta.fillNormals(unit + row * d, count: d, step: step, walker: chain)
        }
        mass.setMomenta(p, unit: unit, rows: block.count)
        mass.setVelocities(v, momenta: unit, rows: block.count)
        slopes.withUnsafeBufferPointer { slopes in
          from.withUnsafeBufferPointer { from in
            guard let g = slopes.baseAddress, let x = from.baseAddress else { return }
            let start = block.lowerBound * d
            mass.kick(a, gradients: g + start, time: 1, rows: block.count)
            for (row, chain) in block.enumerated() {
              trajectories[chain].begin(
                position: x + chain * d, gradient: g + chain * d, momentum: p + row * d,
                velocity: v + row * d, acceleration: a + row * d,
                logDensity: state.logDensities[chain],
                random: choices.sequence(step: step, walker: chain + 1),
                maximumDepth: maximumDepth, rule: rule)
            }
          }
        }
      }
    }
  }

  /// One leapfrog step of every chain that still grows.
  ///
  /// - Throws: ``SamplingError/notANumber(walker:point:)``, or the error of the density.
  mutating func grow<D: DifferentiableLogDensity>(
    _ density: D, stepSize: Double, mass: InverseMass
  ) throws {
    let d = dimension
    let moving = growing
    var points = Matrix<Double>(rows: moving.count, columns: d, repeating: 0)
    points.elements.withUnsafeMutableBufferPointer { points in
      guard let base = points.baseAddress else { return }
      let rows = DisjointRows(base)
      withBlocks(of: moving) { block, trajectories in
        for row in block {
          trajectories[moving[row]].beginStep(stepSize, into: rows.base + row * d)
        }
      }
    }
    let (values, gradients) = try density.logDensitiesAndGradients(at: points)
    for (row, value) in values.enumerated() where value.isNaN {
      // A diverging trajectory may have overflown.
      let point = points.row(row)
      guard point.allSatisfy(\.isFinite) else { continue }
      throw SamplingError.notANumber(walker: moving[row], point: point)
    }
    var goOn = [Bool](repeating: false, count: moving.count)
    goOn.withUnsafeMutableBufferPointer { goOn in
      guard let base = goOn.baseAddress else { return }
      let flags = DisjointRows(base)
      withBlocks(of: moving) { block, trajectories in
        var acceleration = [Double](repeating: 0, count: block.count * d)
        acceleration.withUnsafeMutableBufferPointer { a in
          gradients.elements.withUnsafeBufferPointer { g in
            guard let a = a.baseAddress, let g = g.baseAddress else { return }
            mass.kick(a, gradients: g + block.lowerBound * d, time: 1, rows: block.count)
            for (index, row) in block.enumerated() {
              flags.base[row] = trajectories[moving[row]].finishStep(
                stepSize, logDensity: values[row], gradient: g + row * d,
                acceleration: a + index * d)
            }
          }
        }
      }
    }
    growing = zip(moving, goOn).filter(\.1).map(\.0)
  }

  /// Moves the chains to the points drawn from their trajectories, and tells about these what
  /// ``NoUTurnKernel/statisticNames`` says.
  func finish(_ state: inout WalkerState) -> StepInfo {
    let d = dimension
    var info = StepInfo(acceptance: trajectories.map(\.tree.acceptance))
    var energies = [Double](repeating: 0, count: trajectories.count)
    var gradients = state.gradients
    state.gradients = nil
    for (chain, trajectory) in trajectories.enumerated() {
      let draw = trajectory.tree.draw
      let row = chain * d..<(chain + 1) * d
      state.positions.elements.replaceSubrange(row, with: draw.position)
      gradients?.elements.replaceSubrange(row, with: draw.gradient)
      state.logDensities[chain] = draw.logDensity
      energies[chain] = draw.energy
    }
    state.gradients = gradients
    info.divergences = trajectories.count { $0.tree.diverged }
    info.evaluations = trajectories.reduce(0) { $0 + $1.tree.leapfrogs }
    info.statistics = [
      energies, trajectories.map { Double($0.tree.depth) },
      trajectories.map { Double($0.tree.leapfrogs) },
      trajectories.map { $0.tree.diverged ? 1 : 0 },
    ]
    return info
  }

  /// Runs `body` on blocks of rows, on all threads. The blocks do not depend on the number of
  /// threads.
  private mutating func withBlocks(
    of rows: [Int],
    _ body: @Sendable (Range<Int>, UnsafeMutablePointer<Trajectory>) -> Void
  ) {
    let size = BlockProduct.rows(dimension: dimension)
    trajectories.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let all = DisjointRows(base)
      parallelFor((rows.count + size - 1) / size) { range in
        for block in range {
          body(block * size..<min(rows.count, (block + 1) * size), all.base)
        }
      }
    }
  }
}

extension TrajectoryForest.Trajectory {
  /// Starts a trajectory at a point.
  fileprivate mutating func begin(
    position: UnsafePointer<Double>, gradient: UnsafePointer<Double>,
    momentum: UnsafePointer<Double>, velocity: UnsafePointer<Double>,
    acceleration: UnsafePointer<Double>, logDensity: Double, random: RandomSequence,
    maximumDepth: Int, rule: TrajectoryTree.DrawRule
  ) {
    func place(_ point: inout PhasePoint) {
      VectorMath.copy(position, to: &point.position)
      VectorMath.copy(gradient, to: &point.gradient)
      VectorMath.copy(momentum, to: &point.momentum)
      VectorMath.copy(velocity, to: &point.velocity)
      VectorMath.copy(acceleration, to: &point.acceleration)
      point.logDensity = logDensity
    }
    place(&front)
    place(&back)
    tree.begin(
      at: front, energy: front.kineticEnergy - logDensity, random: random,
      maximumDepth: maximumDepth, rule: rule)
  }
}
