public import NumericalCore

/// One start of a quasi-Newton search.
public struct SearchStart: Sendable {
  /// Where it begins; projected into the box.
  public var point: [Double]
  /// The box inside which it stays.
  public var box: Box
  /// Typical width of every coordinate.
  public var scale: [Double]
  /// A point towards which the start is drawn back, by halves, where the objective is undefined.
  public var anchor: [Double]?
  /// The inverse of a Hessian known from a minimum nearby.
  public var preconditioner: Preconditioner?

  /// A start.
  public init(
    point: [Double], box: Box, scale: [Double], anchor: [Double]? = nil,
    preconditioner: Preconditioner? = nil
  ) {
    self.point = box.projected(point)
    self.box = box
    self.scale = scale
    self.anchor = anchor.map { box.projected($0) }
    self.preconditioner = preconditioner
  }

  /// The inverse Hessian at a minimum, in units of its widths.
  public struct Preconditioner: Sendable {
    /// The coordinates that it covers.
    public let indices: [Int]
    /// The inverse of the normalised Hessian over ``indices``.
    public let inverse: Matrix<Double>

    /// The inverse of a curvature; `nil` if it is not positive definite. It belongs to a search
    /// whose scale are the widths of the curvature.
    public init?(_ curvature: Curvature) {
      guard !curvature.free.isEmpty, let factor = Cholesky(curvature.normalized) else { return nil }
      indices = curvature.free
      inverse = factor.inverse
    }
  }
}
