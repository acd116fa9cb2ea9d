/// A table of a report.
public struct HTMLTable: Codable, Hashable, Sendable {
  /// How the cells of a column stand.
  public enum Alignment: String, Codable, Sendable {
    /// Text.
    case left
    /// Short codes.
    case center
    /// Numbers; digits have equal widths.
    case right
  }

  /// A column.
  public struct Column: Codable, Hashable, Sendable {
    /// Heading with the unit, e.g. `t [s]`.
    public var title: String
    /// Alignment of heading and cells.
    public var alignment: Alignment
    /// Whether the column is set off by a tint, e.g. the result among references.
    public var isHighlighted: Bool

    /// A column.
    public init(_ title: String, _ alignment: Alignment = .right, isHighlighted: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.isHighlighted = isHighlighted
    }
  }

  /// Text above the table.
  public var caption: String
  /// The columns.
  public var columns: [Column]
  /// Cells, row after row; each row has as many as there are columns.
  public var rows: [[String]]

  /// A table.
  public init(caption: String = "", columns: [Column], rows: [[String]] = []) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }
}
