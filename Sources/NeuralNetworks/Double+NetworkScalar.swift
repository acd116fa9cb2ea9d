internal import CVectorKernels
public import NumericalCore

extension Double: NetworkScalar {
  public static func applyActivation(
    _ activation: Activation, rows: Int, columns: Int, stride: Int, bias: UnsafePointer<Double>,
    x: UnsafeMutablePointer<Double>, derivative: UnsafeMutablePointer<Double>?
  ) {
    if let derivative {
      vk_bias_activation_derivative_f64(
        activation.kernel, rows, columns, stride, bias, x, derivative)
    } else {
      vk_bias_activation_f64(activation.kernel, rows, columns, stride, bias, x)
    }
  }

  public static func backpropagateActivation(
    _ activation: Activation, rows: Int, columns: Int, stride: Int,
    outputOrDerivative: UnsafePointer<Double>, delta: UnsafeMutablePointer<Double>,
    biasGradient: UnsafeMutablePointer<Double>?
  ) {
    vk_activation_backward_f64(
      activation.backwardKernel, rows, columns, stride, outputOrDerivative, delta, biasGradient)
  }

  public static func outerProduct(
    rows: Int, columns: Int, stride: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    product: UnsafeMutablePointer<Double>
  ) {
    vk_outer_f64(rows, columns, stride, a, b, product)
  }

  public static func sumLoss(
    _ loss: Loss, rows: Int, outputs: Int, predictions: UnsafePointer<Double>,
    targets: UnsafePointer<Double>, weights: UnsafePointer<Double>?, scale: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    vk_loss_f64(
      loss.kernel, rows, outputs, predictions, targets, weights, loss.threshold, scale, gradient)
  }

  public static func adamStep(
    count: Int, rate: Double, _ adam: AdamParameters, gradient: UnsafePointer<Double>,
    firstMoment: UnsafeMutablePointer<Double>, secondMoment: UnsafeMutablePointer<Double>,
    parameters: UnsafeMutablePointer<Double>
  ) {
    vk_adam_f64(
      count, Double(rate), Double(adam.beta1), Double(adam.beta2), Double(adam.epsilon), gradient,
      firstMoment, secondMoment, parameters)
  }

  public static func store(_ values: [Double], at destination: UnsafeMutablePointer<Double>) {
    for (i, value) in values.enumerated() { destination[i] = Double(value) }
  }
}
