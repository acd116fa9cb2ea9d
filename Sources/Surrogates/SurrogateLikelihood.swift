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
  /// Where the network holds; `nil` if the file does not say, and then it is used everywhere.
  public let region: ValidityRegion?
  /// The prior contained in the log-posterior; `nil` if it stands for a likelihood alone.
  public let prior: ProductPrior?
  /// Where the surrogate comes from and how good it is: recipe, seed, data set, test error, ….
  public var provenance: [String: String]

  /// Positions of the parameters that have a bound.
  private let bounded: [Int]
  /// Whether the whitened coordinates of the region are those of the preconditioner.
  let sharesCoordinates: Bool

  /// Points evaluated in one block.
  private static var blockRows: Int { 128 }

  /// A surrogate from its parts.
  ///
  /// - Precondition: the network has one input per parameter and kink, and one output, or one more
  ///   than there are residuals; the region has the parameters.
  public init(
    parameters: ParameterSpace, preconditioner: Preconditioner, network: SurrogateNetwork,
    region: ValidityRegion? = nil, prior: ProductPrior?, provenance: [String: String] = [:]
  ) {
    precondition(
      network.architecture.inputs == parameters.count + preconditioner.kinks.count
        && network.architecture.outputs == preconditioner.outputs,
      "the network does not fit the parameters")
    precondition(
      region.map { $0.dimension == parameters.count } ?? true,
      "the region of validity does not fit the parameters")
    self.parameters = parameters
    self.region = region
    sharesCoordinates = region?.sharesCoordinates(with: preconditioner) ?? false
    self.preconditioner = preconditioner
    self.network = network
    self.prior = prior
    self.provenance = provenance
    bounded = parameters.parameters.indices.filter {
      parameters.parameters[$0].lower.isFinite || parameters.parameters[$0].upper.isFinite
    }
  }

  /// The same surrogate, computed in double precision: smooth to rounding, as fits want it.
  public var inDoublePrecision: SurrogateLikelihood {
    SurrogateLikelihood(
      parameters: parameters, preconditioner: preconditioner,
      network: network.inDoublePrecision, region: region, prior: prior, provenance: provenance)
  }

  /// The same network, used everywhere.
  public var withoutRegion: SurrogateLikelihood {
    SurrogateLikelihood(
      parameters: parameters, preconditioner: preconditioner, network: network, prior: prior,
      provenance: provenance)
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    evaluate(points, values: &values, gradients: nil)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    precondition(
      gradients.rows == points.rows && gradients.columns == points.columns,
      "gradients and points have different shapes")
    gradients.elements.withUnsafeMutableBufferPointer {
      evaluate(points, values: &values, gradients: $0.baseAddress)
    }
  }

  /// Blocks of a fixed number of rows, each on one thread: numbers do not depend on how many
  /// threads there are.
  private func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: UnsafeMutablePointer<Double>?
  ) {
    let d = parameters.count
    precondition(points.columns == d, "a point has \(d) coordinates")
    precondition(values.count == points.rows, "one value per point is needed")
    let slopes = gradients.map { DisjointRows($0) }
    let size = Self.blockRows
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let output = DisjointRows(base)
      Threads.withSerialProducts {
        parallelFor((points.rows + size - 1) / size) { blocks in
          let workspace = network.workspace(
            rows: min(size, points.rows), gradients: slopes != nil)
          for block in blocks {
            let rows = block * size..<min((block + 1) * size, points.rows)
            evaluateBlock(
              points.rows(in: rows), workspace, values: output.base + rows.lowerBound,
              gradients: slopes.map { $0.base + rows.lowerBound * d })
          }
        }
      }
    }
  }

  private func evaluateBlock(
    _ block: Matrix<Double>, _ workspace: SurrogateNetwork.Workspace,
    values: UnsafeMutablePointer<Double>, gradients: UnsafeMutablePointer<Double>?
  ) {
    let place = place(block)
    let inputs = preconditioner.networkInputs(place.points, whitened: place.whitened)
    let outputs: [Double]
    if let gradients {
      let result = preconditioner.valuesAndGradients(
        of: network, inputs, place.whitened, workspace)
      outputs = result.0
      storeGradients(result.1, place.points, place.whitened, in: gradients)
    } else {
      outputs = preconditioner.values(of: network, inputs, place.whitened, workspace)
    }
    let quadratic = preconditioner.quadratic(place.whitened)
    let d = block.columns
    for i in 0..<block.rows {
      values[i] =
        quadratic[i] + preconditioner.targetMean + preconditioner.targetScale * outputs[i]
    }
    for exit in place.exits {
      guard let region else { break }
      let value = values[exit.row]
      values[exit.row] = region.continued(value, exit)
      if let gradients {
        region.continueGradient(
          gradients + exit.row * d, value: value, block, whitened: place.coordinates, exit)
      }
    }
    for i in 0..<block.rows {
      let allowed = bounded.allSatisfy { parameters.parameters[$0].allows(block[i, $0]) }
      guard !(allowed && values[i].isFinite) else { continue }
      values[i] = -.infinity
      gradients.map { ($0 + i * d).update(repeating: 0, count: d) }
    }
  }

  /// Where the points of a block are, with those outside the region pulled back to its boundary.
  private struct Place {
    var points: Matrix<Double>
    var whitened: Matrix<Double>
    /// The region's coordinates of the points as they were; empty if none is outside.
    var coordinates: Matrix<Double>
    var exits: [ValidityRegion.Exit]
  }

  private func place(_ block: Matrix<Double>) -> Place {
    let z = preconditioner.whitened(block)
    let none = Matrix<Double>(rows: 0, columns: block.columns, elements: [])
    let asIs = Place(points: block, whitened: z, coordinates: none, exits: [])
    guard let region else { return asIs }
    let u = sharesCoordinates ? z : region.whitened(block)
    let exits = region.exits(block, whitened: u)
    guard !exits.isEmpty else { return asIs }
    let points = region.pulledBack(block, exits)
    return Place(
      points: points, whitened: preconditioner.whitened(points), coordinates: u, exits: exits)
  }

  /// Gradients by the network's inputs become gradients by the parameters.
  private func storeGradients(
    _ inputSlopes: Matrix<Double>, _ points: Matrix<Double>, _ z: Matrix<Double>,
    in gradients: UnsafeMutablePointer<Double>
  ) {
    let scale = preconditioner.targetScale
    let pull = preconditioner.peak == nil ? 0.0 : 1.0
    let d = z.columns
    let width = inputSlopes.columns
    var slopes = z
    slopes.elements.withUnsafeMutableBufferPointer { slopes in
      inputSlopes.elements.withUnsafeBufferPointer { network in
        for i in 0..<z.rows {
          for k in 0..<d {
            slopes[i * d + k] = scale * network[i * width + k] - pull * slopes[i * d + k]
          }
        }
      }
    }
    var result = preconditioner.whitening.map { slopes.times($0) } ?? slopes
    if !preconditioner.kinks.isEmpty {
      let features = preconditioner.featureSlopes(points)
      for i in 0..<z.rows {
        for (k, kink) in preconditioner.kinks.enumerated() {
          result[i, kink.index] += scale * inputSlopes[i, d + k] * features[i, k]
        }
      }
    }
    result.elements.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      gradients.update(from: base, count: source.count)
    }
  }

  /// Whether each point lies in the ``region``: within its limits, with a log density of the
  /// training points. Always without a region; never outside the bounds.
  public func isInside(_ points: Matrix<Double>) -> [Bool] {
    isInside(points, logDensities: logDensities(at: points))
  }

  /// The same for points whose log densities are known.
  func isInside(_ points: Matrix<Double>, logDensities values: [Double]) -> [Bool] {
    guard let region else { return values.map { $0 > -.infinity } }
    return zip(region.distances(of: points), values).map { distance, value in
      !(distance > 1) && region.logDensities.contains(value)
    }
  }

  public func validity(at points: Matrix<Double>) -> [Bool]? {
    region == nil ? nil : isInside(points)
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
