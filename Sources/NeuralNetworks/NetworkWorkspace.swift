internal import NumericalCore

/// Memory for the passes through a network, allocated once and used again.
///
/// One array holds everything: layer outputs, derivatives, errors and, for training, the batch and
/// the gradient. Made for one architecture; its content between calls has no meaning.
public struct NetworkWorkspace<Scalar: NetworkScalar>: Sendable {
  /// What the memory is for.
  public typealias Purpose = WorkspacePurpose

  /// The architecture that fits.
  public let architecture: NetworkArchitecture
  /// What the memory is for.
  public let purpose: Purpose
  /// The largest number of rows in one block.
  public let rows: Int
  /// Whether every hidden layer keeps its derivative, as dropout needs it.
  public let keepsDerivatives: Bool
  /// Whether it has room for batch normalisation.
  public let normalizes: Bool

  let plan: NetworkPlan
  var storage: [Scalar]

  /// Memory for blocks of up to `rows` rows.
  ///
  /// - Parameters:
  ///   - keepsDerivatives: whether training steps may drop units.
  ///   - normalizes: whether training steps may normalise batches.
  /// - Precondition: `rows > 0`.
  public init(
    for architecture: NetworkArchitecture, rows: Int, purpose: Purpose = .prediction,
    keepsDerivatives: Bool = false, normalizes: Bool = false
  ) {
    precondition(rows > 0, "a block needs at least one row")
    self.architecture = architecture
    self.purpose = purpose
    self.rows = rows
    self.keepsDerivatives = keepsDerivatives
    self.normalizes = normalizes
    plan = NetworkPlan(
      architecture, rows: rows, purpose: purpose, keepsDerivatives: keepsDerivatives,
      normalizes: normalizes)
    storage = .zeros(count: plan.count)
  }
}

/// What the memory of a ``NetworkWorkspace`` is for.
public enum WorkspacePurpose: Sendable {
  /// Forward passes.
  case prediction
  /// Forward passes and gradients with respect to the inputs.
  case inputGradients
  /// Training steps.
  case training
  /// Training steps on values and gradients.
  case gradientTraining

  /// Whether the memory holds batches and the gradient of the loss.
  var isTraining: Bool { self == .training || self == .gradientTraining }
}

/// Where the parts of a workspace lie in its array.
struct NetworkPlan: Sendable {
  let layers: [NetworkLayer]
  /// Start of every layer's output.
  private(set) var outputs: [Int] = []
  /// Start of the derivative that a layer keeps for the backward pass, else -1.
  private(set) var derivatives: [Int] = []
  /// Two regions for errors, used in turn.
  private(set) var errors = [0, 0]
  /// Training on gradients: start of every layer's errors, which slopes of the output follow.
  private(set) var layerErrors: [Int] = []
  /// Training on gradients: start of the derivatives of every layer's activation.
  private(set) var firstDerivatives: [Int] = []
  private(set) var secondDerivatives: [Int] = []
  private(set) var batchInputs = 0
  private(set) var batchTargets = 0
  private(set) var batchWeights = 0
  private(set) var batchGradients = 0
  private(set) var batchSlopes = 0
  private(set) var gradient = 0
  /// Batch normalisation: start of every hidden layer's normalised arguments, and the place of its
  /// first unit among those of all hidden layers.
  private(set) var normalized: [Int] = []
  private(set) var firstUnits: [Int] = []
  /// Batch normalisation: start of the numbers of all hidden units. Variances follow the means.
  private(set) var batchAverages = 0
  private(set) var inverseDeviations = 0
  private(set) var scaleGradient = 0
  /// Total number of elements.
  private(set) var count = 0

  init(
    _ architecture: NetworkArchitecture, rows: Int, purpose: WorkspacePurpose,
    keepsDerivatives: Bool, normalizes: Bool
  ) {
    layers = architecture.layers
    let largest = rows * architecture.largestWidth
    switch purpose {
    case .prediction:
      let regions = [reserve(largest), reserve(largest)]
      outputs = layers.indices.map { regions[$0 % 2] }
      derivatives = layers.map { _ in -1 }
    case .inputGradients, .training:
      for (index, layer) in layers.enumerated() {
        outputs.append(reserve(rows * layer.outputs))
        let isKept =
          layer.activation.storesDerivative || (keepsDerivatives && index < layers.count - 1)
        derivatives.append(isKept ? reserve(rows * layer.outputs) : -1)
      }
      errors = [reserve(largest), reserve(largest)]
    case .gradientTraining:
      derivatives = layers.map { _ in -1 }
      for layer in layers {
        outputs.append(reserve(2 * rows * layer.outputs))
        layerErrors.append(reserve(2 * rows * layer.outputs))
        firstDerivatives.append(reserve(rows * layer.outputs))
        secondDerivatives.append(reserve(rows * layer.outputs))
      }
      batchGradients = reserve(rows * architecture.inputs)
      batchSlopes = reserve(rows * architecture.inputs)
    }
    if purpose.isTraining {
      // Behind the inputs, the gradients by them.
      batchInputs = reserve((purpose == .training ? 1 : 2) * rows * architecture.inputs)
      batchTargets = reserve(rows * architecture.outputs)
      batchWeights = reserve(rows)
      gradient = reserve(architecture.parameterCount)
    }
    if normalizes {
      var units = 0
      for width in architecture.hiddenWidths {
        normalized.append(reserve(rows * width))
        firstUnits.append(units)
        units += width
      }
      batchAverages = reserve(2 * units)
      inverseDeviations = reserve(units)
      scaleGradient = reserve(units)
    }
  }

  /// Sets elements aside, in whole cache lines.
  private mutating func reserve(_ elements: Int) -> Int {
    let start = count
    count += (elements + 15) / 16 * 16
    return start
  }
}
