public import NumericalCore

/// A number type for networks, `Float` or `Double`: matrix products and elementwise kernels.
///
/// The kernels work on whole blocks; pointers are only used during the call. Matrices are
/// row-major and `stride` is the distance between rows, in elements.
public protocol NetworkScalar: BLASScalar {
  /// `x = f(x + bias)` for every row, in place; `derivative`, if given, receives `f'`.
  static func applyActivation(
    _ activation: Activation, rows: Int, columns: Int, stride: Int, bias: UnsafePointer<Self>,
    x: UnsafeMutablePointer<Self>, derivative: UnsafeMutablePointer<Self>?)

  /// `delta *= f'` with the derivative from the layer's output, or from the stored derivative where
  /// no activation is given; `biasGradient`, if given, receives the sums over rows.
  static func backpropagateActivation(
    _ activation: Activation?, rows: Int, columns: Int, stride: Int,
    outputOrDerivative: UnsafePointer<Self>, delta: UnsafeMutablePointer<Self>,
    biasGradient: UnsafeMutablePointer<Self>?)

  /// Batch normalisation forward: for every column `normalized = (x - mean) inverse`, `x = scale
  /// normalized`, with the rows' mean and variance and `inverse = 1 / √(variance + epsilon)`.
  static func normalize(
    rows: Int, columns: Int, stride: Int, epsilon: Double, scale: UnsafePointer<Self>,
    x: UnsafeMutablePointer<Self>, normalized: UnsafeMutablePointer<Self>,
    mean: UnsafeMutablePointer<Self>, variance: UnsafeMutablePointer<Self>,
    inverse: UnsafeMutablePointer<Self>)

  /// Batch normalisation backward: `delta`, the derivatives by `scale normalized` with their sums
  /// over rows `biasGradient`, become those by what was normalised.
  static func backpropagateNormalization(
    rows: Int, columns: Int, stride: Int, scale: UnsafePointer<Self>,
    normalized: UnsafePointer<Self>, inverse: UnsafePointer<Self>,
    biasGradient: UnsafePointer<Self>, delta: UnsafeMutablePointer<Self>,
    scaleGradient: UnsafeMutablePointer<Self>)

  /// `x += fraction (target - x)`.
  static func moveTowards(
    count: Int, _ fraction: Double, _ target: UnsafePointer<Self>, x: UnsafeMutablePointer<Self>)

  /// `product[r][c] = a[r] b[c]`.
  static func outerProduct(
    rows: Int, columns: Int, stride: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    product: UnsafeMutablePointer<Self>)

  /// The sum over rows of the loss; `gradient`, if given, receives `scale` times its derivative.
  static func sumLoss(
    _ loss: Loss, rows: Int, outputs: Int, predictions: UnsafePointer<Self>,
    targets: UnsafePointer<Self>, weights: UnsafePointer<Self>?, scale: Double,
    gradient: UnsafeMutablePointer<Self>?
  ) -> Double

  /// `x = f(x + bias)`, `first = f'`, `second = f''` for every row, rows without gaps.
  static func applyActivationWithCurvature(
    _ activation: Activation, rows: Int, columns: Int, bias: UnsafePointer<Self>,
    x: UnsafeMutablePointer<Self>, first: UnsafeMutablePointer<Self>,
    second: UnsafeMutablePointer<Self>)

  /// The slope e by a layer's output becomes e f', the slope by its argument; `second` becomes
  /// e f''.
  static func backpropagateSlope(
    count: Int, first: UnsafePointer<Self>, second: UnsafeMutablePointer<Self>,
    slope: UnsafeMutablePointer<Self>)

  /// The tangent t of a layer's argument becomes t f', the tangent of its output; `second` becomes
  /// t `second`.
  static func applyTangent(
    count: Int, first: UnsafePointer<Self>, second: UnsafeMutablePointer<Self>,
    tangent: UnsafeMutablePointer<Self>)

  /// `delta = delta first + second`; `biasGradient` receives the sums over rows.
  static func backpropagateTangent(
    rows: Int, columns: Int, stride: Int, first: UnsafePointer<Self>,
    second: UnsafePointer<Self>, delta: UnsafeMutablePointer<Self>,
    biasGradient: UnsafeMutablePointer<Self>)

  /// The sum over rows of `|gradient - target|²`, times the row's weight; `direction`, if given,
  /// receives `scale` times its derivative, and may be `gradient` itself.
  static func sumGradientLoss(
    rows: Int, columns: Int, gradient: UnsafePointer<Self>, stride: Int,
    target: UnsafePointer<Self>, weights: UnsafePointer<Self>?, scale: Double,
    direction: UnsafeMutablePointer<Self>?, directionStride: Int
  ) -> Double

  /// `a[r][c] *= b[r][c]`, rows with their own strides.
  static func multiplyRows(
    rows: Int, columns: Int, _ b: UnsafePointer<Self>, stride strideB: Int,
    into a: UnsafeMutablePointer<Self>, stride strideA: Int)

  /// One step of Adam for `count` parameters; `rate` contains the bias correction.
  static func adamStep(
    count: Int, rate: Double, _ adam: AdamParameters, gradient: UnsafePointer<Self>,
    firstMoment: UnsafeMutablePointer<Self>, secondMoment: UnsafeMutablePointer<Self>,
    parameters: UnsafeMutablePointer<Self>)

  /// One step of AdamW; `decay` is the fraction by which parameters shrink first.
  static func adamWStep(
    count: Int, rate: Double, decay: Double, _ adam: AdamParameters,
    gradient: UnsafePointer<Self>, firstMoment: UnsafeMutablePointer<Self>,
    secondMoment: UnsafeMutablePointer<Self>, parameters: UnsafeMutablePointer<Self>)

  /// One step of gradient descent with momentum.
  static func gradientDescentStep(
    count: Int, rate: Double, momentum: Double, nesterov: Bool, gradient: UnsafePointer<Self>,
    velocity: UnsafeMutablePointer<Self>, parameters: UnsafeMutablePointer<Self>)

  /// One step of RMSprop.
  static func rmsPropStep(
    count: Int, rate: Double, decay: Double, momentum: Double, epsilon: Double,
    gradient: UnsafePointer<Self>, velocity: UnsafeMutablePointer<Self>,
    square: UnsafeMutablePointer<Self>, parameters: UnsafeMutablePointer<Self>)

  /// Drops elements of a block of a layer's outputs; derivatives follow. Rows without gaps.
  static func dropOut(
    rows: Range<Int>, columns: Int, layer: Int, _ mask: DropoutMask,
    x: UnsafeMutablePointer<Self>, first: UnsafeMutablePointer<Self>,
    second: UnsafeMutablePointer<Self>?)

  /// `y += factor sign(x)`.
  static func addSigns(
    count: Int, _ factor: Double, _ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>)

  /// `y += factor x`.
  static func addScaled(
    count: Int, _ factor: Double, _ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>)

  /// Stores rounded values.
  static func store(_ values: [Double], at destination: UnsafeMutablePointer<Self>)
}
