internal import CLikelihoodInterface
internal import Foundation
public import NumericalCore

/// A likelihood in a shared library with the C interface of `dnnlik_likelihood.h`.
///
/// The library is asked point by point on all threads if it says that it is thread-safe, else on
/// one at a time; a function for batches is preferred where there is one.
public struct SharedLibrary: ExternalProgram {
  public let parameters: [Parameter]
  /// Whether the functions may be called from several threads at the same time.
  public let isThreadSafe: Bool
  private let functions: LibraryFunctions

  /// Loads a library.
  ///
  /// - Parameters:
  ///   - path: its path.
  ///   - configuration: JSON, handed to the library as it is.
  /// - Throws: ``ExternalError``: no library, no function of a required name, another version of
  ///   the interface, or a failed initialisation.
  public init(_ path: String, configuration: String = "{}") throws(ExternalError) {
    functions = try LibraryFunctions(path, configuration: configuration)
    isThreadSafe = functions.isThreadSafe
    parameters = try functions.parameters()
  }

  public var location: String { functions.library.path }
  public var hasGradient: Bool { functions.gradient != nil }

  public func values(at points: Matrix<Double>) throws(ExternalError) -> [Double] {
    // A function for batches need not expect to be asked for nothing.
    guard points.rows > 0 else { return [] }
    ExternalCalls.count(values: points.rows)
    let n = points.columns
    var result = [Double](repeating: .nan, count: points.rows)
    if let batch = functions.batch {
      let code = functions.exclusively {
        batch(points.elements, Int32(points.rows), Int32(n), &result)
      }
      try functions.check(code, "dnnlik_log_likelihood_batch")
    } else {
      let value = functions.value
      try forEachRow(points, &result, width: 1, "dnnlik_log_likelihood") { point, output in
        value(point, Int32(n), output)
      }
    }
    for row in result.indices {
      try check(result[row], at: points.row(row), "dnnlik_log_likelihood")
    }
    return result
  }

  public func valuesAndGradients(
    at points: Matrix<Double>
  ) throws(ExternalError) -> (values: [Double], gradients: Matrix<Double>) {
    let name = "dnnlik_log_likelihood_gradient"
    guard let function = functions.gradient else {
      throw .mismatch(
        program: location, subject: "function", expected: name, found: "no such symbol")
    }
    ExternalCalls.count(values: points.rows, gradients: points.rows)
    let n = points.columns
    // Each row: the value, then the derivatives.
    var rows = [Double](repeating: .nan, count: points.rows * (n + 1))
    try forEachRow(points, &rows, width: n + 1, name) { point, output in
      function(point, Int32(n), output, output + 1)
    }
    var values: [Double] = []
    var gradients = Matrix<Double>(rows: points.rows, columns: n, repeating: 0)
    for row in 0..<points.rows {
      let value = rows[row * (n + 1)]
      let slopes = rows[row * (n + 1) + 1..<(row + 1) * (n + 1)]
      try check(value, at: points.row(row), name)
      values.append(value)
      guard value > -.infinity else { continue }
      guard slopes.allSatisfy(\.isFinite) else {
        throw .answer(
          .init(program: location, request: name), expected: "\(n) finite derivatives",
          found: "\(Array(slopes.prefix(12)))")
      }
      gradients.setRow(row, to: slopes)
    }
    return (values, gradients)
  }

  /// Calls a function for every row, on all threads if it allows that.
  private func forEachRow(
    _ points: Matrix<Double>, _ results: inout [Double], width: Int, _ name: String,
    _ call: @Sendable (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Int32
  ) throws(ExternalError) {
    var codes = [Int32](repeating: 0, count: points.rows)
    let n = points.columns
    points.elements.withUnsafeBufferPointer { from in
      results.withUnsafeMutableBufferPointer { to in
        codes.withUnsafeMutableBufferPointer { codes in
          guard let from = from.baseAddress, let to = to.baseAddress,
            let codes = codes.baseAddress
          else { return }
          let (inputs, outputs, states) = (SharedRows(from), DisjointRows(to), DisjointRows(codes))
          @Sendable func work(_ range: Range<Int>) {
            for row in range {
              states.base[row] = call(inputs.base + row * n, outputs.base + row * width)
            }
          }
          if isThreadSafe {
            parallelFor(points.rows, work)
          } else {
            functions.exclusively { work(0..<points.rows) }
          }
        }
      }
    }
    if let code = codes.first(where: { $0 != 0 }) { try functions.check(code, name) }
  }
}
