/// The course of a training: loss on the training and on the validation set after every epoch, and
/// the learning rate in a thin panel below.
public struct LossHistoryFigure: Figure {
  /// Base name of the files.
  public var name: String
  /// Loss on the training set after each epoch, the first entry after epoch 1.
  public var training: [Double]
  /// Loss on the validation set after each epoch.
  public var validation: [Double]
  /// Learning rate of each epoch; empty for none.
  public var learningRate: [Double]
  /// The epoch, counted from 1, whose weights were kept; nil for no mark.
  public var bestEpoch: Int?
  /// Label of the vertical axis with its unit, enhanced text.
  public var lossLabel: String
  /// Size on paper.
  public var size: FigureSize

  /// A loss history.
  public init(
    name: String, training: [Double], validation: [Double], learningRate: [Double] = [],
    bestEpoch: Int? = nil, lossLabel: String = "Mean squared error",
    size: FigureSize = FigureSize(width: 4.2, height: 3.2)
  ) {
    self.name = name
    self.training = training
    self.validation = validation
    self.learningRate = learningRate
    self.bestEpoch = bestEpoch
    self.lossLabel = lossLabel
    self.size = size
  }

  private func validate() throws {
    func require(_ condition: Bool, _ field: String, _ expected: String) throws {
      guard condition else {
        throw FigureError.invalidInput(figure: name, field: field, expected: expected)
      }
    }
    try require(training.count > 1, "training", "at least two epochs")
    let epochs = "\(training.count) values"
    try require(validation.isEmpty || validation.count == training.count, "validation", epochs)
    try require(
      learningRate.isEmpty || learningRate.count == training.count, "learningRate", epochs)
    try require(
      (training + validation).contains { $0 > 0 && $0.isFinite }, "training",
      "positive losses for a logarithmic axis")
    if let bestEpoch {
      try require(
        (1...training.count).contains(bestEpoch), "bestEpoch", "1...\(training.count)")
    }
  }

  /// The loss, and below it the learning rate where there is one.
  public func drawing() throws -> FigureDrawing {
    try validate()
    let hasRate = !learningRate.isEmpty
    var commands = hasRate ? "set multiplot\n" : ""
    commands += lossPanel(isLowest: !hasRate)
    if hasRate { commands += ratePanel() + "unset multiplot" }
    return FigureDrawing(commands: commands, data: [dataFile])
  }

  private var dataName: String { "\(name).dat" }

  private var dataFile: FigureDataFile {
    var text = "# epoch, training loss, validation loss, learning rate\n"
    for k in training.indices {
      let columns = [
        training[k], validation.isEmpty ? .nan : validation[k],
        learningRate.isEmpty ? .nan : learningRate[k],
      ]
      text += "\(k + 1) " + columns.map(NumberText.full).joined(separator: " ") + "\n"
    }
    return FigureDataFile(name: dataName, contents: text)
  }

  /// Height of the lower panel with its labels as a fraction of the page.
  private static let division = 0.34

  private func lossPanel(isLowest: Bool) -> String {
    var frame = PanelFrame(size)
    if !isLowest { frame.bottom = Self.division * size.height + 0.04 }
    let positive = (training + validation).filter { $0 > 0 && $0.isFinite }
    let range = LogRange.around(positive) ?? 1e-3...1
    let decades = range.upperBound / range.lowerBound
    var text = """
      \(frame.margins)
      set xrange [1:\(training.count)]
      set logscale y; set yrange [\(range.lowerBound):\(range.upperBound)]
      \(decades > 30 ? "set format y '10^{%T}'; set ytics 10; set mytics 10" : "set format y '%g'")
      \(frame.yLabel(lossLabel))
      set key top right reverse Left opaque

      """
    text += isLowest ? frame.xLabel("Epoch") + "\n" : "set format x ''\n"
    if let bestEpoch {
      text += "set arrow from first \(bestEpoch), graph 0 to first \(bestEpoch), graph 1 nohead "
      text += "back linewidth 0.6 dashtype (8,5) linecolor rgb '#666666'\n"
    }
    text += "plot '\(dataName)' using 1:2 with lines linewidth 1.1 linecolor rgb "
    text += "\(FigureColour.series(0).gnuplot) title 'training'"
    if !validation.isEmpty {
      text += ", \\\n  '' using 1:3 with lines linewidth 1.1 dashtype (7,2) linecolor rgb "
      text += "\(FigureColour.series(1).gnuplot) title 'validation'"
    }
    if let bestEpoch {
      text += ", \\\n  NaN with lines linewidth 0.6 dashtype (8,5) linecolor rgb '#666666' "
      text += "title 'best epoch: \(bestEpoch)'"
    }
    return text + "\n"
  }

  private func ratePanel() -> String {
    let range = LogRange.around(learningRate.filter { $0 > 0 && $0.isFinite }) ?? 1e-6...1e-2
    var frame = PanelFrame(size)
    frame.top = (1 - Self.division) * size.height + 0.04
    return """
      unset key; unset label
      \(frame.margins)
      set format x '%g'
      \(frame.xLabel("Epoch"))
      set yrange [\(range.lowerBound):\(range.upperBound)]
      set format y '10^{%T}'; set ytics 10; set mytics 10
      \(frame.yLabel("Learning rate"))
      plot '\(dataName)' using 1:4 with steps linewidth 1 linecolor rgb '#222222'

      """
  }
}
