/// How the gradient moves the parameters.
public enum Optimizer: Codable, Sendable, Hashable {
  /// Adam.
  case adam(AdamParameters)
  /// Adam with decoupled weight decay (Loshchilov, Hutter, arXiv:1711.05101): before each step,
  /// all parameters shrink by the fraction rate · `weightDecay`.
  case adamW(AdamParameters, weightDecay: Double)
  /// Stochastic gradient descent with momentum: v = momentum v − rate g, θ += v; with Nesterov's
  /// look ahead θ += momentum v − rate g (as Keras).
  case gradientDescent(learningRate: Double, momentum: Double = 0, nesterov: Bool = false)
  /// RMSprop (Hinton, lecture 6e): s = decay s + (1 − decay) g²,
  /// v = momentum v + rate g / √(s + ε), θ −= v (as Keras).
  case rmsProp(
    learningRate: Double, decay: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7)

  /// The initial learning rate.
  public var learningRate: Double {
    switch self {
    case .adam(let adam), .adamW(let adam, _): adam.learningRate
    case .gradientDescent(let rate, _, _), .rmsProp(let rate, _, _, _): rate
    }
  }

  /// The name and expected range of the first number outside its range, with the number.
  var problem: (field: String, expected: String, found: Double)? {
    var tests: [(Bool, String, String, Double)] = [
      (learningRate > 0, "learningRate", "above 0", learningRate)
    ]
    func fraction(_ name: String, _ value: Double) {
      tests.append(((0..<1).contains(value), name, "in [0, 1)", value))
    }
    func moments(_ adam: AdamParameters) {
      fraction("beta1", adam.beta1)
      fraction("beta2", adam.beta2)
      tests.append((adam.epsilon > 0, "epsilon", "above 0", adam.epsilon))
    }
    switch self {
    case .adam(let adam): moments(adam)
    case .adamW(let adam, let decay):
      moments(adam)
      tests.append((decay >= 0, "weightDecay", "at least 0", decay))
    case .gradientDescent(_, let momentum, _): fraction("momentum", momentum)
    case .rmsProp(_, let decay, let momentum, let epsilon):
      fraction("decay", decay)
      fraction("momentum", momentum)
      tests.append((epsilon > 0, "epsilon", "above 0", epsilon))
    }
    return tests.first { !$0.0 }.map { ($0.1, $0.2, $0.3) }
  }
}
