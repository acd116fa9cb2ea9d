internal import CVectorKernels
internal import Foundation
internal import NumericalCore

/// The Poisson and normal terms of a data set in the form that the kernels read.
final class HistFactoryTerms: Sendable {
  /// The pointers into `memory`, which is constant once it is filled.
  struct Kernel: @unchecked Sendable {
    var main = vk_poisson_terms()
    var poisson = vk_poisson_terms()
    /// Parameter of every Poisson constraint, without the spare terms.
    var poissonParameter: UnsafePointer<Int32>
    var poissonCount = 0
    var normalParameter: UnsafePointer<Int32>
    var normalCount = 0
    var normalTerms = 0
    var mean: UnsafePointer<Double>
    var inverseWidth: UnsafePointer<Double>
    var constant: UnsafePointer<Double>
  }

  let kernel: Kernel
  private let memory: TableMemory

  /// Constraint terms of one kind, spare ones included.
  var largestCount: Int { max(kernel.poisson.count, kernel.normalTerms) }

  init(main: [Double], constraints: [HistFactoryConstraint]) {
    let memory = TableMemory()
    self.memory = memory
    var poisson: [Term] = []
    var poissonParameter: [Int] = []
    var normal: [(mean: Double, width: Double)] = []
    var normalParameter: [Int] = []
    for (parameter, constraint) in constraints.enumerated() {
      switch constraint {
      case .none: continue
      case .poisson(let observed, let factor):
        poisson.append(Term(count: observed, factor: factor))
        poissonParameter.append(parameter)
      case .gaussian(let observed, let width):
        normal.append((observed, width))
        normalParameter.append(parameter)
      }
    }
    let padded = Self.padded(normal, with: (1, .infinity))
    var kernel = Kernel(
      poissonParameter: memory.keep(indices: poissonParameter),
      normalParameter: memory.keep(indices: normalParameter),
      mean: memory.keep(padded.map(\.mean)),
      inverseWidth: memory.keep(padded.map { 1 / $0.width }),
      constant: memory.keep(
        padded.map { $0.width < .infinity ? -log($0.width) - 0.5 * log(2 * Double.pi) : 0 }))
    kernel.main = Self.keep(main.map(Term.init(count:)), memory)
    kernel.poisson = Self.keep(poisson, memory)
    kernel.poissonCount = poisson.count
    kernel.normalCount = normal.count
    kernel.normalTerms = padded.count
    self.kernel = kernel
  }

  private static func padded<Element>(_ values: [Element], with spare: Element) -> [Element] {
    let lanes = HistFactoryTables.lanes
    return values + Array(repeating: spare, count: (lanes - values.count % lanes) % lanes)
  }

  private static func keep(_ terms: [Term], _ memory: TableMemory) -> vk_poisson_terms {
    let terms = padded(terms, with: Term.spare)
    return vk_poisson_terms(
      count: terms.count, n: memory.keep(terms.map(\.n)), scale: memory.keep(terms.map(\.scale)),
      reference: memory.keep(terms.map(\.reference)), ratio: memory.keep(terms.map(\.ratio)),
      shift: memory.keep(terms.map(\.shift)), constant: memory.keep(terms.map(\.constant)),
      direct: memory.keep(terms.map(\.direct)))
  }

  /// One Poisson term; see `vk_poisson_terms`.
  private struct Term {
    let n, scale, reference, ratio, shift, constant, direct: Double

    static let spare = Term(
      n: 0, scale: 0, reference: 0, ratio: 1, shift: 0, constant: 0, direct: 1)

    private init(
      n: Double, scale: Double, reference: Double, ratio: Double, shift: Double,
      constant: Double, direct: Double
    ) {
      (self.n, self.scale, self.reference) = (n, scale, reference)
      (self.ratio, self.shift, self.constant) = (ratio, shift, constant)
      self.direct = direct
    }

    /// A count whose mean is the variable.
    init(count n: Double) {
      self.init(count: n, factor: 1, reference: n, shift: 0)
    }

    /// A count whose mean is `factor` times the variable, which is near 1: x = (γ - 1) τ/n +
    /// (τ - n)/n has no cancellation, and is γ - 1 where n = τ.
    init(count n: Double, factor: Double) {
      self.init(count: n, factor: factor, reference: 1, shift: n > 0 ? (factor - n) / n : 0)
    }

    private init(count n: Double, factor: Double, reference: Double, shift: Double) {
      // Below this x overflows, and nothing cancels.
      let direct = n < 1e-3
      self.init(
        n: n, scale: factor, reference: direct ? 0 : reference,
        ratio: direct ? factor : factor / n, shift: direct ? 0 : shift,
        constant: direct
          ? -SpecialFunctions.logGamma(n + 1)
          : -0.5 * log(2 * Double.pi * n) - SpecialFunctions.stirlingError(n),
        direct: direct ? 1 : 0)
    }
  }
}
