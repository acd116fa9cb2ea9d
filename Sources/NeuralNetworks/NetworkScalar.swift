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

  /// `delta *= f'` with the derivative from the layer's output (or the stored derivative, for
  /// functions that keep it); `biasGradient`, if given, receives the sums over rows.
  static func backpropagateActivation(
    _ activation: Activation, rows: Int, columns: Int, stride: Int,
    outputOrDerivative: UnsafePointer<Self>, delta: UnsafeMutablePointer<Self>,
    biasGradient: UnsafeMutablePointer<Self>?)

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

  /// One step of Adam for `count` parameters; `rate` contains the bias correction.
  static func adamStep(
    count: Int, rate: Double, _ adam: AdamParameters, gradient: UnsafePointer<Self>,
    firstMoment: UnsafeMutablePointer<Self>, secondMoment: UnsafeMutablePointer<Self>,
    parameters: UnsafeMutablePointer<Self>)

  /// Stores rounded values.
  static func store(_ values: [Double], at destination: UnsafeMutablePointer<Self>)
}
