internal import NumericalCore

/// Memory for the passes through a network, allocated once and used again.
///
/// One array holds everything: layer outputs, derivatives, errors and, for training, the batch and
/// the gradient. A training step may share its batch out: each part has memory of its own. Made for
/// one architecture; its content between calls has no meaning.
public struct NetworkWorkspace<Scalar: NetworkScalar>: Sendable {
  /// What the memory is for.
  public typealias Purpose = WorkspacePurpose

  /// The architecture that fits.
  public let architecture: NetworkArchitecture
  /// What the memory is for.
  public let purpose: Purpose
  /// The largest number of rows in one block, or in one part of a batch.
  public let rows: Int
  /// The number of parts in which batches are worked on.
  public let parts: Int
  /// Whether every hidden layer keeps its derivative, as dropout needs it.
  public let keepsDerivatives: Bool
  /// Whether it has room for batch normalisation.
  public let normalizes: Bool

  /// The memory of one part.
  let plan: NetworkPlan
  /// The parts, and behind them the gradient by all parameters.
  var storage: [Scalar]

  /// Where the gradient by all parameters begins, in training.
  var gradientStart: Int { parts * plan.count }

  /// Memory for blocks of up to `rows` rows.
  ///
  /// - Parameters:
  ///   - parts: how many such blocks are worked on side by side.
  ///   - keepsDerivatives: whether training steps may drop units.
  ///   - normalizes: whether training steps may normalise batches.
  /// - Precondition: `rows > 0`, `parts > 0`.
  public init(
    for architecture: NetworkArchitecture, rows: Int, parts: Int = 1,
    purpose: Purpose = .prediction, keepsDerivatives: Bool = false, normalizes: Bool = false
  ) {
    precondition(rows > 0 && parts > 0, "a block needs at least one row")
    precondition(parts == 1 || !normalizes, "batches are normalised as a whole")
    self.architecture = architecture
    self.purpose = purpose
    self.rows = rows
    self.parts = parts
    self.keepsDerivatives = keepsDerivatives
    self.normalizes = normalizes
    plan = NetworkPlan(
      architecture, rows: rows, purpose: purpose, keepsDerivatives: keepsDerivatives,
      normalizes: normalizes)
    storage = .zeros(
      count: parts * plan.count + (purpose.isTraining ? architecture.parameterCount : 0))
  }

  /// Calls `body` with a pass for every part, and with the place for the gradient.
  mutating func withPasses(
    _ parameters: UnsafePointer<Scalar>,
    _ body: ([NetworkPass<Scalar>], UnsafeMutablePointer<Scalar>) -> Void
  ) {
    let (plan, parts, gradient) = (plan, parts, gradientStart)
    storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let passes = (0..<parts).map {
        NetworkPass(plan: plan, parameters: parameters, buffer: base + $0 * plan.count)
      }
      body(passes, base + gradient)
    }
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
  /// Start of every layer's errors: two regions used in turn, or one for each layer in training. In
  /// training on gradients, slopes of the output follow.
  private(set) var errors: [Int] = []
  /// Training: start of the sums of every layer's errors over the rows, the derivatives by its biases.
  private(set) var biasGradients: [Int] = []
  /// Training on gradients: start of the derivatives of every layer's activation.
  private(set) var firstDerivatives: [Int] = []
  private(set) var secondDerivatives: [Int] = []
  private(set) var batchInputs = 0
  private(set) var batchTargets = 0
  private(set) var batchWeights = 0
  private(set) var batchGradients = 0
  private(set) var batchSlopes = 0
  /// Batch normalisation: start of every hidden layer's normalised arguments, and the place of its
  /// first unit among those of all hidden layers.
  private(set) var normalized: [Int] = []
  private(set) var firstUnits: [Int] = []
  /// Batch normalisation: start of the numbers of all hidden units. Variances follow the means.
  private(set) var batchAverages = 0
  private(set) var inverseDeviations = 0
  private(set) var scaleGradient = 0
  /// Whether every row of outputs has a tangent, and every row of errors a slope.
  let hasTangents: Bool
  /// Total number of elements.
  private(set) var count = 0

  init(
    _ architecture: NetworkArchitecture, rows: Int, purpose: WorkspacePurpose,
    keepsDerivatives: Bool, normalizes: Bool
  ) {
    layers = architecture.layers
    hasTangents = purpose == .gradientTraining
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
      if purpose == .training {
        errors = layers.map { reserve(rows * $0.outputs) }
      } else {
        let regions = [reserve(largest), reserve(largest)]
        errors = layers.indices.map { regions[$0 % 2] }
      }
    case .gradientTraining:
      derivatives = layers.map { _ in -1 }
      for layer in layers {
        outputs.append(reserve(2 * rows * layer.outputs))
        errors.append(reserve(2 * rows * layer.outputs))
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
      biasGradients = layers.map { reserve($0.outputs) }
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
