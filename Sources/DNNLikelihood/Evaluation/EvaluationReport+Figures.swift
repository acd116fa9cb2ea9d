public import Figures
public import Foundation
internal import Surrogates

extension EvaluationReport {
  /// Residuals against the truth, and errors against the depth.
  public var figures: [any Figure] {
    var result: [any Figure] = []
    if let test, test.count > 1 {
      result.append(
        ResidualFigure(
          name: "residuals", truth: test.truth, surrogate: test.predicted,
          truthLabel: "Log density of the truth (nats)",
          residualLabel: "Surrogate − truth (nats)"))
    }
    if !depth.isEmpty {
      result.append(
        DepthErrorFigure(
          name: "error-depth",
          bins: depth.map {
            .init(
              lower: $0.lower, upper: $0.upper, bias: $0.bias, biasError: $0.biasError,
              rms: $0.rms, rmsError: $0.rmsError)
          }))
    }
    return result
  }

  /// Draws the figures into a folder.
  ///
  /// - Returns: the files.
  /// - Throws: ``RunFolderError``, `FigureError`.
  public func writeFigures(to folder: URL) throws -> [URL] {
    let folder = try RunFolder(folder).url
    return try figures.flatMap { try $0.write(to: folder) }
  }
}
