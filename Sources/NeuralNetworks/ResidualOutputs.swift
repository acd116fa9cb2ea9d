public import NumericalCore

/// A value that several outputs of a network make: with lines ρ = offset + slopes · x over the first
/// inputs x, the outputs (h, g) make
///
///     e = h − Σ g (ρ + ½ s g),
///
/// so that −½|ρ|² + s e = −½|ρ + s g|² + s h.
public struct ResidualOutputs<Scalar: NetworkScalar>: Sendable {
  /// Residuals x coordinates.
  public let slopes: Matrix<Scalar>
  /// ρ at the origin of the coordinates.
  public let offset: [Scalar]
  /// s.
  public let scale: Scalar

  /// A value from its parts.
  ///
  /// - Precondition: one offset a row of slopes.
  public init(slopes: Matrix<Scalar>, offset: [Scalar], scale: Scalar) {
    precondition(slopes.rows == offset.count, "one offset a residual")
    self.slopes = slopes
    self.offset = offset
    self.scale = scale
  }

  /// Number of residuals.
  public var count: Int { offset.count }
}

extension NetworkPass {
  /// The sum over rows of the squared errors of the value that outputs make; call after
  /// ``forward(_:rows:)``.
  ///
  /// - Parameters:
  ///   - targets: rows x outputs.
  ///   - factor: of its derivatives, which are added to ``predictionError``; `nil` to leave them out.
  func sumResidualLoss(
    _ residuals: ResidualOutputs<Scalar>, _ input: UnsafePointer<Scalar>, rows: Int,
    targets: UnsafePointer<Scalar>, weights: UnsafePointer<Scalar>?, factor: Double?
  ) -> Double {
    let count = residuals.count
    let columns = residuals.slopes.columns
    let lines = buffer + plan.lines
    return residuals.slopes.elements.withUnsafeBufferPointer { slopes in
      residuals.offset.withUnsafeBufferPointer { offset in
        guard let slopes = slopes.baseAddress, let offset = offset.baseAddress else { return .nan }
        Scalar.gemm(
          .none, .transposed, m: rows, n: count, k: columns, alpha: 1, a: input,
          strideA: plan.layers[0].inputs, b: slopes, strideB: columns, beta: 0, c: lines,
          strideC: count)
        return Scalar.sumResidualLoss(
          rows: rows, residuals: count, lines: lines, offset: offset, scale: residuals.scale,
          outputs: prediction, targets: targets, weights: weights, factor: factor ?? 0,
          errors: factor == nil ? nil : predictionError)
      }
    }
  }
}
