extension Optimizer {
  /// Step `number` (from 1) at a learning rate.
  func step<Scalar: NetworkScalar>(
    count: Int, rate: Double, number: Int, gradient: UnsafePointer<Scalar>,
    firstMoment: UnsafeMutablePointer<Scalar>, secondMoment: UnsafeMutablePointer<Scalar>,
    parameters: UnsafeMutablePointer<Scalar>
  ) {
    switch self {
    case .adam(let adam):
      Scalar.adamStep(
        count: count, rate: rate * adam.biasCorrection(step: number), adam, gradient: gradient,
        firstMoment: firstMoment, secondMoment: secondMoment, parameters: parameters)
    case .adamW(let adam, let weightDecay):
      Scalar.adamWStep(
        count: count, rate: rate * adam.biasCorrection(step: number), decay: rate * weightDecay,
        adam, gradient: gradient, firstMoment: firstMoment, secondMoment: secondMoment,
        parameters: parameters)
    case .gradientDescent(_, let momentum, let nesterov):
      Scalar.gradientDescentStep(
        count: count, rate: rate, momentum: momentum, nesterov: nesterov, gradient: gradient,
        velocity: firstMoment, parameters: parameters)
    case .rmsProp(_, let decay, let momentum, let epsilon):
      Scalar.rmsPropStep(
        count: count, rate: rate, decay: decay, momentum: momentum, epsilon: epsilon,
        gradient: gradient, velocity: firstMoment, square: secondMoment, parameters: parameters)
    }
  }
}
