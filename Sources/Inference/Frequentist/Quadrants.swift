internal import Likelihoods
internal import NumericalCore
internal import Optimization

/// The sides of the kinked parameters: in every quadrant the density is smooth.
struct Quadrants {
  /// Kinks of the parameters that have one, by position, with their widths.
  private let kinks: [(index: Int, kink: Double, width: Double)]

  /// Quadrants of more kinked parameters than this are not enumerated.
  private static let enumerated = 6
  /// The lower side ends so many widths below the kink, so that the derivative there is the
  /// left-hand one.
  private static let gap = 1e-11

  init(_ space: ParameterSpace) {
    kinks = space.parameters.enumerated().compactMap { index, parameter in
      parameter.kink.map { (index, $0, parameter.scale) }
    }
  }

  var isEmpty: Bool { kinks.isEmpty }

  /// Whether ``starts(around:in:)`` covers all quadrants of a box.
  func areEnumerated(in box: Box) -> Bool { free(box).count <= Self.enumerated }

  private func free(_ box: Box) -> [(index: Int, kink: Double, width: Double)] {
    kinks.filter { box.lower[$0.index] < $0.kink && $0.kink < box.upper[$0.index] }
  }

  /// `base` with the kinked parameters on every combination of sides.
  func starts(around base: [Double], in box: Box) -> [[Double]] {
    let kinks = free(box)
    guard !kinks.isEmpty, kinks.count <= Self.enumerated else { return [] }
    return (0..<(1 << kinks.count)).map { signs in
      var point = base
      for (bit, k) in kinks.enumerated() {
        let distance = max(abs(base[k.index] - k.kink), 0.1 * k.width)
        point[k.index] = signs >> bit & 1 == 0 ? k.kink + distance : k.kink - distance
      }
      return point
    }
  }

  /// The part of `box` on the same side of every kink as `point`.
  func box(of point: [Double], in box: Box) -> Box {
    var result = box
    for k in free(box) {
      if point[k.index] >= k.kink {
        result.lower[k.index] = k.kink
      } else {
        result.upper[k.index] = k.kink - Self.gap * k.width
      }
    }
    return result
  }

  /// The positions of the kinked parameters that `minimum` presses against their wall.
  func walls(_ point: [Double], gradient: [Double], quadrant: Box, in box: Box) -> [Int] {
    free(box).filter { k in
      let i = k.index
      return quadrant.isActive(i, at: point[i], gradient: gradient[i])
        && (quadrant.lower[i] == k.kink ? point[i] == k.kink : point[i] == quadrant.upper[i])
    }.map(\.index)
  }

  /// `point` with the given parameters on the other side of their walls.
  func crossing(_ walls: some Sequence<Int>, from point: [Double]) -> [Double] {
    var result = point
    for k in kinks where walls.contains(k.index) {
      result[k.index] = point[k.index] >= k.kink ? k.kink - Self.gap * k.width : k.kink
    }
    return result
  }

  /// Those of `walls` beyond which the objective falls, by the gradient on the other side.
  func open(_ walls: [Int], from point: [Double], gradientBeyond: [Double]) -> [Int] {
    kinks.filter { k in
      guard walls.contains(k.index) else { return false }
      let slope = gradientBeyond[k.index]
      return point[k.index] >= k.kink ? slope > 0 : slope < 0
    }.map(\.index)
  }
}
