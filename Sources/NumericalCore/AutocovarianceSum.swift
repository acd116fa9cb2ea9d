internal import Foundation

/// The sum of the autocovariances of many series of one length, by zero-padded Fourier transform.
///
/// Only power spectra are summed, so that any number of series costs one inverse transform; two
/// real series share one complex transform. The order of additions is the order of the calls.
public struct AutocovarianceSum: Sendable {
  /// How a series enters the sum.
  public enum Scaling: Sendable {
    /// As it is.
    case none
    /// Divided by its standard deviation: the sum is then one of autocorrelations.
    case unitVariance
  }

  /// Length of the series.
  public let length: Int
  /// How many series entered the sum; constant ones under `unitVariance` do not.
  public private(set) var seriesCount = 0
  private let transform: FastFourierTransform
  private var workspace: FastFourierTransform.Workspace
  private var power: [Double]
  private var waiting = false

  /// An empty sum.
  ///
  /// - Precondition: `length >= 1`.
  public init(length: Int) {
    precondition(length >= 1, "a series has at least one element")
    self.length = length
    let padded = FastFourierTransform.paddedCount(atLeast: 2 * length)
    transform = FastFourierTransform(count: padded)
    workspace = FastFourierTransform.Workspace(count: padded)
    power = Array(repeating: 0, count: padded)
  }

  /// Empties the sum; the tables are kept.
  public mutating func reset() {
    seriesCount = 0
    waiting = false
    for k in power.indices { power[k] = 0 }
  }

  /// Adds a series, less its mean.
  ///
  /// - Returns: false for a constant series that cannot be scaled to unit variance.
  /// - Precondition: `series.count == length`.
  @discardableResult
  public mutating func add(_ series: Span<Double>, scaling: Scaling = .none) -> Bool {
    precondition(series.count == length, "a series of another length")
    var mean = 0.0
    var low = series[0]
    var high = low
    for i in 0..<length {
      let x = series[i]
      mean += x
      low = min(low, x)
      high = max(high, x)
    }
    mean /= Double(length)
    // A constant series has no rounding noise either.
    if low == high { mean = low }
    var scale = 1.0
    if scaling == .unitVariance {
      guard high > low else { return false }
      var squares = 0.0
      for i in 0..<length { squares += (series[i] - mean) * (series[i] - mean) }
      scale = 1 / squares.squareRoot()
      guard scale.isFinite else { return false }
    }
    seriesCount += 1
    if waiting {
      for i in 0..<length { workspace.imaginary[i] = (series[i] - mean) * scale }
      flush()
    } else {
      for i in 0..<length { workspace.real[i] = (series[i] - mean) * scale }
      for i in length..<workspace.real.count { workspace.real[i] = 0 }
      waiting = true
    }
    return true
  }

  /// Σ over the series of Σ_i d(i) d(i + t) for t = 0 ..< length, d = series less its mean.
  ///
  /// Under `unitVariance` each series contributes 1 at lag 0. No factor 1/N or 1/(N - t).
  public mutating func sums() -> [Double] {
    if waiting {
      for i in 0..<length { workspace.imaginary[i] = 0 }
      flush()
    }
    let n = power.count
    // |X|² + |Y|² of a packed pair x + iy is the even part of |Z|², and the real part of the
    // transform sees nothing else; for it the inverse transform is the transform itself, up to n.
    for k in 0..<n {
      workspace.real[k] = power[k]
      workspace.imaginary[k] = 0
    }
    transform.forward(&workspace)
    return workspace.real[0..<length].map { $0 / Double(n) }
  }

  private mutating func flush() {
    for i in length..<workspace.imaginary.count { workspace.imaginary[i] = 0 }
    transform.forward(&workspace)
    for k in power.indices {
      power[k] +=
        workspace.real[k] * workspace.real[k] + workspace.imaginary[k] * workspace.imaginary[k]
    }
    waiting = false
  }
}

/// The autocorrelation ρ(t) of one series, t = 0 ..< count: mean removed, zero-padded Fourier
/// transform, divided by lag 0 (no factor 1/(N - t)); `nil` for a constant series.
public func autocorrelation(_ series: [Double]) -> [Double]? {
  guard !series.isEmpty else { return nil }
  var sum = AutocovarianceSum(length: series.count)
  guard sum.add(series.span, scaling: .unitVariance) else { return nil }
  return sum.sums()
}
