public import NumericalCore

/// A density with some parameters held at values, over the remaining ones.
///
/// Its log density is that of the whole density at the held values; prior factors of held
/// parameters become a constant of the prior (``ProductPrior/logConstant``), and a normal block
/// becomes its conditional distribution.
public struct ConditionalDensity<Base: DifferentiableLogDensity & LogPosterior>:
  ConstrainedLikelihood
{
  public typealias Failure = Base.Failure

  /// The remaining parameters.
  public let parameters: ParameterSpace
  /// The density of all parameters.
  public let base: Base
  /// The values of the parameters that are held, by name.
  public let held: [String: Double]
  public let factorizedPrior: ProductPrior?
  /// The positions of the remaining parameters in the whole density.
  private let free: [Int]
  /// A point of the whole density with the held values.
  private let template: [Double]

  /// Holds parameters of a density at values.
  ///
  /// - Throws: ``ParameterError`` for an unknown name, a value outside the bounds, or if no
  ///   parameter remains.
  public init(_ base: Base, holding held: [String: Double]) throws {
    let space = base.parameters
    var template = space.initialValues
    for name in held.keys.sorted() {
      let index = try space.index(of: name)
      let parameter = space.parameters[index]
      guard let value = held[name], parameter.allows(value) else {
        throw ParameterError.outsideBounds(
          name, held[name] ?? .nan, parameter.lower, parameter.upper)
      }
      template[index] = value
    }
    free = space.parameters.indices.filter { held[space.parameters[$0].name] == nil }
    guard !free.isEmpty else { throw ParameterError.nothingFree(space.count) }
    self.base = base
    self.held = held
    self.template = template
    parameters = try ParameterSpace(free.map { space.parameters[$0] })
    factorizedPrior = try base.factorizedPrior?.conditional(free: free, at: template)
  }

  public var gradientIsDifferenced: Bool { base.gradientIsDifferenced }
  public var valuesForGradients: Int { base.valuesForGradients }

  public func validity(at points: Matrix<Double>) throws(Failure) -> [Bool]? {
    try base.validity(at: completed(points))
  }

  /// The points of the whole density for points of the remaining parameters.
  public func completed(_ points: Matrix<Double>) -> Matrix<Double> {
    precondition(points.columns == free.count, "a point has \(free.count) coordinates")
    var elements: [Double] = []
    elements.reserveCapacity(points.rows * template.count)
    var point = template
    for i in 0..<points.rows {
      for (k, j) in free.enumerated() { point[j] = points[i, k] }
      elements.append(contentsOf: point)
    }
    return Matrix(rows: points.rows, columns: template.count, elements: elements)
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure) {
    try base.evaluate(completed(points), values: &values)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Failure) {
    var slopes = Matrix<Double>(rows: points.rows, columns: template.count, repeating: 0)
    try base.evaluate(completed(points), values: &values, gradients: &slopes)
    for i in 0..<points.rows {
      for (k, j) in free.enumerated() { gradients[i, k] = slopes[i, j] }
    }
  }

  public func logLikelihoods(at points: Matrix<Double>) throws(Failure) -> [Double] {
    try base.logLikelihoods(at: completed(points))
  }

  public func logPriors(at points: Matrix<Double>) -> [Double] {
    base.logPriors(at: completed(points))
  }

  public var constrainedParameters: [String] {
    base.knownConstraints.filter { held[$0] == nil }
  }

  public func withoutConstraints(of names: Set<String>) -> Self {
    Self(self, base: base.leavingOut(names.subtracting(held.keys)))
  }

  public func constraintTerm(of name: String) -> ParameterPrior? {
    held[name] == nil ? base.knownConstraintTerm(of: name) : nil
  }

  private init(_ other: Self, base: Base) {
    self.base = base
    parameters = other.parameters
    held = other.held
    factorizedPrior = other.factorizedPrior
    free = other.free
    template = other.template
  }
}

extension DifferentiableLogDensity where Self: LogPosterior {
  /// The density over the parameters that are not fixed, the fixed ones held at their initial
  /// values; the density itself if none is fixed.
  ///
  /// - Throws: ``ParameterError`` if all are fixed.
  public func holdingFixedParameters() throws -> any DifferentiableLogDensity & LogPosterior {
    let fixed = parameters.parameters.filter(\.fixed)
    guard !fixed.isEmpty else { return self }
    return try ConditionalDensity(
      self,
      holding: Dictionary(uniqueKeysWithValues: fixed.map { ($0.name, $0.initial) }))
  }
}

extension ProductPrior {
  /// The prior of some parameters at given values of the others.
  func conditional(free: [Int], at point: [Double]) throws(PriorError) -> ProductPrior {
    var position: [Int: Int] = [:]
    for (k, j) in free.enumerated() { position[j] = k }
    var constant = logConstant
    for (j, factor) in factors.enumerated() where position[j] == nil {
      constant += factor.logDensity(point[j])
    }
    var remaining: [Block] = []
    for block in blocks {
      var held: [Int: Double] = [:]
      for (k, j) in block.columns.enumerated() where position[j] == nil { held[k] = point[j] }
      let (normal, shift) = try block.normal.conditional(holding: held)
      constant += shift
      if let normal {
        remaining.append(Block(columns: block.columns.compactMap { position[$0] }, normal: normal))
      }
    }
    return ProductPrior(free.map { factors[$0] }, blocks: remaining, logConstant: constant)
  }
}
