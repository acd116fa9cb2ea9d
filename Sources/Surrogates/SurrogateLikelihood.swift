public import Likelihoods
internal import NeuralNetworks
public import NumericalCore

/// A neural network that stands in for a log-posterior, with everything it needs inside: parameter
/// names and bounds, preconditioning, prior, provenance.
///
/// It is a log density like any other: what can be done with the truth (sample, fit, profile,
/// publish) can be done with it by the same code. The input are physical parameters, the output is
/// the log-posterior; -∞ outside the bounds.
public struct SurrogateLikelihood: DifferentiableLogDensity, LogPosterior {
  public let parameters: ParameterSpace
  /// The fixed part.
  public let preconditioner: Preconditioner
  /// The trained part.
  public let network: SurrogateNetwork
  /// The prior contained in the log-posterior; `nil` if it stands for a likelihood alone.
  public let prior: ProductPrior?
  /// Where the surrogate comes from and how good it is: recipe, seed, data set, test error, ….
  public var provenance: [String: String]

  /// Points evaluated in one block.
  private static var blockRows: Int { 4096 }

  /// A surrogate from its parts.
  ///
  /// - Precondition: the network has one input per parameter and one output.
  public init(
    parameters: ParameterSpace, preconditioner: Preconditioner, network: SurrogateNetwork,
    prior: ProductPrior?, provenance: [String: String] = [:]
  ) {
    precondition(
      network.architecture.inputs == parameters.count && network.architecture.outputs == 1,
      "the network does not fit the parameters")
    self.parameters = parameters
    self.preconditioner = preconditioner
    self.network = network
    self.prior = prior
    self.provenance = provenance
  }

  /// The same surrogate, computed in double precision: smooth to rounding, as fits want it.
  public var inDoublePrecision: SurrogateLikelihood {
    SurrogateLikelihood(
      parameters: parameters, preconditioner: preconditioner,
      network: network.inDoublePrecision, prior: prior, provenance: provenance)
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    forEachBlock(points) { rows, block in
      let z = preconditioner.whitened(block)
      let outputs = network.predict(z)
      store(outputs, preconditioner.quadratic(z), points, rows, &values)
    }
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    forEachBlock(points) { rows, block in
      let z = preconditioner.whitened(block)
      var (outputs, slopes) = network.valuesAndGradients(z)
      store(outputs, preconditioner.quadratic(z), points, rows, &values)
      outputs = []
      let scale = preconditioner.targetScale
      let pull = preconditioner.peak == nil ? 0.0 : 1.0
      for k in slopes.elements.indices {
        slopes.elements[k] = scale * slopes.elements[k] - pull * z.elements[k]
      }
      let result = preconditioner.whitening.map { slopes.times($0) } ?? slopes
      for (i, row) in rows.enumerated() {
        let inside = values[row] > -.infinity
        for k in 0..<result.columns { gradients[row, k] = inside ? result[i, k] : 0 }
      }
    }
  }

  private func forEachBlock(
    _ points: Matrix<Double>, _ body: (Range<Int>, Matrix<Double>) -> Void
  ) {
    precondition(
      points.columns == parameters.count, "a point has \(parameters.count) coordinates")
    for first in stride(from: 0, to: points.rows, by: Self.blockRows) {
      let rows = first..<min(first + Self.blockRows, points.rows)
      body(rows, rows.count == points.rows ? points : points.rows(in: rows))
    }
  }

  private func store(
    _ outputs: [Double], _ quadratic: [Double], _ points: Matrix<Double>, _ rows: Range<Int>,
    _ values: inout [Double]
  ) {
    let bounded = parameters.parameters.indices.filter {
      parameters.parameters[$0].lower.isFinite || parameters.parameters[$0].upper.isFinite
    }
    for (i, row) in rows.enumerated() {
      let value =
        quadratic[i] + preconditioner.targetMean + preconditioner.targetScale * outputs[i]
      let inside = bounded.allSatisfy { parameters.parameters[$0].allows(points[row, $0]) }
      values[row] = inside && value.isFinite ? value : -.infinity
    }
  }

  public var factorizedPrior: ProductPrior? { prior }

  public func logPriors(at points: Matrix<Double>) -> [Double] {
    prior?.logDensities(at: points) ?? Array(repeating: 0, count: points.rows)
  }

  /// The log-posterior of the network less the prior.
  public func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    zip(logDensities(at: points), logPriors(at: points)).map { posterior, prior in
      prior.isFinite ? posterior - prior : -.infinity
    }
  }
}
