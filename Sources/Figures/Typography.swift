/// The look that all figures share: one serif family, thin lines, thin outward tics.
enum Typography {
  /// Font family; metric twin of Times, with Greek in upright and italic.
  static let family = "Liberation Serif"
  /// Size of axis labels and legends in points.
  static let size = 9
  /// Size of tic labels in points.
  static let ticSize = 8
  /// Width of frames in points.
  static let frame = 0.6
  /// Width of curves in points.
  static let curve = 1.2

  /// Commands at the start of every figure.
  static let preamble = """
    set border 15 linewidth \(frame) linecolor rgb '#222222'
    set tics out nomirror scale 0.6,0.35 font ',\(ticSize)'
    set minussign
    set key font ',\(size)' samplen 2.2 spacing 1.15 noopaque nobox
    set style fill solid 1 noborder
    """
}
