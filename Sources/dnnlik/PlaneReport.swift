import DNNLikelihood
import Foundation

/// What `scan` prints for two parameters.
struct PlaneReport: Encodable {
  struct Contour: Encodable {
    let probability, level: Double
    let closed: Bool
    let points: [[Double]]
  }

  let parameters: [String]
  /// The values of both parameters.
  let values: [[Double]]
  /// t by rows: `t[j][i]` at the i-th value of the first and the j-th of the second parameter.
  let t: [[Double]]
  let best: [Double]
  let contours: [Contour]
  let certificate: ScanReport.Certificate
  let seconds: Double

  init(_ plane: ProfilePlane, seconds: Double) throws {
    parameters = plane.parameters
    values = [plane.x, plane.y]
    let all = plane.testStatistic
    let width = plane.x.count
    t = plane.y.indices.map { Array(all[$0 * width..<($0 + 1) * width]) }
    best = try plane.parameters.map { try plane.best.value(of: $0) }
    contours = try plane.contours().map {
      Contour(
        probability: $0.probability, level: $0.level, closed: $0.isClosed,
        points: $0.points.map { [$0.x, $0.y] })
    }
    certificate = .init(
      valid: plane.isValid,
      largestEDM: (plane.fits + [plane.best]).map(\.certificate.edm).max() ?? .nan)
    self.seconds = seconds
  }

  var table: String {
    var lines = [
      "maximum at "
        + zip(parameters, best).map { String(format: "%@ = %.6f", $0, $1) }.joined(separator: ", ")
    ]
    for contour in contours {
      let ranges = parameters.indices.map { k in
        let ends = contour.points.map { $0[k] }
        return String(
          format: "%@ from %.5f to %.5f", parameters[k], ends.min() ?? .nan, ends.max() ?? .nan)
      }
      lines.append(
        String(format: "%.2f %% (t <= %.4f): ", 100 * contour.probability, contour.level)
          + ranges.joined(separator: ", ")
          + (contour.closed ? "" : " (goes on beyond the scan)"))
    }
    lines.append("certificates: \(certificate.valid ? "all valid" : "NOT ALL VALID")")
    return lines.joined(separator: "\n")
  }
}
