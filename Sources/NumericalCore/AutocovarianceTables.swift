internal import Synchronization

/// What the autocovariances of series of one length share; made when it is first needed.
public final class AutocovarianceTables: Sendable {
  /// Length of the series.
  public let length: Int
  private let sum = Mutex<AutocovarianceSum?>(nil)

  /// Tables for series of `length` elements.
  ///
  /// - Precondition: `length >= 1`.
  public init(length: Int) {
    precondition(length >= 1, "a series has at least one element")
    self.length = length
  }

  /// An empty sum by Fourier transform.
  func emptySum() -> AutocovarianceSum {
    sum.withLock { sum in
      if let sum { return sum }
      let new = AutocovarianceSum(length: length)
      sum = new
      return new
    }
  }
}
