/// A piece of a section.
public enum HTMLBlock: Sendable {
  /// Running text.
  case paragraph(String)
  /// Text set apart, e.g. a warning about a result that is not valid.
  case note(String)
  /// Points of a list.
  case list([String])
  /// Commands or output in a fixed-width font, taken literally.
  case code(String)
  /// A table.
  case table(HTMLTable)
  /// A figure.
  case figure(HTMLFigure)
}

/// A section of an ``HTMLReport``.
public struct HTMLSection: Sendable {
  /// Heading.
  public var title: String
  /// Contents in order.
  public var blocks: [HTMLBlock]

  /// A section.
  public init(title: String, blocks: [HTMLBlock] = []) {
    self.title = title
    self.blocks = blocks
  }

  /// Adds running text.
  public mutating func paragraph(_ text: String) { blocks.append(.paragraph(text)) }

  /// Adds text set apart.
  public mutating func note(_ text: String) { blocks.append(.note(text)) }

  /// Adds a list.
  public mutating func list(_ points: [String]) { blocks.append(.list(points)) }

  /// Adds literal text in a fixed-width font.
  public mutating func code(_ text: String) { blocks.append(.code(text)) }

  /// Adds a table.
  public mutating func table(_ table: HTMLTable) { blocks.append(.table(table)) }

  /// Adds a figure.
  public mutating func figure(_ figure: HTMLFigure) { blocks.append(.figure(figure)) }
}
