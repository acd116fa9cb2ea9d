internal import Foundation
internal import HDF5
public import Likelihoods
public import NeuralNetworks
internal import NumericalCore

/// The making of a surrogate from a data set.
public struct SurrogateTraining: Sendable {
  /// The data.
  public let dataset: Dataset
  /// How.
  public let recipe: TrainingRecipe
  /// The prior contained in the log-posteriors of the data.
  public let prior: ProductPrior?
  /// The quadratic approximation to use where the recipe wants one; by default that of the
  /// training points' mean and covariance.
  public let quadratic: Preconditioner?
  /// The counts of the likelihood at the points of the data; needed by recipes that learn them.
  public let counts: BinCounts?

  /// What a training gives.
  public struct Result: Sendable {
    /// The surrogate with the best weights.
    public let surrogate: SurrogateLikelihood
    /// Losses and learning rates, in standardised units of the residual.
    public let history: TrainingHistory
    /// Why training ended.
    public let stopReason: StopReason
    /// The epoch of the best weights.
    public let bestEpoch: Int
    /// Seconds spent.
    public let seconds: Double
  }

  /// A training to be run.
  ///
  /// - Parameters:
  ///   - dataset: the data.
  ///   - recipe: how.
  ///   - prior: the prior contained in the log-posteriors; that of the data set if absent.
  ///   - quadratic: the quadratic approximation to use where the recipe wants one.
  ///   - counts: the counts at the points of the data.
  /// - Throws: ``DatasetError/tooFew(_:needed:found:)`` without training or validation points,
  ///   ``DatasetError/noCounts`` for a recipe that learns counts without them.
  public init(
    _ dataset: Dataset, recipe: TrainingRecipe, prior: ProductPrior? = nil,
    quadratic: Preconditioner? = nil, counts: BinCounts? = nil
  ) throws {
    guard !recipe.learnsCounts || counts?.expected.rows == dataset.count else {
      throw DatasetError.noCounts
    }
    try dataset.requireTrainingPoints()
    self.dataset = dataset
    self.recipe = recipe
    self.prior = prior ?? dataset.prior
    self.quadratic = quadratic
    self.counts = recipe.learnsCounts ? counts : nil
  }

  /// Trains the network.
  ///
  /// - Parameters:
  ///   - checkpoint: where the state is kept, so that a training that was stopped or killed goes on
  ///     from there; `nil` for no such file.
  ///   - onEpoch: called after every epoch; return false to stop.
  ///   - onPause: called about every second within epochs; return false to stop.
  /// - Throws: ``DatasetError``, ``TrainingDiverged``, ``CheckpointError``, `NetworkError`,
  ///   `HDF5Error`.
  public func run(
    checkpoint: TrainingCheckpoint? = nil, onEpoch: (EpochReport) -> Bool = { _ in true },
    onPause: (TrainingProgress) -> Bool = { _ in true }
  ) throws -> Result {
    let keeper = try checkpoint.map { try CheckpointKeeper($0, for: self) }
    let training = dataset.indices(.training)
    let validation = dataset.indices(.validation)
    let points = dataset.points.selectingRows(training)
    let targets = training.map { dataset.logPosteriors[$0] }
    let preconditioner = try preconditioner(
      points, targets, keeper?.quadratic ?? quadratic, counts?.residuals(training))
    var samples = (
      Samples(self, training, preconditioner), Samples(self, validation, preconditioner)
    )
    let whitening =
      recipe.preconditioning == .quadratic
      ? InputWhitening(samples.0.inputs, coordinates: dataset.parameters.count).flatMap {
        recipe.learnsCounts || $0.isNeeded ? $0 : nil
      } : nil
    if let whitening {
      samples.0.whiten(whitening)
      samples.1.whiten(whitening)
    }
    samples.0.weigh(by: recipe.sampleWeights.weights(targets))
    let outcome: (SurrogateNetwork, TrainingHistory, StopReason, Int, Double)
    switch recipe.precision {
    case .float32:
      let result: TrainingResult<Float> = try fit(samples.0, samples.1, keeper, onPause, onEpoch)
      outcome = (
        .float(whitening?.undone(result.bestNetwork) ?? result.bestNetwork), result.history,
        result.stopReason, result.bestEpoch,
        result.seconds
      )
    case .float64:
      let result: TrainingResult<Double> = try fit(
        samples.0, samples.1, keeper, onPause, onEpoch)
      outcome = (
        .double(whitening?.undone(result.bestNetwork) ?? result.bestNetwork), result.history,
        result.stopReason, result.bestEpoch,
        result.seconds
      )
    }
    guard outcome.2 != .notFinite else {
      throw TrainingDiverged(
        epoch: outcome.1.epochs.last?.epoch ?? 0,
        isPreconditioned: recipe.preconditioning == .quadratic)
    }
    let surrogate = SurrogateLikelihood(
      parameters: dataset.parameters, preconditioner: preconditioner, network: outcome.0,
      region: ValidityRegion(
        of: points, logDensities: targets, parameters: dataset.parameters,
        preconditioner: preconditioner),
      prior: prior,
      provenance: [
        "recipe": recipe.name, "preconditioning": preconditioning,
        "seed": "\(recipe.training.seed)",
        "training_points": "\(training.count)", "epochs": "\(outcome.1.epochs.count)",
        "best_epoch": "\(outcome.3)", "stop_reason": outcome.2.rawValue,
      ])
    return Result(
      surrogate: surrogate, history: outcome.1, stopReason: outcome.2, bestEpoch: outcome.3,
      seconds: outcome.4)
  }

  /// What the network's inputs and target are relative to, for the provenance.
  private var preconditioning: String {
    guard recipe.preconditioning == .quadratic else { return "none" }
    if recipe.learnsCounts { return "residuals of counts" }
    return quadratic == nil ? "mean and covariance of the points" : "maximum and Hessian"
  }

  /// Inputs and targets of the network.
  private struct Samples {
    var inputs: Matrix<Double>
    let targets: [Double]
    var gradients: GradientTargets<Double>?
    /// Below 1 where the gradient is far longer than those of the others, or the point far deeper.
    var weights: [Double]?

    init(_ training: SurrogateTraining, _ rows: [Int], _ preconditioner: Preconditioner) {
      let dataset = training.dataset
      let points = dataset.points.selectingRows(rows)
      let whitened = preconditioner.whitened(points)
      inputs = preconditioner.networkInputs(points, whitened: whitened)
      let values = rows.map { dataset.logPosteriors[$0] }
      targets =
        training.counts.map {
          preconditioner.networkTargets(whitened, values, residuals: $0.residuals(rows))
        } ?? preconditioner.networkTargets(whitened, values)
      gradients =
        training.recipe.gradientWeight != nil && training.counts == nil
        ? dataset.gradients.map {
          preconditioner.gradientTargets($0.selectingRows(rows), points, whitened: whitened)
        } : nil
      weights =
        training.counts == nil
        ? gradients.map { Self.weights($0.gradients) }
        : Self.weights(depths: values, points.columns)
    }

    /// Weights that keep a few points far below the others from being all that the network learns:
    /// squared residuals grow with the depth.
    private static func weights(depths values: [Double], _ dimension: Int) -> [Double]? {
      let usual = UsualDepth.limit(dimension: dimension)
      guard let peak = values.max(), values.contains(where: { peak - $0 > usual }) else {
        return nil
      }
      return values.map { min(1, usual / max(usual, peak - $0)) }
    }

    mutating func whiten(_ whitening: InputWhitening) {
      inputs = whitening.apply(inputs)
      gradients = gradients.map(whitening.apply)
      if let gradients { weights = Self.weights(gradients.gradients) }
    }

    /// Multiplies the weights.
    mutating func weigh(by factors: [Double]?) {
      guard let factors else { return }
      weights = weights.map { zip($0, factors).map(*) } ?? factors
    }

    /// Squared lengths of gradients, one a row.
    private static func squares(_ gradients: Matrix<Double>) -> [Double] {
      (0..<gradients.rows).map { gradients.row($0).reduce(0) { $0 + $1 * $1 } }
    }

    /// Weights that keep a few points beside a pole of the density (an expected count that comes
    /// close to zero) from being all that the network learns: the squared gradient of no point
    /// counts for more than a multiple of what the longest percent begins at.
    private static func weights(_ gradients: Matrix<Double>) -> [Double] {
      let squares = squares(gradients)
      let largest = 2 * squares.sorted()[squares.count * 99 / 100]
      return squares.map { $0 > largest ? largest / $0 : 1 }
    }

    /// The weighted mean over the samples of the squared length of the gradient, which a network
    /// that is constant would have as its loss.
    var meanSquaredGradient: Double? {
      guard let gradients, let weights else { return nil }
      return zip(Self.squares(gradients.gradients), weights).reduce(0) { $0 + $1.0 * $1.1 }
        / Double(inputs.rows)
    }

    func converted<Scalar: NetworkScalar>() throws -> TrainingSamples<Scalar> {
      try TrainingSamples(
        inputs: inputs.converted(), targets: targets.map { Scalar($0) },
        weights: weights?.map { Scalar($0) },
        gradients: gradients.map { targets in
          GradientTargets(
            targets.gradients.converted(),
            features: targets.features.map {
              .init(slopes: $0.slopes.converted(), directions: $0.directions.converted())
            })
        })
    }
  }

  /// The declared kinks that training points lie on both sides of, in units of the points'
  /// standard deviation.
  private func kinks(_ points: Matrix<Double>) -> [Preconditioner.Kink] {
    guard recipe.usesKinks else { return [] }
    return dataset.parameters.parameters.enumerated().compactMap { index, parameter in
      guard let position = parameter.kink else { return nil }
      let column = points.column(index)
      guard column.contains(where: { $0 < position }), column.contains(where: { $0 > position })
      else { return nil }
      let square = column.reduce(0) { $0 + ($1 - position) * ($1 - position) }
      return .init(
        index: index, position: position, scale: (square / Double(column.count)).squareRoot())
    }
  }

  /// The fixed part, standardised for the training points.
  private func preconditioner(
    _ points: Matrix<Double>, _ targets: [Double], _ quadratic: Preconditioner?,
    _ residuals: Matrix<Double>?
  ) throws -> Preconditioner {
    guard let residuals else {
      var base = try fixedPart(points, targets, quadratic)
      base.kinks = kinks(points)
      return try base.standardizing(base.whitened(points), targets)
    }
    try requireCovariance(points, needed: 3 * points.columns + 1)
    guard
      var base = ResidualFit.preconditioner(
        points, logDensities: targets, residuals: residuals)
    else {
      throw Cholesky(points.covariance()) == nil
        ? DatasetError.singularCovariance(constant: []) : .noMaximum
    }
    base.kinks = kinks(points)
    return try base.standardizing(base.whitened(points), targets, residuals: residuals)
  }

  private func fixedPart(
    _ points: Matrix<Double>, _ targets: [Double], _ quadratic: Preconditioner?
  ) throws -> Preconditioner {
    guard recipe.preconditioning == .quadratic else {
      return .identity(dimension: points.columns)
    }
    if let quadratic { return quadratic }
    try requireCovariance(points, needed: points.columns + 1)
    // Points along the ridge are far from a sample of the density: they would spoil the covariance.
    let rows = dataset.indices(.training)
    let unbiased = dataset.sampleNames.firstIndex(of: "S1").map { label in
      rows.indices.filter { dataset.sampleOfPoint[rows[$0]] == label }
    }
    let chosen = unbiased.flatMap { $0.count > 2 * points.columns ? $0 : nil }
    guard
      let result = Preconditioner.gaussian(
        points: chosen.map { points.selectingRows($0) } ?? points, logDensities: targets)
    else {
      throw DatasetError.singularCovariance(constant: [])
    }
    return result
  }

  /// Tests that there are enough points, and that every parameter varies: the variance of equal
  /// values is rounding, which need not be zero.
  private func requireCovariance(_ points: Matrix<Double>, needed: Int) throws(DatasetError) {
    guard points.rows >= needed else {
      throw .tooFew(.training, needed: needed, found: points.rows)
    }
    let constant = dataset.parameters.names.indices.filter { k in
      (1..<points.rows).allSatisfy { points[$0, k] == points[0, k] }
    }
    guard constant.isEmpty else {
      throw .singularCovariance(constant: constant.map { dataset.parameters.names[$0] })
    }
  }

  private func fit<Scalar: NetworkScalar & HDF5Scalar>(
    _ training: Samples, _ validation: Samples, _ keeper: CheckpointKeeper?,
    _ onPause: (TrainingProgress) -> Bool, _ onEpoch: (EpochReport) -> Bool
  ) throws -> TrainingResult<Scalar> {
    let architecture = NetworkArchitecture(
      inputs: training.inputs.columns, hiddenWidths: recipe.hiddenWidths,
      outputs: training.targets.count / training.inputs.rows, activation: recipe.activation)
    var configuration = recipe.training
    if let weight = recipe.gradientWeight, let scale = training.meanSquaredGradient {
      // Of order 1 or more, unless the quadratic part leaves nothing but rounding.
      configuration.gradientLoss = GradientLoss(weight: weight / max(scale, 1e-3))
    }
    let trainer = try Trainer<Scalar>(
      configuration, training: training.converted(), validation: validation.converted())
    let start =
      try keeper?.state(of: architecture, as: Scalar.self)
      ?? trainer.initialState(
        MultilayerPerceptron<Scalar>(
          architecture, seed: recipe.training.seed, hidden: recipe.initializer))
    let result = try trainer.resume(start, pauseInterval: 1) { state in
      guard onPause(state.progress) else { return false }
      try keeper?.writeIfDue(state)
      return true
    } onEpoch: { report, state in
      guard onEpoch(report) else { return false }
      try keeper?.writeIfDue(state)
      return true
    }
    // A state that is not finite leads nowhere.
    let isKept = keeper?.keepsEnd ?? false && result.stopReason != .notFinite
    if result.stopReason == .cancelled || isKept { try keeper?.write(result.state) }
    return result
  }
}

/// A training whose loss ceased to be a finite number; there is no network then.
public struct TrainingDiverged: Error, CustomStringConvertible {
  /// The last epoch.
  public let epoch: Int
  /// Whether inputs and target were those of a quadratic approximation, which scales them.
  public let isPreconditioned: Bool

  /// What happened, and what to do.
  public var description: String {
    "the loss is not a finite number after epoch \(epoch): the training diverged and no model was "
      + "written; use a lower learning rate"
      + (isPreconditioned ? "" : ", scale the parameters, or use the recipe 'enhanced'")
  }
}
