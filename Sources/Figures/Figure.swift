/// Width and height of a figure in inches.
public struct FigureSize: Codable, Hashable, Sendable {
  /// Width in inches; a column of a journal is about 3.4, a page about 7.
  public var width: Double
  /// Height in inches.
  public var height: Double

  /// A size in inches.
  ///
  /// - Precondition: both are positive.
  public init(width: Double, height: Double) {
    precondition(width > 0 && height > 0, "a figure of \(width) x \(height) in")
    self.width = width
    self.height = height
  }
}

/// A text file of numbers beside a figure's script.
public struct FigureDataFile: Hashable, Sendable {
  /// File name without folder; starts with the name of the figure, ends with `.dat`.
  public let name: String
  /// The text: columns separated by blanks, `#` starts a comment.
  public let contents: String

  /// A data file.
  public init(name: String, contents: String) {
    self.name = name
    self.contents = contents
  }
}

/// A figure as gnuplot sees it: the commands between the choice of a terminal and the end of the
/// page, and the data files that they read.
public struct FigureDrawing: Hashable, Sendable {
  /// gnuplot commands, independent of the output format.
  public let commands: String
  /// The files that the commands read by name.
  public let data: [FigureDataFile]

  /// A drawing.
  public init(commands: String, data: [FigureDataFile]) {
    self.commands = commands
    self.data = data
  }
}

/// A picture made of numbers: a value that knows its name, its size and how to draw itself.
///
/// Labels are gnuplot enhanced text: `{/:Italic μ}`, `δ_{91}`; see ``FigureText`` for plain text
/// and for labels written in LaTeX. A new kind of figure implements ``drawing()`` alone.
///
/// ```swift
/// let figure = LossHistoryFigure(name: "loss", training: training, validation: validation)
/// let files = try figure.write(to: folder)   // loss.gp, loss.dat, loss.pdf, loss.svg, loss.png
/// ```
public protocol Figure: Sendable {
  /// Base name of all files of the figure: letters, digits, `.`, `-` and `_`.
  var name: String { get }
  /// Size on paper.
  var size: FigureSize { get }

  /// The gnuplot commands and the data files.
  ///
  /// - Throws: ``FigureError/invalidInput(figure:field:expected:)`` for numbers that cannot be
  ///   drawn.
  func drawing() throws -> FigureDrawing
}
