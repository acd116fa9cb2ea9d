internal import Foundation

extension Double {
  /// The natural logarithm, callable where `log` would be ambiguous.
  public static func logarithm(_ x: Double) -> Double { Foundation.log(x) }

  /// The exponential function, callable where `exp` would be ambiguous.
  public static func exponential(_ x: Double) -> Double { Foundation.exp(x) }
}

extension Matrix where Element == Double {
  /// The mean of every column.
  public func columnMeans() -> [Double] {
    var sums = [Double](repeating: 0, count: columns)
    for i in 0..<rows { for j in 0..<columns { sums[j] += self[i, j] } }
    return sums.map { $0 / Double(rows) }
  }

  /// The sample covariance (divided by `rows - 1`) of the columns.
  public func covariance() -> Matrix {
    let mean = columnMeans()
    var centred = self
    for i in 0..<rows { for j in 0..<columns { centred[i, j] -= mean[j] } }
    var result = centred.times(centred, transposeSelf: true)
    for k in result.elements.indices { result.elements[k] /= Double(rows - 1) }
    return result
  }
}
