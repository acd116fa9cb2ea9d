/// The error of a surrogate against the depth below the maximum: bias and root mean square in bins,
/// with their standard errors.
public struct DepthErrorFigure: Figure {
  /// A bin.
  public struct Bin: Codable, Hashable, Sendable {
    /// Range of the depth in nats.
    public var lower: Double, upper: Double
    /// Mean error and its standard error.
    public var bias: Double, biasError: Double
    /// Root mean squared error and its standard error.
    public var rms: Double, rmsError: Double

    /// A bin.
    public init(
      lower: Double, upper: Double, bias: Double, biasError: Double, rms: Double, rmsError: Double
    ) {
      self.lower = lower
      self.upper = upper
      self.bias = bias
      self.biasError = biasError
      self.rms = rms
      self.rmsError = rmsError
    }
  }

  /// Base name of the files.
  public var name: String
  /// The bins from left to right.
  public var bins: [Bin]
  /// Label of the horizontal axis, enhanced text.
  public var depthLabel: String
  /// Label of the vertical axis, enhanced text.
  public var errorLabel: String
  /// Size on paper.
  public var size: FigureSize

  /// A figure of errors.
  public init(
    name: String, bins: [Bin], depthLabel: String = "Depth below the maximum (nats)",
    errorLabel: String = "Surrogate − truth (nats)",
    size: FigureSize = FigureSize(width: 4.2, height: 3)
  ) {
    self.name = name
    self.bins = bins
    self.depthLabel = depthLabel
    self.errorLabel = errorLabel
    self.size = size
  }

  /// One panel: points with error bars for both, and the line of no error.
  ///
  /// - Throws: ``FigureError/invalidInput(figure:field:expected:)`` without bins, or with one that
  ///   is no range of finite numbers.
  public func drawing() throws -> FigureDrawing {
    let valid = bins.allSatisfy {
      $0.lower < $0.upper && [$0.bias, $0.biasError, $0.rms, $0.rmsError].allSatisfy(\.isFinite)
    }
    guard valid, let first = bins.first, let last = bins.last else {
      throw FigureError.invalidInput(
        figure: name, field: "bins", expected: "at least one, with finite errors")
    }
    var data = "# depth, half width, bias, its error, rms, its error\n"
    for bin in bins {
      let columns = [
        (bin.lower + bin.upper) / 2, (bin.upper - bin.lower) / 2, bin.bias, bin.biasError, bin.rms,
        bin.rmsError,
      ]
      data += columns.map(NumberText.full).joined(separator: " ") + "\n"
    }
    let highest = bins.map { max($0.rms + $0.rmsError, $0.bias + $0.biasError) }.max() ?? 0
    let lowest = bins.map { $0.bias - $0.biasError }.min() ?? 0
    let room = 0.08 * (max(highest, 0) - min(lowest, 0))
    let top = max(highest, 0) + (room > 0 ? 3 * room : 1)
    let margin = room > 0 ? room : 1
    let frame = PanelFrame(size)
    let colours = [FigureColour.series(0).gnuplot, FigureColour.series(1).gnuplot]
    let commands = """
      \(frame.margins)
      set xrange [\(first.lower):\(last.upper)]
      set yrange [\(min(lowest, 0) - margin):\(top)]
      \(frame.xLabel(depthLabel))
      \(frame.yLabel(errorLabel))
      set key top right reverse Left
      set arrow from graph 0, first 0 to graph 1, first 0 nohead front linewidth 0.6 \
      linecolor rgb '#666666' dashtype (8,5)
      plot '\(name).dat' using 1:5:2:6 with xyerrorbars pointtype 7 pointsize 0.5 linewidth 1 \
      linecolor rgb \(colours[0]) title 'root mean square', \\
        '' using 1:3:2:4 with xyerrorbars pointtype 6 pointsize 0.5 linewidth 1 \
      linecolor rgb \(colours[1]) title 'mean'
      """
    return FigureDrawing(
      commands: commands, data: [FigureDataFile(name: "\(name).dat", contents: data)])
  }
}
