internal import NumericalCore
internal import Statistics

/// The panels below the diagonal of a corner figure: data blocks and plot commands.
struct CornerRegions {
  /// A data block and how it is painted.
  private struct Block {
    let polygons: [ContourPolygon]
    /// Colour of the inside; nil for an outline alone.
    let fill: FigureColour?
    /// gnuplot line properties of the border.
    let border: String
  }

  private let figure: CornerFigure
  private let blocks: [Block]
  /// Blocks of each pair of parameters, in the order of painting.
  private let ranges: [Range<Int>]

  init(_ figure: CornerFigure, _ marginals: [CornerMarginals]) {
    var blocks: [Block] = []
    var ranges: [Range<Int>] = []
    let contours = zip(figure.samples, marginals).map { Self.contours(figure, $0, $1) }
    for pair in 0..<figure.parameters.count * (figure.parameters.count - 1) / 2 {
      let first = blocks.count
      for k in figure.samples.indices {
        let colour = figure.colour(k)
        blocks +=
          figure.style(k) == .filled
          ? Self.fills(contours[k][pair], colour) : Self.outlines(contours[k][pair], colour)
      }
      ranges.append(first..<blocks.count)
    }
    self.figure = figure
    self.blocks = blocks
    self.ranges = ranges
  }

  /// Contours of all pairs of one sample, on all threads.
  private static func contours(
    _ figure: CornerFigure, _ sample: CornerSample, _ marginals: CornerMarginals
  ) -> [CredibleContours] {
    let width =
      figure.contourSmoothing
      ?? CredibleContours.smoothingWidth(
        effectiveDraws: sample.effectiveDraws, bins: figure.bins)
    let fractions = figure.fractions
    var results = [CredibleContours?](repeating: nil, count: marginals.pairs.count)
    results.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let output = DisjointRows(base)
      parallelFor(marginals.pairs.count) { range in
        for k in range {
          output.base[k] = CredibleContours(
            histogram: marginals.pairs[k], total: marginals.total, fractions: fractions,
            smoothing: width)
        }
      }
    }
    return results.compactMap { $0 }
  }

  /// Regions painted from outside in. Contours of all levels are nested or apart, so painting in
  /// order of falling area is right, holes included: the inside of a hole has the tone of the
  /// level below. Neighbours of one tone share a block.
  private static func fills(_ contours: CredibleContours, _ colour: FigureColour) -> [Block] {
    let count = contours.fractions.count
    let all = contours.polygons.enumerated().flatMap { level, polygons in
      polygons.map { polygon -> (area: Double, tone: Int, polygon: ContourPolygon) in
        let area = polygon.signedArea
        return (abs(area), area < 0 ? level + 1 : level, polygon)
      }
    }.sorted { $0.area > $1.area }
    var runs: [(tone: Int, polygons: [ContourPolygon])] = []
    for item in all {
      if runs.last?.tone == item.tone {
        runs[runs.count - 1].polygons.append(item.polygon)
      } else {
        runs.append((item.tone, [item.polygon]))
      }
    }
    let border = "linewidth 0.5 linecolor rgb \(colour.gnuplot)"
    return runs.map { run in
      let strength = run.tone < count ? CornerStroke.strength(run.tone, of: count) : 0
      return Block(polygons: run.polygons, fill: colour.tint(strength), border: border)
    }
  }

  private static func outlines(_ contours: CredibleContours, _ colour: FigureColour) -> [Block] {
    contours.polygons.enumerated().filter { !$0.element.isEmpty }.map { level, polygons in
      Block(
        polygons: polygons, fill: nil,
        border: "linewidth 1.1 dashtype \(CornerStroke.dash(level)) linecolor rgb "
          + colour.gnuplot)
    }
  }

  private var fileName: String { "\(figure.name)-contours.dat" }

  /// Corners of the polygons; a blank line ends a polygon, two end a block.
  var file: FigureDataFile {
    var text = "# corners of closed polygons: horizontal, vertical parameter\n"
    for (k, block) in blocks.enumerated() {
      text += "# block \(k)\n"
      for polygon in block.polygons {
        for point in polygon.points + polygon.points.prefix(1) {
          text += "\(NumberText.compact(point.x)) \(NumberText.compact(point.y))\n"
        }
        text += "\n"
      }
      text += "\n"
    }
    return FigureDataFile(name: fileName, contents: text)
  }

  /// The plot command of one panel.
  func panelCommands(row: Int, column: Int) -> String {
    var plots: [String] = []
    for k in ranges[CornerMarginals.index(row: row, column: column)] {
      let source = "'\(fileName)' index \(k)"
      if let fill = blocks[k].fill {
        plots.append("\(source) with filledcurves closed fillcolor rgb \(fill.gnuplot)")
      }
      plots.append("\(source) with lines \(blocks[k].border)")
    }
    return "plot " + (plots.isEmpty ? "NaN" : plots.joined(separator: ", \\\n  ")) + "\n"
  }
}
