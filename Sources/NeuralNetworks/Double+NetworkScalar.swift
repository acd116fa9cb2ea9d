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
    _ activation: Activation?, rows: Int, columns: Int, stride: Int,
    outputOrDerivative: UnsafePointer<Double>, delta: UnsafeMutablePointer<Double>,
    biasGradient: UnsafeMutablePointer<Double>?
  ) {
    vk_activation_backward_f64(
      activation?.kernel ?? Activation.storedDerivativeKernel, rows, columns, stride,
      outputOrDerivative, delta, biasGradient)
  }

  public static func normalize(
    rows: Int, columns: Int, stride: Int, epsilon: Double, scale: UnsafePointer<Double>,
    x: UnsafeMutablePointer<Double>, normalized: UnsafeMutablePointer<Double>,
    mean: UnsafeMutablePointer<Double>, variance: UnsafeMutablePointer<Double>,
    inverse: UnsafeMutablePointer<Double>
  ) {
    vk_normalize_f64(
      rows, columns, stride, epsilon, scale, x, normalized, mean, variance, inverse)
  }

  public static func backpropagateNormalization(
    rows: Int, columns: Int, stride: Int, scale: UnsafePointer<Double>,
    normalized: UnsafePointer<Double>, inverse: UnsafePointer<Double>,
    biasGradient: UnsafePointer<Double>, delta: UnsafeMutablePointer<Double>,
    scaleGradient: UnsafeMutablePointer<Double>
  ) {
    vk_normalize_backward_f64(
      rows, columns, stride, scale, normalized, inverse, biasGradient, delta, scaleGradient)
  }

  public static func moveTowards(
    count: Int, _ fraction: Double, _ target: UnsafePointer<Double>, x: UnsafeMutablePointer<Double>
  ) {
    vk_move_towards_f64(count, fraction, target, x)
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

  public static func applyActivationWithCurvature(
    _ activation: Activation, rows: Int, columns: Int, bias: UnsafePointer<Double>,
    x: UnsafeMutablePointer<Double>, first: UnsafeMutablePointer<Double>,
    second: UnsafeMutablePointer<Double>
  ) {
    vk_bias_activation_curvature_f64(activation.kernel, rows, columns, bias, x, first, second)
  }

  public static func backpropagateSlope(
    count: Int, first: UnsafePointer<Double>, second: UnsafeMutablePointer<Double>,
    slope: UnsafeMutablePointer<Double>
  ) {
    vk_slope_backward_f64(count, first, second, slope)
  }

  public static func applyTangent(
    count: Int, first: UnsafePointer<Double>, second: UnsafeMutablePointer<Double>,
    tangent: UnsafeMutablePointer<Double>
  ) {
    vk_tangent_f64(count, first, second, tangent)
  }

  public static func backpropagateTangent(
    rows: Int, columns: Int, stride: Int, first: UnsafePointer<Double>,
    second: UnsafePointer<Double>, delta: UnsafeMutablePointer<Double>,
    biasGradient: UnsafeMutablePointer<Double>
  ) {
    vk_adjoint_f64(rows, columns, stride, first, second, delta, biasGradient)
  }

  public static func sumGradientLoss(
    rows: Int, columns: Int, gradient: UnsafePointer<Double>, stride: Int,
    target: UnsafePointer<Double>, weights: UnsafePointer<Double>?, scale: Double,
    direction: UnsafeMutablePointer<Double>?, directionStride: Int
  ) -> Double {
    vk_gradient_loss_f64(
      rows, columns, gradient, stride, target, weights, scale, direction, directionStride)
  }

  public static func multiplyRows(
    rows: Int, columns: Int, _ b: UnsafePointer<Double>, stride strideB: Int,
    into a: UnsafeMutablePointer<Double>, stride strideA: Int
  ) {
    vk_multiply_rows_f64(rows, columns, b, strideB, a, strideA)
  }

  public static func adamStep(
    count: Int, rate: Double, _ adam: AdamParameters, gradient: UnsafePointer<Double>,
    firstMoment: UnsafeMutablePointer<Double>, secondMoment: UnsafeMutablePointer<Double>,
    parameters: UnsafeMutablePointer<Double>
  ) {
    vk_adam_f64(
      count, rate, adam.beta1, adam.beta2, adam.epsilon, gradient, firstMoment, secondMoment,
      parameters)
  }

  public static func adamWStep(
    count: Int, rate: Double, decay: Double, _ adam: AdamParameters,
    gradient: UnsafePointer<Double>, firstMoment: UnsafeMutablePointer<Double>,
    secondMoment: UnsafeMutablePointer<Double>, parameters: UnsafeMutablePointer<Double>
  ) {
    vk_adamw_f64(
      count, rate, decay, adam.beta1, adam.beta2, adam.epsilon, gradient, firstMoment,
      secondMoment, parameters)
  }

  public static func gradientDescentStep(
    count: Int, rate: Double, momentum: Double, nesterov: Bool, gradient: UnsafePointer<Double>,
    velocity: UnsafeMutablePointer<Double>, parameters: UnsafeMutablePointer<Double>
  ) {
    vk_sgd_f64(count, rate, momentum, nesterov ? 1 : 0, gradient, velocity, parameters)
  }

  public static func rmsPropStep(
    count: Int, rate: Double, decay: Double, momentum: Double, epsilon: Double,
    gradient: UnsafePointer<Double>, velocity: UnsafeMutablePointer<Double>,
    square: UnsafeMutablePointer<Double>, parameters: UnsafeMutablePointer<Double>
  ) {
    vk_rmsprop_f64(
      count, rate, decay, momentum, epsilon, gradient, velocity, square, parameters)
  }

  public static func dropOut(
    rows: Range<Int>, columns: Int, layer: Int, _ mask: DropoutMask,
    x: UnsafeMutablePointer<Double>, first: UnsafeMutablePointer<Double>,
    second: UnsafeMutablePointer<Double>?
  ) {
    vk_dropout_f64(
      rows.count, columns, rows.lowerBound, UInt32(layer), mask.step, mask.key[0], mask.key[1],
      mask.threshold, mask.scale, mask.shift, mask.dropped, x, first, second
    )
  }

  public static func addSigns(
    count: Int, _ factor: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>
  ) {
    vk_add_signs_f64(count, factor, x, y)
  }

  public static func addScaled(
    count: Int, _ factor: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>
  ) {
    vk_add_scaled_f64(count, factor, x, y)
  }

  public static func store(_ values: [Double], at destination: UnsafeMutablePointer<Double>) {
    for (i, value) in values.enumerated() { destination[i] = value }
  }
}
