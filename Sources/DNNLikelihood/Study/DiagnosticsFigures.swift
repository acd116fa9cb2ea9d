public import Figures
public import Inference
public import Likelihoods

/// The figures of fits: pulls and impacts, yields, contours.
public enum DiagnosticsFigures {
  /// Pulls and impacts of the parameters with the largest impacts.
  ///
  /// - Parameter count: how many parameters at most.
  public static func pulls(
    _ impacts: Impacts, count: Int = 20, name: String = "impacts"
  ) throws -> PullsFigure {
    let space = impacts.best.parameters
    func label(_ parameter: String) throws -> String {
      Self.label(of: space.parameters[try space.index(of: parameter)])
    }
    func pair(_ impact: ParameterImpact.Pair?) -> [Double] {
      guard let up = impact?.up.impact, let down = impact?.down.impact else { return [] }
      return [up, down]
    }
    return PullsFigure(
      name: name,
      rows: try impacts.nuisances.prefix(max(1, count)).map { nuisance in
        let value = FigureText.number(nuisance.value)
        let error = nuisance.error.map { " ± " + FigureText.number($0, digits: 2) } ?? ""
        return PullsFigure.Row(
          label: try label(nuisance.name), pull: nuisance.pull, error: nuisance.constraint,
          text: value + error, preFitImpact: pair(nuisance.preFitImpact),
          postFitImpact: pair(nuisance.postFitImpact))
      }, interestLabel: try label(impacts.parameterOfInterest))
  }

  /// Expected counts before and after the fit beside the observed ones, one figure a channel.
  ///
  /// - Parameter largest: samples drawn on their own; the others are drawn together.
  public static func yields(_ yields: Yields, largest: Int = 6) -> [YieldsFigure] {
    zip(yields.preFit.channels, yields.postFit.channels).enumerated().map { i, pair in
      let (before, after) = pair
      let order = before.samples.indices.sorted {
        (after.samples[$0].sum.value, $1) > (after.samples[$1].sum.value, $0)
      }
      // A single sample left over is drawn on its own too.
      let alone = order.count <= largest + 1 ? order : Array(order.prefix(largest))
      let rest = order.dropFirst(alone.count)
      func stage(_ title: String, _ channel: YieldTable.Channel) -> YieldsFigure.Stage {
        var samples = alone.map { channel.samples[$0].bins.map(\.value) }
        if !rest.isEmpty {
          samples.append(
            channel.observed.indices.map { bin in
              rest.reduce(0) { $0 + channel.samples[$1].bins[bin].value }
            })
        }
        let errors = channel.total.bins.compactMap(\.error)
        return YieldsFigure.Stage(
          title: title, samples: samples,
          errors: errors.count == channel.observed.count ? errors : nil)
      }
      return YieldsFigure(
        name: "yields-\(i + 1)-" + fileName(before.name), title: FigureText.plain(before.name),
        sampleLabels: alone.map { FigureText.plain(before.samples[$0].name) }
          + (rest.isEmpty ? [] : ["\(rest.count) others"]),
        observed: before.observed,
        stages: [stage("before the fit", before), stage("after the fit", after)])
    }
  }

  /// Contours of profile likelihoods in one plane.
  public static func contours(
    _ planes: [(String, ProfilePlane)], name: String = "contour"
  ) throws -> ContourFigure {
    guard let first = planes.first?.1 else {
      throw InputError.value("likelihoods", expected: "at least one", found: "none")
    }
    let space = first.best.parameters
    return ContourFigure(
      name: name,
      curves: try planes.map { text, plane in
        ContourFigure.Curve(
          label: FigureText.plain(text),
          best: SIMD2(
            try plane.best.value(of: plane.parameters[0]),
            try plane.best.value(of: plane.parameters[1])),
          lines: try plane.contours().map {
            ContourFigure.Line(
              probability: $0.probability, points: $0.points, isClosed: $0.isClosed)
          })
      },
      labels: try first.parameters.map { label(of: space.parameters[try space.index(of: $0)]) },
      ranges: [first.x, first.y].map { ($0.first ?? 0)...($0.last ?? 1) })
  }

  /// A parameter's label as enhanced text: `μ` becomes italic, `δ91` an italic letter with a
  /// subscript; others stay as they are.
  public static func label(of parameter: Parameter) -> String {
    let text = parameter.label
    guard let first = text.first, first.isLetter else { return FigureText.plain(text) }
    let rest = text.dropFirst()
    if rest.isEmpty { return "{/:Italic \(first)}" }
    guard rest.allSatisfy(\.isNumber) else { return FigureText.plain(text) }
    return "{/:Italic \(first)}_{\(rest)}"
  }

  private static func fileName(_ text: String) -> String {
    String(
      text.map { character in
        character.isASCII && (character.isLetter || character.isNumber) || character == "_"
          ? character : "-"
      })
  }
}
