/// What batch normalisation carries from one step of training to the next.
public struct BatchNormalizationState<Scalar: NetworkScalar>: Codable, Sendable {
  /// The constants.
  public let configuration: BatchNormalization
  /// Five rows with a number for every hidden unit, layer after layer: scales γ, the optimiser's two
  /// moments of them, running means, running variances.
  public internal(set) var values: [Scalar]

  /// The number of rows of ``values``.
  public static var rows: Int { 5 }

  /// A state from stored values.
  public init(_ configuration: BatchNormalization, values: [Scalar]) {
    self.configuration = configuration
    self.values = values
  }

  /// The state before the first step: scales and variances of 1, the rest 0.
  init(_ configuration: BatchNormalization, for architecture: NetworkArchitecture) {
    let units = architecture.hiddenUnits
    self.init(
      configuration,
      values: [1, 0, 0, 0, 1].flatMap { Array(repeating: $0, count: units) })
  }

  /// The scale γ of every hidden unit.
  public var scales: ArraySlice<Scalar> { row(0) }
  /// The running mean of every hidden unit.
  public var means: ArraySlice<Scalar> { row(3) }
  /// The running variance of every hidden unit.
  public var variances: ArraySlice<Scalar> { row(4) }

  private func row(_ index: Int) -> ArraySlice<Scalar> {
    let units = values.count / Self.rows
    return values[index * units..<(index + 1) * units]
  }

  /// The plain network with the values of a normalised one that uses the running averages: W γ/√(v +
  /// ε) in place of W, β − m γ/√(v + ε) in place of β.
  func folded(into network: MultilayerPerceptron<Scalar>) -> MultilayerPerceptron<Scalar> {
    var result = network
    let epsilon = Scalar(configuration.epsilon)
    var factors = zip(scales, variances).map { $0 / ($1 + epsilon).squareRoot() }[...]
    var shifts = zip(means, factors).map { $0 * $1 }[...]
    result.parameters.withUnsafeMutableBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      for layer in network.layers.dropLast() {
        let width = layer.outputs
        Scalar.multiplyRows(
          rows: layer.inputs, columns: width, Array(factors.prefix(width)), stride: 0,
          into: base + layer.weights.lowerBound, stride: width)
        for (place, shift) in zip(layer.biases, shifts) { parameters[place] -= shift }
        factors.removeFirst(width)
        shifts.removeFirst(width)
      }
    }
    return result
  }
}

/// The values of a ``BatchNormalizationState`` while steps change them.
struct BatchNormalizationStep<Scalar: NetworkScalar> {
  let configuration: BatchNormalization
  let values: UnsafeMutablePointer<Scalar>
  /// Number of hidden units.
  let units: Int

  /// The values of all hidden units; `nil` without batch normalisation.
  init?(_ configuration: BatchNormalization?, _ values: UnsafeMutableBufferPointer<Scalar>) {
    guard let configuration, let base = values.baseAddress, !values.isEmpty else { return nil }
    self.configuration = configuration
    self.values = base
    units = values.count / BatchNormalizationState<Scalar>.rows
  }

  var scales: UnsafeMutablePointer<Scalar> { values }
  var firstMoment: UnsafeMutablePointer<Scalar> { values + units }
  var secondMoment: UnsafeMutablePointer<Scalar> { values + 2 * units }
  /// Running means, which the running variances follow.
  var averages: UnsafeMutablePointer<Scalar> { values + 3 * units }
}
