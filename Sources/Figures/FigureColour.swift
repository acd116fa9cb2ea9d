/// A colour in sRGB.
public struct FigureColour: Codable, Hashable, Sendable {
  /// Red, green and blue in 0...255.
  public var red: UInt8, green: UInt8, blue: UInt8

  /// A colour from its hexadecimal code, e.g. `0x0072B2`.
  public init(_ code: UInt32) {
    red = UInt8(truncatingIfNeeded: code >> 16)
    green = UInt8(truncatingIfNeeded: code >> 8)
    blue = UInt8(truncatingIfNeeded: code)
  }

  /// The colour-blind-safe palette of Okabe and Ito, ordered so that neighbours also differ in
  /// grey: blue, vermilion, black, green, orange, purple.
  public static let palette: [FigureColour] = [
    FigureColour(0x0072B2), FigureColour(0xD55E00), FigureColour(0x000000),
    FigureColour(0x009E73), FigureColour(0xE69F00), FigureColour(0xAA4499),
  ]

  /// Entry `index` of the palette, which repeats.
  public static func series(_ index: Int) -> FigureColour {
    let n = palette.count
    return palette[((index % n) + n) % n]
  }

  /// This colour mixed with white; `strength` 1 is the colour, 0 is white.
  public func tint(_ strength: Double) -> FigureColour {
    func mix(_ c: UInt8) -> UInt8 {
      UInt8(min(255, max(0, (255 + (Double(c) - 255) * strength).rounded())))
    }
    var result = self
    (result.red, result.green, result.blue) = (mix(red), mix(green), mix(blue))
    return result
  }

  /// The code as gnuplot reads it, with quotes: `'#0072b2'`.
  var gnuplot: String {
    let digits = Array("0123456789abcdef")
    let hex = [red, green, blue].map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }
    return "'#\(hex.joined())'"
  }
}
