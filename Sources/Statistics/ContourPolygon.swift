/// A closed curve of constant density; the last point joins the first.
public struct ContourPolygon: Hashable, Sendable {
  /// Corners as (x, y). The density is higher on the left of the direction of travel, so an outer
  /// border runs counter-clockwise and the border of a hole clockwise.
  public let points: [SIMD2<Double>]

  /// A polygon.
  public init(points: [SIMD2<Double>]) { self.points = points }

  /// Area by the shoelace formula: positive for an outer border, negative for a hole.
  public var signedArea: Double {
    guard let origin = points.first else { return 0 }
    var sum = 0.0
    for k in points.indices {
      let a = points[k] - origin
      let b = points[k + 1 == points.count ? 0 : k + 1] - origin
      sum += a.x * b.y - b.x * a.y
    }
    return sum / 2
  }

  /// Whether this is the border of a hole in the region.
  public var isHole: Bool { signedArea < 0 }

  /// Whether a point is inside, by the parity of crossings of a horizontal ray.
  public func contains(_ p: SIMD2<Double>) -> Bool {
    var inside = false
    var a = points.last ?? p
    for b in points {
      if (a.y > p.y) != (b.y > p.y), p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
        inside.toggle()
      }
      a = b
    }
    return inside
  }
}
