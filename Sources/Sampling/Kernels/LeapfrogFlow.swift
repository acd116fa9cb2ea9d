internal import NumericalCore

/// Positions and velocities of many walkers on their way along Hamiltonian trajectories, and the
/// memory for them, which is used again by the next trajectory.
///
/// With the inverse mass Σ = L Lᵀ and momenta r of unit mass the velocity is v = L r. A kick of
/// time h is v += h Σ ∇ln p, which is one product with Σ instead of two with L. The impulse
/// s = Σ_kicks h ∇ln p gives the change of the kinetic energy, s · (v_first + v_last) / 2.
struct LeapfrogFlow: Sendable {
  var positions: Matrix<Double>
  var velocities: Matrix<Double>
  var gradients: Matrix<Double>
  var values: [Double]
  /// Kinetic energies at the start of the trajectories.
  private(set) var firstKineticEnergies: [Double]
  private var firstVelocities: Matrix<Double>
  private var impulses: Matrix<Double>

  /// Memory for `walkers` walkers.
  init(walkers: Int, dimension: Int) {
    let zero = Matrix<Double>(rows: walkers, columns: dimension, repeating: 0)
    (positions, velocities, gradients) = (zero, zero, zero)
    (firstVelocities, impulses) = (zero, zero)
    values = Array(repeating: 0, count: walkers)
    firstKineticEnergies = values
  }

  /// Places the walkers at a state, with new momenta from `stream` at `step`; then the first kick
  /// and the first drift.
  ///
  /// - Parameter kick: length of the kick over that of the drift.
  mutating func begin(
    at state: WalkerState, gradients start: Matrix<Double>, momenta stream: RandomStream,
    step: Int, stepSize: Double, kick: Double, mass: InverseMass
  ) {
    // Momenta of unit mass give the energies.
    var energies = firstKineticEnergies
    firstKineticEnergies = []
    defer { firstKineticEnergies = energies }
    energies.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      place(
        state, start, stream, step: step, stepSize: stepSize, kick: kick * stepSize, mass: mass,
        energies: DisjointRows(base))
    }
  }

  private mutating func place(
    _ state: WalkerState, _ start: Matrix<Double>, _ stream: RandomStream, step: Int,
    stepSize: Double, kick: Double, mass: InverseMass, energies: DisjointRows<Double>
  ) {
    let d = positions.columns
    withBlocks { block, q, v, s, first, _ in
      state.positions.elements.withUnsafeBufferPointer { from in
        start.elements.withUnsafeBufferPointer { gradient in
          guard let from = from.baseAddress, let gradient = gradient.baseAddress else { return }
          for walker in block {
            stream.fillNormals(v + walker * d, count: d, step: step, walker: walker)
            energies.base[walker] = 0.5 * Double.dot(d, v + walker * d, v + walker * d)
          }
          let offset = block.lowerBound * d
          let count = block.count * d
          mass.setVelocities(first + offset, momenta: v + offset, rows: block.count)
          (v + offset).update(from: first + offset, count: count)
          mass.kick(
            v + offset, gradients: gradient + offset, time: kick, rows: block.count)
          for k in offset..<offset + count {
            s[k] = kick * gradient[k]
            q[k] = from[k] + stepSize * v[k]
          }
        }
      }
    }
  }

  /// A kick with the present gradients, and a drift.
  ///
  /// - Parameter kick: length of the kick over that of the drift.
  mutating func advance(stepSize: Double, kick: Double, mass: InverseMass) {
    let d = positions.columns
    let kick = kick * stepSize
    withBlocks { block, q, v, s, _, g in
      let offset = block.lowerBound * d
      mass.kick(v + offset, gradients: g + offset, time: kick, rows: block.count)
      for k in offset..<offset + block.count * d {
        s[k] += kick * g[k]
        q[k] += stepSize * v[k]
      }
    }
  }

  /// The last kick; returns the change of the kinetic energy of every walker.
  ///
  /// - Parameter kick: its length over that of a drift.
  mutating func finish(stepSize: Double, kick: Double, mass: InverseMass) -> [Double] {
    let d = positions.columns
    let kick = kick * stepSize
    var changes = [Double](repeating: 0, count: positions.rows)
    changes.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let output = DisjointRows(base)
      withBlocks { block, _, v, s, first, g in
        let offset = block.lowerBound * d
        mass.kick(v + offset, gradients: g + offset, time: kick, rows: block.count)
        for walker in block {
          var sum = 0.0
          for k in walker * d..<(walker + 1) * d {
            sum += (s[k] + kick * g[k]) * (first[k] + v[k])
          }
          output.base[walker] = 0.5 * sum
        }
      }
    }
    return changes
  }

  /// Runs `body` on blocks of walkers, on all threads: positions, velocities, impulses, first
  /// velocities, gradients. The blocks do not depend on the number of threads.
  private mutating func withBlocks(
    _ body:
      @Sendable (
        _ block: Range<Int>, _ positions: UnsafeMutablePointer<Double>,
        _ velocities: UnsafeMutablePointer<Double>, _ impulses: UnsafeMutablePointer<Double>,
        _ first: UnsafeMutablePointer<Double>, _ gradients: UnsafePointer<Double>
      ) -> Void
  ) {
    let count = positions.rows
    let size = BlockProduct.rows(dimension: positions.columns)
    positions.elements.withUnsafeMutableBufferPointer { q in
      velocities.elements.withUnsafeMutableBufferPointer { v in
        impulses.elements.withUnsafeMutableBufferPointer { s in
          firstVelocities.elements.withUnsafeMutableBufferPointer { first in
            gradients.elements.withUnsafeBufferPointer { g in
              guard let q = q.baseAddress, let v = v.baseAddress, let s = s.baseAddress,
                let first = first.baseAddress, let g = g.baseAddress
              else { return }
              let rows = (
                DisjointRows(q), DisjointRows(v), DisjointRows(s), DisjointRows(first),
                SharedRows(g)
              )
              parallelFor((count + size - 1) / size) { range in
                for b in range {
                  body(
                    b * size..<min(count, (b + 1) * size), rows.0.base, rows.1.base, rows.2.base,
                    rows.3.base, rows.4.base)
                }
              }
            }
          }
        }
      }
    }
  }
}
