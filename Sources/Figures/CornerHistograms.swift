/// The diagonal of a corner figure: data blocks and panel commands.
struct CornerHistograms {
  private let figure: CornerFigure
  private let ranges: [ClosedRange<Double>]
  /// Density of each sample and parameter in the bins.
  private let densities: [[[Double]]]

  init(
    _ figure: CornerFigure, _ marginals: [CornerMarginals], _ ranges: [ClosedRange<Double>]
  ) {
    self.figure = figure
    self.ranges = ranges
    densities = marginals.map { marginal in
      ranges.indices.map {
        marginal.density(of: $0, range: ranges[$0], smoothing: figure.smoothing)
      }
    }
  }

  private var fileName: String { "\(figure.name)-histograms.dat" }

  /// One block for each sample and parameter: lower edge of the bin, density.
  var file: FigureDataFile {
    var text = "# lower edge of bin, density (unit area)\n"
    for (sample, parameters) in densities.enumerated() {
      for (p, density) in parameters.enumerated() {
        text += "# block \(block(sample, p)): sample \(sample + 1), parameter \(p + 1)\n"
        let low = ranges[p].lowerBound
        let width = (ranges[p].upperBound - low) / Double(density.count)
        for (k, value) in density.enumerated() {
          text += "\(NumberText.compact(low + Double(k) * width)) \(NumberText.compact(value))\n"
        }
        let last = NumberText.compact(density.last ?? 0)
        text += "\(NumberText.compact(ranges[p].upperBound)) \(last)\n\n\n"
      }
    }
    return FigureDataFile(name: fileName, contents: text)
  }

  private func block(_ sample: Int, _ parameter: Int) -> Int { sample * ranges.count + parameter }

  /// Fills, curves, intervals and titles of one panel.
  func panelCommands(_ parameter: Int) -> String {
    let peak = densities.map { $0[parameter].max() ?? 0 }.max() ?? 0
    let height = 1.08 * (peak > 0 ? peak : 1)
    var text = "set yrange [0:\(height)]\n"
    var plots: [String] = []
    for k in figure.samples.indices {
      let source = "'\(fileName)' index \(block(k, parameter))"
      let colour = figure.colour(k)
      if figure.style(k) == .filled {
        plots.append("\(source) with fillsteps fillcolor rgb \(colour.tint(0.2).gnuplot)")
      }
      plots.append(
        "\(source) with steps linewidth \(figure.style(k) == .filled ? 0.9 : 1.1) "
          + "linecolor rgb \(colour.gnuplot)")
      text += intervalCommands(k, parameter, height: height)
      text += titleCommand(k, parameter)
    }
    return text + "plot " + plots.joined(separator: ", \\\n  ") + "\n"
  }

  /// The ends of the intervals as lines up to the curve.
  private func intervalCommands(_ k: Int, _ parameter: Int, height: Double) -> String {
    let sample = figure.samples[k]
    guard !sample.intervals.isEmpty else { return "" }
    var text = ""
    for interval in sample.intervals[parameter] {
      let order = figure.fractions.firstIndex { abs($0 - interval.probability) < 5e-3 } ?? 0
      for end in [interval.lower, interval.upper] where ranges[parameter].contains(end) {
        let top = max(0.1 * height, density(k, parameter, at: end))
        text += "set arrow from \(end),0 to \(end),\(top) nohead front linewidth 0.9 "
        text += "dashtype \(CornerStroke.dash(order)) linecolor rgb \(figure.colour(k).gnuplot)\n"
      }
    }
    return text
  }

  private func density(_ k: Int, _ parameter: Int, at x: Double) -> Double {
    let values = densities[k][parameter]
    let range = ranges[parameter]
    let place = (x - range.lowerBound) / (range.upperBound - range.lowerBound)
    return values[max(0, min(values.count - 1, Int(place * Double(values.count))))]
  }

  /// Titles stand above the panel in the order of the samples.
  private func titleCommand(_ k: Int, _ parameter: Int) -> String {
    let sample = figure.samples[k]
    guard !sample.titles.isEmpty, !sample.titles[parameter].isEmpty else { return "" }
    let below = figure.samples[(k + 1)...].count { !$0.titles.isEmpty }
    let layout = figure.layout
    let y = layout.top(parameter) + layout.y(0.07 + layout.titleSpacing * Double(below))
    // Beside the last panel the page ends; a title too long for it ends with the panel.
    let title = sample.titles[parameter]
    let isRight =
      parameter > 0 && parameter == ranges.count - 1
      && 0.046 * Double(FigureText.visibleLetters(title)) > layout.panelSize
    let x = isRight ? layout.right(parameter) : layout.left(parameter)
    return "set label \(FigureText.quoted(title)) at screen "
      + "\(x.rounded6),\(y.rounded6) \(isRight ? "right" : "left") font ',7' "
      + "textcolor rgb \(figure.colour(k).gnuplot)\n"
  }
}
