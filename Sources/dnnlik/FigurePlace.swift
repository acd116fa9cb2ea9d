import ArgumentParser
import DNNLikelihood
import Foundation

/// The file of a figure, whose extension says how it is drawn.
struct FigurePlace: ExpressibleByArgument {
  private let url: URL
  private let format: FigureFormat

  init?(argument: String) {
    url = URL(filePath: argument)
    guard let format = FigureFormat(rawValue: url.pathExtension) else { return nil }
    self.format = format
  }

  /// The name of the figure: that of the file without extension.
  var name: String { url.deletingPathExtension().lastPathComponent }

  private var folder: URL { url.standardizedFileURL.deletingLastPathComponent() }

  /// Checks that the file can be made.
  func check() throws { try OutputPlace.checkFolder(folder, option: "--figure") }

  /// Draws the figure, whose numbers and script are written beside it.
  func write(_ figure: some Figure) throws {
    try figure.write(to: folder, formats: [format])
  }
}
