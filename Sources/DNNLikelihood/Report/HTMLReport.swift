/// A report in one HTML file: text, tables and figures, with its style and its pictures inside, so
/// that it can be mailed, archived and printed; nothing is loaded from anywhere.
///
/// All text may use the small markup of ``HTMLMarkup``; everything else is escaped.
///
/// ```swift
/// var report = HTMLReport(title: "Toy LHC search", subtitle: "95 parameters")
/// report.addFact("test RMSE", "0.41", note: "natural units")
/// report.addSection("Profile likelihood ratio") { section in
///   section.paragraph("The network follows the exact *t*_{μ} within 0.03.")
///   section.figure(HTMLFigure(files: files, caption: "Exact curve and network."))
/// }
/// try report.write(to: folder.appendingPathComponent("report.html"))
/// ```
public struct HTMLReport: Sendable {
  /// A number at the head of the report.
  public struct Fact: Codable, Hashable, Sendable {
    /// What it is.
    public var label: String
    /// The number with its unit.
    public var value: String
    /// A short remark under it; empty for none.
    public var note: String

    /// A fact.
    public init(label: String, value: String, note: String = "") {
      self.label = label
      self.value = value
      self.note = note
    }
  }

  /// Heading of the page.
  public var title: String
  /// Line under the heading; empty for none.
  public var subtitle: String
  /// Numbers at the head.
  public var facts: [Fact]
  /// The sections in order.
  public var sections: [HTMLSection]
  /// Small print at the end, e.g. version and seed; empty for none.
  public var footer: String

  /// An empty report.
  public init(title: String, subtitle: String = "", footer: String = "") {
    self.title = title
    self.subtitle = subtitle
    self.footer = footer
    facts = []
    sections = []
  }

  /// Adds a number at the head.
  public mutating func addFact(_ label: String, _ value: String, note: String = "") {
    facts.append(Fact(label: label, value: value, note: note))
  }

  /// Adds a section, filled by `build`.
  public mutating func addSection(
    _ title: String, _ build: (inout HTMLSection) throws -> Void
  ) rethrows {
    var section = HTMLSection(title: title)
    try build(&section)
    sections.append(section)
  }
}
