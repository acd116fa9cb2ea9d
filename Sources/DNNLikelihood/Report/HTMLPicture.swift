internal import Foundation

/// The `img` element of a picture, with the file inside.
///
/// A vector picture goes in as an image too and not as inline elements: several pictures drawn by
/// one program use the same identifiers, which would clash within one page.
enum HTMLPicture {
  /// The element.
  static func element(for file: URL, contents: Data, alternative: String) -> String {
    let isVector = file.pathExtension.lowercased() == "svg"
    let data = isVector ? withFallbackFonts(contents) : contents
    let width = isVector ? vectorWidth(contents) : bitmapWidth(contents)
    let size = width.map { " width=\"\($0)\"" } ?? ""
    return "<img\(size) alt=\"\(HTMLMarkup.escaped(alternative))\" "
      + "src=\"data:image/\(isVector ? "svg+xml" : "png");base64,\(data.base64EncodedString())\">"
  }

  /// Names further serif families for readers without ours.
  private static func withFallbackFonts(_ data: Data) -> Data {
    let text = String(decoding: data, as: UTF8.self)
      .replacingOccurrences(
        of: "font-family=\"Liberation Serif\"",
        with: "font-family=\"Liberation Serif, Times New Roman, Times, serif\"")
    return Data(text.utf8)
  }

  /// Width in CSS pixels from the root element.
  private static func vectorWidth(_ data: Data) -> Int? {
    let head = String(decoding: data.prefix(2000), as: UTF8.self)
    return head.firstMatch(of: #/<svg[^>]*?\swidth="([0-9]+)/#).flatMap { Int($0.1) }
  }

  /// Width in CSS pixels from the header of a PNG file drawn at 200 pixels to the inch; a CSS inch
  /// has 96.
  private static func bitmapWidth(_ data: Data) -> Int? {
    guard data.count > 24, data.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return nil }
    let pixels = data.dropFirst(16).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    return Int((Double(pixels) * 96 / 200).rounded())
  }
}
