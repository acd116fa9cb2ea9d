/// Where the panels of a corner figure stand, in fractions of the page.
struct CornerLayout {
  /// Panels along each side.
  let panels: Int
  /// Side of a panel in inches.
  let panelSize: Double
  /// Lines above each panel of the diagonal.
  let titleLines: Int
  /// Width of the legend in inches.
  let legendWidth: Double

  /// Inches left for labels and tics, and between panels.
  private let left = 0.5
  private let bottom = 0.42
  private var right: Double {
    // The legend stands in the empty triangle; where it is too wide the page grows.
    let columns = Double(panels - legendColumn)
    let room = columns * panelSize + max(0, columns - 1) * gap
    return max(0.1, legendWidth + Self.legendIndent - room)
  }
  private var top: Double { 0.12 + titleSpacing * Double(titleLines) }
  private let gap = 0.06

  /// Inches between title lines.
  let titleSpacing = 0.115

  /// Page size.
  var size: FigureSize {
    let grid = Double(panels) * panelSize + Double(panels - 1) * gap
    return FigureSize(
      width: (left + grid + right).rounded3, height: (bottom + grid + top).rounded3)
  }

  func left(_ column: Int) -> Double { x(left + Double(column) * (panelSize + gap)) }
  func right(_ column: Int) -> Double { x(left + Double(column) * (panelSize + gap) + panelSize) }
  func top(_ row: Int) -> Double { 1 - y(top + Double(row) * (panelSize + gap)) }
  func bottom(_ row: Int) -> Double { 1 - y(top + Double(row) * (panelSize + gap) + panelSize) }

  private static let legendIndent = 0.12

  private var legendColumn: Int { max(1, panels / 2) }

  /// Upper left corner of the legend: in the empty triangle, or beside a single panel.
  var legendOrigin: (x: Double, y: Double) {
    (left(legendColumn) + x(Self.legendIndent), top(0) - y(0.08))
  }

  /// Inches along the page as a fraction of its width.
  func x(_ inches: Double) -> Double { inches / size.width }

  /// Inches as a fraction of the height.
  func y(_ inches: Double) -> Double { inches / size.height }

  /// Margin commands of one panel.
  func margins(row: Int, column: Int) -> String {
    """
    set lmargin at screen \(left(column).rounded6); set rmargin at screen \(right(column).rounded6)
    set tmargin at screen \(top(row).rounded6); set bmargin at screen \(bottom(row).rounded6)
    """
  }
}

extension Double {
  /// Rounded to six decimals, for positions in scripts.
  var rounded6: Double { (self * 1e6).rounded() / 1e6 }
}
