internal import Foundation

/// A file format that a figure can be drawn in.
public enum FigureFormat: String, CaseIterable, Codable, Sendable {
  /// Vector graphics for papers.
  case pdf
  /// Vector graphics for web pages.
  case svg
  /// Pixels, ``FigureFormat/pixelsPerInch`` to the inch, for slides and web pages.
  case png

  /// Resolution of PNG files: twice that of a screen with 100 pixels to the inch.
  public static let pixelsPerInch = 200.0

  /// The gnuplot terminal for a figure of a given size.
  ///
  /// Fonts, line widths and points scale with the resolution, so that the three formats show the
  /// same picture.
  func terminal(_ size: FigureSize) -> String {
    let font = "font '\(Typography.family),\(Typography.size)'"
    switch self {
    case .pdf:
      // The cairo terminals lay text out at 96 pixels to the inch; half a point is the PDF
      // terminal's unit of line width.
      return "pdfcairo enhanced color size \(size.width)in,\(size.height)in \(font) "
        + "fontscale 0.75 linewidth 2 pointscale 0.9 dashlength 0.8"
    case .svg:
      let scale = 96.0 / 72
      return "svg enhanced size \(Self.pixels(size, 96)) \(font) fontscale \(scale.rounded3) "
        + "linewidth \(scale.rounded3) dashlength 0.8 background 'white'"
    case .png:
      let scale = Self.pixelsPerInch / 72
      return "pngcairo enhanced color size \(Self.pixels(size, Self.pixelsPerInch)) \(font) "
        + "fontscale \((0.75 * scale).rounded3) linewidth \(scale.rounded3) pointscale "
        + "\(scale.rounded3) dashlength 1.6 background 'white'"
    }
  }

  private static func pixels(_ size: FigureSize, _ perInch: Double) -> String {
    "\(Int((size.width * perInch).rounded())),\(Int((size.height * perInch).rounded()))"
  }
}

extension Double {
  /// Rounded to three decimals, for lengths in scripts.
  var rounded3: Double { (self * 1000).rounded() / 1000 }
}
