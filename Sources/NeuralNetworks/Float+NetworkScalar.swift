internal import CVectorKernels
public import NumericalCore

extension Float: NetworkScalar {
  public static func applyActivation(
    _ activation: Activation, rows: Int, columns: Int, stride: Int, bias: UnsafePointer<Float>,
    x: UnsafeMutablePointer<Float>, derivative: UnsafeMutablePointer<Float>?
  ) {
    if let derivative {
      vk_bias_activation_derivative_f32(
        activation.kernel, rows, columns, stride, bias, x, derivative)
    } else {
      vk_bias_activation_f32(activation.kernel, rows, columns, stride, bias, x)
    }
  }

  public static func backpropagateActivation(
    _ activation: Activation, rows: Int, columns: Int, stride: Int,
    outputOrDerivative: UnsafePointer<Float>, delta: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>?
  ) {
    vk_activation_backward_f32(
      activation.backwardKernel, rows, columns, stride, outputOrDerivative, delta, biasGradient)
  }

  public static func outerProduct(
    rows: Int, columns: Int, stride: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    product: UnsafeMutablePointer<Float>
  ) {
    vk_outer_f32(rows, columns, stride, a, b, product)
  }

  public static func sumLoss(
    _ loss: Loss, rows: Int, outputs: Int, predictions: UnsafePointer<Float>,
    targets: UnsafePointer<Float>, weights: UnsafePointer<Float>?, scale: Double,
    gradient: UnsafeMutablePointer<Float>?
  ) -> Double {
    vk_loss_f32(
      loss.kernel, rows, outputs, predictions, targets, weights, loss.threshold, scale, gradient)
  }

  public static func adamStep(
    count: Int, rate: Double, _ adam: AdamParameters, gradient: UnsafePointer<Float>,
    firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>,
    parameters: UnsafeMutablePointer<Float>
  ) {
    vk_adam_f32(
      count, Float(rate), Float(adam.beta1), Float(adam.beta2), Float(adam.epsilon), gradient,
      firstMoment, secondMoment, parameters)
  }

  public static func store(_ values: [Double], at destination: UnsafeMutablePointer<Float>) {
    for (i, value) in values.enumerated() { destination[i] = Float(value) }
  }
}
