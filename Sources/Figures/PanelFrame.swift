/// Where one panel stands on the page, in inches from its edges, and its labels at fixed places,
/// so that stacked panels align whatever the width of their tic labels.
struct PanelFrame {
  /// The page.
  let size: FigureSize
  /// Inches from the page's edges to the panel.
  var left = 0.56
  var right = 0.12
  var top = 0.1
  var bottom = 0.43

  init(_ size: FigureSize) { self.size = size }

  /// gnuplot's margin commands.
  var margins: String {
    """
    set lmargin at screen \((left / size.width).rounded6)
    set rmargin at screen \((1 - right / size.width).rounded6)
    set tmargin at screen \((1 - top / size.height).rounded6)
    set bmargin at screen \((bottom / size.height).rounded6)
    """
  }

  /// The label of the horizontal axis at the foot of the page.
  func xLabel(_ text: String) -> String {
    let x = (left + size.width - right) / (2 * size.width)
    return "set label \(FigureText.quoted(text)) at screen \(x.rounded6),"
      + "\((0.11 / size.height).rounded6) center"
  }

  /// The label of the vertical axis at the left edge of the page.
  func yLabel(_ text: String) -> String {
    let y = (bottom + size.height - top) / (2 * size.height)
    return "set label \(FigureText.quoted(text)) at screen \((0.11 / size.width).rounded6),"
      + "\(y.rounded6) center rotate by 90"
  }
}
