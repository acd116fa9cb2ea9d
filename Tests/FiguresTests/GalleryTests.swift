import Figures
import Foundation
import NumericalCore
import Testing

/// Draws one figure of each kind where `FIGURES_GALLERY` names a folder, to be looked at.
@Suite(.enabled(if: GallerySamples.galleryFolder != nil, "FIGURES_GALLERY is not set"), .serialized)
struct GalleryTests {
  private let labels = [
    "\\mu", "\\delta_{50}", "\\delta_{91}", "\\delta_{92}", "\\delta_{93}", "\\delta_{94}",
  ]

  private func sample(_ label: String, _ draws: Matrix<Double>, _ columns: Int) -> CornerSample {
    var part = Matrix(rows: draws.rows, columns: columns, repeating: 0.0)
    for i in 0..<draws.rows { for j in 0..<columns { part[i, j] = draws[i, j] } }
    var intervals: [[CornerInterval]] = []
    var titles: [String] = []
    for j in 0..<columns {
      let sorted = part.column(j).sorted()
      let n = Double(sorted.count)
      intervals.append(
        [0.6827, 0.9545, 0.9973].map { p in
          CornerInterval(
            probability: p, lower: sorted[Int(n * (1 - p) / 2)],
            upper: sorted[Int(n * (1 + p) / 2)])
        })
      let (low, high) = (intervals[j][0].lower, intervals[j][0].upper)
      titles.append(
        "68% HPDI: [\(FigureText.number(low, digits: 2)), \(FigureText.number(high, digits: 2))]")
    }
    return CornerSample(label: label, draws: part, intervals: intervals, titles: titles)
  }

  @Test(arguments: [1, 2, 3, 4, 6]) func corner(columns: Int) throws {
    let folder = try #require(GallerySamples.galleryFolder)
    let truth = GallerySamples.posterior(300_000, seed: 1)
    let surrogate = GallerySamples.posterior(300_000, seed: 2, shift: 0.03)
    var samples = [
      sample("Likelihood", truth, columns), sample("DNN likelihood", surrogate, columns),
    ]
    if columns == 4 {
      samples.append(sample("Third", GallerySamples.posterior(5_000, seed: 3), columns))
    }
    let figure = CornerFigure(
      name: "corner\(columns)",
      parameters: labels.prefix(columns).map { CornerParameter(label: FigureText.latex($0)) },
      samples: samples, title: columns == 6 ? "Posterior of the toy search" : nil)
    let clock = ContinuousClock()
    var drawing: FigureDrawing?
    let prepare = try clock.measure { drawing = try figure.drawing() }
    let time = try clock.measure { _ = try figure.write(to: folder) }
    print(
      "corner\(columns): drawing \(prepare), all \(time), \(drawing?.data.map(\.contents.utf8.count) ?? [])"
    )
  }

  @Test func shapes() throws {
    let folder = try #require(GallerySamples.galleryFolder)
    for (name, draws) in [
      ("ring", GallerySamples.ring(100_000)), ("modes", GallerySamples.twoModes(100_000)),
    ] {
      try CornerFigure(
        name: name, parameters: [CornerParameter(label: "x"), CornerParameter(label: "y")],
        samples: [CornerSample(label: "ring", draws: draws)]
      ).write(to: folder)
    }
  }

  @Test func others() throws {
    let folder = try #require(GallerySamples.galleryFolder)
    let mu = stride(from: 0, through: 1.001, by: 0.1).map { ($0 * 10).rounded() / 10 }
    let exact = [
      0.001231, 0.091892, 0.296092, 0.640910, 1.133108, 1.776516, 2.574746, 3.531125, 4.648649,
      5.929277, 7.374103,
    ]
    let published = [
      [
        0.002704, 0.027760, 0.259926, 0.579108, 1.078248, 1.717012, 2.512183, 3.398823, 4.444968,
        5.644861, 7.062470,
      ],
      [
        -0.026225, 0.065287, 0.324257, 0.749424, 1.300757, 1.932341, 2.752245, 3.627375, 4.650441,
        5.799676, 7.017952,
      ],
      [
        0.000596, 0.094655, 0.362090, 0.695261, 1.160213, 1.769906, 2.537867, 3.481916, 4.659004,
        5.939949, 7.300285,
      ],
    ]
    var curves = [TestStatisticCurve(label: "exact", parameter: mu, statistic: exact)]
    for (k, t) in published.enumerated() {
      curves.append(
        TestStatisticCurve(label: "{/:Italic F}_{\(k + 1)}", parameter: mu, statistic: t))
    }
    try TestStatisticFigure(name: "tmu", curves: curves).write(to: folder)
    try TestStatisticFigure(name: "tmu1", curves: [curves[0]]).write(to: folder)

    var random = RandomStream(seed: 7, purpose: "loss").sequence()
    let rates = (0..<200).map { $0 < 80 ? 1e-3 : $0 < 140 ? 2e-4 : 4e-5 }
    let training = (0..<200).map {
      8 * exp(-Double($0) / 18) + 20 * rates[$0] * (1 + 0.2 * random.normal())
    }
    let validation = training.map { $0 * 1.1 + 0.004 + 0.002 * random.uniform() }
    try LossHistoryFigure(
      name: "loss", training: training, validation: validation, learningRate: rates,
      bestEpoch: 187
    ).write(to: folder)
    try LossHistoryFigure(name: "loss1", training: training, validation: validation).write(
      to: folder)

    let truth = (0..<200_000).map { _ in
      -285 - (0..<10).reduce(0.0) { s, _ in s + 4 * random.exponential() }
    }
    let biased = truth.map { -285 + ($0 + 285) * 0.6 }
    try DistributionFigure(
      name: "logpdf",
      samples: [
        DistributionSample(label: "{/:Italic S}_1, unbiased", values: truth),
        DistributionSample(label: "{/:Italic S}_2, biased", values: Array(biased.prefix(50_000))),
      ]
    ).write(to: folder)
    let surrogate = truth.map { $0 + 0.1 * random.normal() * (1 + abs($0 + 320) / 30) + 0.02 }
    try ResidualFigure(name: "residuals", truth: truth, surrogate: surrogate).write(to: folder)
  }
}
