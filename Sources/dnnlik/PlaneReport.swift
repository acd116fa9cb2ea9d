import DNNLikelihood
import Foundation

/// What `scan` prints for two parameters.
struct PlaneReport: Encodable {
  struct Contour: Encodable {
    let probability, level: Double
    let closed: Bool
    /// Whether an open line ends at bounds of the parameters on both sides.
    let endsAtBounds: Bool
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
    let space = plane.best.parameters
    let bounds = try plane.parameters.map { name in
      let parameter = space.parameters[try space.index(of: name)]
      return [parameter.lower, parameter.upper]
    }
    contours = try plane.contours().map { contour in
      let points = contour.points.map { [$0.x, $0.y] }
      let ends = [points.first, points.last].compactMap(\.self)
      return Contour(
        probability: contour.probability, level: contour.level, closed: contour.isClosed,
        endsAtBounds: !contour.isClosed
          && ends.allSatisfy { end in zip(end, bounds).contains { $1.contains($0) } },
        points: points)
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
          + (contour.closed
            ? "" : contour.endsAtBounds ? " (ends at a bound)" : " (goes on beyond the scan)"))
    }
    lines.append("certificates: \(certificate.valid ? "all valid" : "NOT ALL VALID")")
    return lines.joined(separator: "\n")
  }
}
