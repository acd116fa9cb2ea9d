import Figures
import Foundation
import NumericalCore

/// Samples with known shapes.
enum GallerySamples {
  /// Draws of a bivariate normal of unit variances and correlation `rho`.
  static func normal(_ count: Int, rho: Double, seed: UInt64 = 1) -> Matrix<Double> {
    var random = RandomStream(seed: seed, purpose: "normal").sequence()
    var result = Matrix(rows: count, columns: 2, repeating: 0.0)
    for i in 0..<count {
      let (a, b) = (random.normal(), random.normal())
      result[i, 0] = a
      result[i, 1] = rho * a + (1 - rho * rho).squareRoot() * b
    }
    return result
  }

  /// Two equal normals of unit variance at (-5, -5) and (5, 5).
  static func twoModes(_ count: Int) -> Matrix<Double> {
    var result = normal(count, rho: 0, seed: 2)
    for i in 0..<count {
      let shift = i % 2 == 0 ? 5.0 : -5.0
      result[i, 0] += shift
      result[i, 1] += shift
    }
    return result
  }

  /// A ring of radius 5 and width 0.5.
  static func ring(_ count: Int) -> Matrix<Double> {
    var random = RandomStream(seed: 3, purpose: "ring").sequence()
    var result = Matrix(rows: count, columns: 2, repeating: 0.0)
    for i in 0..<count {
      let radius = 5 + 0.5 * random.normal()
      let angle = 2 * Double.pi * random.uniform()
      result[i, 0] = radius * cos(angle)
      result[i, 1] = radius * sin(angle)
    }
    return result
  }

  /// Six parameters with a bound, a tail, a banana, a ring and two modes.
  static func posterior(_ count: Int, seed: UInt64, shift: Double = 0) -> Matrix<Double> {
    var random = RandomStream(seed: seed, purpose: "posterior").sequence()
    var result = Matrix(rows: count, columns: 6, repeating: 0.0)
    for i in 0..<count {
      let z = (0..<6).map { _ in random.normal() }
      result[i, 0] = abs(0.23 + shift + 0.35 * z[0])
      result[i, 1] = 0.3 * z[0] + z[1]
      result[i, 2] = z[2] + 0.4 * (z[1] * z[1] - 1) + shift
      result[i, 3] = -0.42 + 0.6 * (z[3] + 0.9 * z[0])
      result[i, 4] = (i % 3 == 0 ? -2.5 : 1.5) + z[4]
      result[i, 5] = 0.002 * (exp(0.6 * z[5]) + 0.5 * z[3])
    }
    return result
  }

  /// The folder for pictures to look at; nil unless `FIGURES_GALLERY` names one.
  static var galleryFolder: URL? {
    ProcessInfo.processInfo.environment["FIGURES_GALLERY"].map { URL(fileURLWithPath: $0) }
  }

  /// A fresh empty folder that the caller removes.
  static func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("figures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
