internal import Foundation

/// The discrete Fourier transform of complex series whose length is a power of two.
///
/// Stockham's self-sorting form with radix 4 (and one radix-2 stage where needed). Real and
/// imaginary parts are kept in separate arrays. A value holds the tables for one length and may
/// be shared between threads; the work space belongs to the caller.
public struct FastFourierTransform: Sendable {
  /// The length of the series, a power of two.
  public let count: Int
  private let cosines: [Double]
  private let sines: [Double]

  /// The tables for one length.
  ///
  /// - Precondition: `count` is a power of two.
  public init(count: Int) {
    precondition(count > 0 && count & (count - 1) == 0, "\(count) is not a power of two")
    self.count = count
    let step = 2 * Double.pi / Double(count)
    cosines = (0..<count).map { cos(step * Double($0)) }
    sines = (0..<count).map { sin(step * Double($0)) }
  }

  /// The least power of two that is not below `n`.
  public static func paddedCount(atLeast n: Int) -> Int {
    n <= 1 ? 1 : 1 << (Int.bitWidth - (n - 1).leadingZeroBitCount)
  }

  /// Real and imaginary parts of one series, with the work space of the transform.
  public struct Workspace: Sendable {
    /// The real parts.
    public var real: [Double]
    /// The imaginary parts.
    public var imaginary: [Double]
    fileprivate var scratchReal: [Double]
    fileprivate var scratchImaginary: [Double]

    /// A series of zeros.
    public init(count: Int) {
      real = Array(repeating: 0, count: count)
      imaginary = real
      scratchReal = real
      scratchImaginary = real
    }
  }

  /// Replaces the series z by Z(k) = Σ_j z(j) exp(-2πi jk / count), in natural order.
  ///
  /// - Precondition: the work space was made for `count` points.
  public func forward(_ workspace: inout Workspace) {
    precondition(workspace.real.count == count, "a work space of another length")
    var n = count
    var stride = 1
    while n > 1 {
      workspace.real.withUnsafeBufferPointer { xr in
        workspace.imaginary.withUnsafeBufferPointer { xi in
          workspace.scratchReal.withUnsafeMutableBufferPointer { yr in
            workspace.scratchImaginary.withUnsafeMutableBufferPointer { yi in
              guard let xr = xr.baseAddress, let xi = xi.baseAddress, let yr = yr.baseAddress,
                let yi = yi.baseAddress
              else { return }
              let stage = Stage(xr: xr, xi: xi, yr: yr, yi: yi, length: n, stride: stride)
              if n == 2 { stage.radix2() } else { radix4(stage) }
            }
          }
        }
      }
      swap(&workspace.real, &workspace.scratchReal)
      swap(&workspace.imaginary, &workspace.scratchImaginary)
      stride *= n == 2 ? 2 : 4
      n /= n == 2 ? 2 : 4
    }
  }

  private func radix4(_ stage: Stage) {
    let quarter = stage.length / 4
    let jump = stage.stride
    for p in 0..<quarter {
      let k = p * jump
      let w1 = (cosines[k], -sines[k])
      let w2 = (cosines[2 * k], -sines[2 * k])
      let w3 = (cosines[3 * k], -sines[3 * k])
      if jump == 1 {
        stage.butterfly(p, 0, w1, w2, w3, as: Double.self)
      } else {
        for q in Swift.stride(from: 0, to: jump, by: 4) {
          stage.butterfly(
            p, q, w1, w2, w3, as: SIMD4<Double>.self)
        }
      }
    }
  }
}

/// What the butterflies need of a number: one real, or four at once.
private protocol Lane: BitwiseCopyable {
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Double, b: Self) -> Self
}

extension Double: Lane {}
extension SIMD4<Double>: Lane {}

/// One pass of the transform: sub-series of `length` points at distance `stride`.
private struct Stage {
  let xr: UnsafePointer<Double>
  let xi: UnsafePointer<Double>
  let yr: UnsafeMutablePointer<Double>
  let yi: UnsafeMutablePointer<Double>
  let length: Int
  let stride: Int

  @inline(__always)
  private func load<L: Lane>(_ base: UnsafePointer<Double>, _ i: Int, as: L.Type) -> L {
    UnsafeRawPointer(base + i).loadUnaligned(as: L.self)
  }

  @inline(__always)
  private func store<L: Lane>(_ re: L, _ im: L, _ w: (Double, Double), _ i: Int) {
    UnsafeMutableRawPointer(yr + i).storeBytes(of: w.0 * re - w.1 * im, as: L.self)
    UnsafeMutableRawPointer(yi + i).storeBytes(of: w.0 * im + w.1 * re, as: L.self)
  }

  @inline(__always)
  func butterfly<L: Lane>(
    _ p: Int, _ q: Int, _ w1: (Double, Double), _ w2: (Double, Double), _ w3: (Double, Double),
    as lane: L.Type
  ) {
    let step = stride * (length / 4)
    let from = q + stride * p
    let (ar, ai) = (load(xr, from, as: lane), load(xi, from, as: lane))
    let (br, bi) = (load(xr, from + step, as: lane), load(xi, from + step, as: lane))
    let (cr, ci) = (load(xr, from + 2 * step, as: lane), load(xi, from + 2 * step, as: lane))
    let (dr, di) = (load(xr, from + 3 * step, as: lane), load(xi, from + 3 * step, as: lane))
    let (sr, si) = (ar + cr, ai + ci)
    let (tr, ti) = (ar - cr, ai - ci)
    let (ur, ui) = (br + dr, bi + di)
    let (vr, vi) = (br - dr, bi - di)
    let to = q + stride * 4 * p
    UnsafeMutableRawPointer(yr + to).storeBytes(of: sr + ur, as: L.self)
    UnsafeMutableRawPointer(yi + to).storeBytes(of: si + ui, as: L.self)
    // -i (vr + i vi) = vi - i vr
    store(tr + vi, ti - vr, w1, to + stride)
    store(sr - ur, si - ui, w2, to + 2 * stride)
    store(tr - vi, ti + vr, w3, to + 3 * stride)
  }

  func radix2() {
    for q in 0..<stride {
      let (ar, ai) = (xr[q], xi[q])
      let (br, bi) = (xr[q + stride], xi[q + stride])
      yr[q] = ar + br
      yi[q] = ai + bi
      yr[q + stride] = ar - br
      yi[q + stride] = ai - bi
    }
  }
}
