internal import NeuralNetworks

extension TrainingSettings {
  /// Optimisers by their usual names; `nesterov` is `sgd` with Nesterov's look ahead.
  public enum OptimizerName: String, Codable, Sendable, CaseIterable {
    /// Adam.
    case adam
    /// Adam with decoupled weight decay.
    case adamW
    /// Stochastic gradient descent.
    case sgd
    /// Stochastic gradient descent with Nesterov's momentum, 0.9 unless stated.
    case nesterov
    /// RMSprop.
    case rmsprop

    /// Whether it has a momentum to be chosen.
    var hasMomentum: Bool { self != .adam && self != .adamW }
  }

  /// The optimiser, with the rate of the recipe unless another is asked for.
  func optimizer(insteadOf usual: Optimizer) -> Optimizer {
    let rate = learningRate ?? usual.learningRate
    let adam = AdamParameters(learningRate: rate)
    return switch optimizer {
    case nil, .adam: .adam(adam)
    case .adamW: .adamW(adam, weightDecay: weightDecay ?? 0.01)
    case .sgd: .gradientDescent(learningRate: rate, momentum: momentum ?? 0)
    case .nesterov:
      .gradientDescent(learningRate: rate, momentum: momentum ?? 0.9, nesterov: true)
    case .rmsprop: .rmsProp(learningRate: rate, momentum: momentum ?? 0)
    }
  }
}
