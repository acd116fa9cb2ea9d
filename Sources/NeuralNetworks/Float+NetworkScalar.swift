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
    _ activation: Activation?, rows: Int, columns: Int, stride: Int,
    outputOrDerivative: UnsafePointer<Float>, delta: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>?
  ) {
    vk_activation_backward_f32(
      activation?.kernel ?? Activation.storedDerivativeKernel, rows, columns, stride,
      outputOrDerivative, delta, biasGradient)
  }

  public static func normalize(
    rows: Int, columns: Int, stride: Int, epsilon: Double, scale: UnsafePointer<Float>,
    x: UnsafeMutablePointer<Float>, normalized: UnsafeMutablePointer<Float>,
    mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>,
    inverse: UnsafeMutablePointer<Float>
  ) {
    vk_normalize_f32(
      rows, columns, stride, Float(epsilon), scale, x, normalized, mean, variance, inverse)
  }

  public static func backpropagateNormalization(
    rows: Int, columns: Int, stride: Int, scale: UnsafePointer<Float>,
    normalized: UnsafePointer<Float>, inverse: UnsafePointer<Float>,
    biasGradient: UnsafePointer<Float>, delta: UnsafeMutablePointer<Float>,
    scaleGradient: UnsafeMutablePointer<Float>
  ) {
    vk_normalize_backward_f32(
      rows, columns, stride, scale, normalized, inverse, biasGradient, delta, scaleGradient)
  }

  public static func moveTowards(
    count: Int, _ fraction: Double, _ target: UnsafePointer<Float>, x: UnsafeMutablePointer<Float>
  ) {
    vk_move_towards_f32(count, Float(fraction), target, x)
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

  public static func applyActivationWithCurvature(
    _ activation: Activation, rows: Int, columns: Int, bias: UnsafePointer<Float>,
    x: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>
  ) {
    vk_bias_activation_curvature_f32(activation.kernel, rows, columns, bias, x, first, second)
  }

  public static func backpropagateSlope(
    count: Int, first: UnsafePointer<Float>, second: UnsafeMutablePointer<Float>,
    slope: UnsafeMutablePointer<Float>
  ) {
    vk_slope_backward_f32(count, first, second, slope)
  }

  public static func applyTangent(
    count: Int, first: UnsafePointer<Float>, second: UnsafeMutablePointer<Float>,
    tangent: UnsafeMutablePointer<Float>
  ) {
    vk_tangent_f32(count, first, second, tangent)
  }

  public static func backpropagateTangent(
    rows: Int, columns: Int, stride: Int, first: UnsafePointer<Float>,
    second: UnsafePointer<Float>, delta: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>
  ) {
    vk_adjoint_f32(rows, columns, stride, first, second, delta, biasGradient)
  }

  public static func sumGradientLoss(
    rows: Int, columns: Int, gradient: UnsafePointer<Float>, stride: Int,
    target: UnsafePointer<Float>, weights: UnsafePointer<Float>?, scale: Double,
    direction: UnsafeMutablePointer<Float>?, directionStride: Int
  ) -> Double {
    vk_gradient_loss_f32(
      rows, columns, gradient, stride, target, weights, scale, direction, directionStride)
  }

  public static func multiplyRows(
    rows: Int, columns: Int, _ b: UnsafePointer<Float>, stride strideB: Int,
    into a: UnsafeMutablePointer<Float>, stride strideA: Int
  ) {
    vk_multiply_rows_f32(rows, columns, b, strideB, a, strideA)
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

  public static func adamWStep(
    count: Int, rate: Double, decay: Double, _ adam: AdamParameters,
    gradient: UnsafePointer<Float>, firstMoment: UnsafeMutablePointer<Float>,
    secondMoment: UnsafeMutablePointer<Float>, parameters: UnsafeMutablePointer<Float>
  ) {
    vk_adamw_f32(
      count, Float(rate), Float(decay), Float(adam.beta1), Float(adam.beta2), Float(adam.epsilon),
      gradient,
      firstMoment, secondMoment, parameters)
  }

  public static func gradientDescentStep(
    count: Int, rate: Double, momentum: Double, nesterov: Bool, gradient: UnsafePointer<Float>,
    velocity: UnsafeMutablePointer<Float>, parameters: UnsafeMutablePointer<Float>
  ) {
    vk_sgd_f32(
      count, Float(rate), Float(momentum), nesterov ? 1 : 0, gradient, velocity, parameters)
  }

  public static func rmsPropStep(
    count: Int, rate: Double, decay: Double, momentum: Double, epsilon: Double,
    gradient: UnsafePointer<Float>, velocity: UnsafeMutablePointer<Float>,
    square: UnsafeMutablePointer<Float>, parameters: UnsafeMutablePointer<Float>
  ) {
    vk_rmsprop_f32(
      count, Float(rate), Float(decay), Float(momentum), Float(epsilon), gradient, velocity, square,
      parameters)
  }

  public static func dropOut(
    rows: Range<Int>, columns: Int, layer: Int, _ mask: DropoutMask,
    x: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>?
  ) {
    vk_dropout_f32(
      rows.count, columns, rows.lowerBound, UInt32(layer), mask.step, mask.key[0], mask.key[1],
      mask.threshold, Float(mask.scale), Float(mask.shift), Float(mask.dropped), x, first, second)
  }

  public static func addSigns(
    count: Int, _ factor: Double, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>
  ) {
    vk_add_signs_f32(count, Float(factor), x, y)
  }

  public static func addScaled(
    count: Int, _ factor: Double, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>
  ) {
    vk_add_scaled_f32(count, Float(factor), x, y)
  }

  public static func store(_ values: [Double], at destination: UnsafeMutablePointer<Float>) {
    for (i, value) in values.enumerated() { destination[i] = Float(value) }
  }
}
