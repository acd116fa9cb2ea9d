import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Surrogates
import Testing

@Suite struct RegressionMetricsTests {
  private let truth = [-1.5, -2.25, -3.0, -8.5, -4.75, -2.0, -6.5]
  private let predicted = [-1.25, -2.75, -3.0, -8.0, -5.5, -1.875, -6.0]

  /// Numbers of numpy 2.4.6: `np.mean(e**2)` and so on with e = predicted - truth.
  @Test func agreesWithNumpy() {
    let metrics = RegressionMetrics(truth: truth, predicted: predicted, scale: 2, batchSize: 3)
    #expect(metrics.count == 7)
    #expect(abs(metrics.mse - 0.19866071428571427) < 1e-15)
    #expect(abs(metrics.mae - 0.375) < 1e-15)
    #expect(abs(metrics.meanError - 0.017857142857142856) < 1e-15)
    #expect(abs(metrics.mape - 10.643289029511939) < 1e-12)
    #expect(abs(metrics.r2 - 0.9663606911447085) < 1e-14)
    #expect(metrics.maximumError == 0.75)
    // Batches of 3, 3 and 1 points.
    #expect(abs(metrics.batchMeanError - 0.20833333333333334) < 1e-15)
    #expect(abs(metrics.rmse * metrics.rmse - metrics.mse) < 1e-15)
    #expect(metrics.standardizedMSE == metrics.mse / 4)
    #expect(metrics.standardizedBatchMeanError == metrics.batchMeanError / 2)
  }

  @Test func perfectPredictions() {
    let metrics = RegressionMetrics(truth: truth, predicted: truth, scale: 1)
    #expect(metrics.mse == 0 && metrics.maximumError == 0 && metrics.r2 == 1)
  }
}

/// A surrogate that is exactly -2 a² - ½ b² + offset, and a data set whose points are normal.
private struct Known {
  let space: ParameterSpace
  let points: Matrix<Double>
  let surrogate: SurrogateLikelihood

  /// `weights` are those of a linear network: what the surrogate has besides the quadratic part.
  init(_ count: Int, weights: [Double] = [0, 0, 0]) throws {
    space = try ParameterSpace([Parameter(name: "a"), Parameter(name: "b")])
    var random = RandomStream(seed: 11, purpose: "known").sequence()
    points = Matrix(
      rows: count, columns: 2, elements: (0..<2 * count).map { _ in random.normal() })
    surrogate = SurrogateLikelihood(
      parameters: space,
      preconditioner: Preconditioner(center: [0, 0], whitening: nil, peak: -5),
      network: .double(
        try MultilayerPerceptron(
          NetworkArchitecture(inputs: 2, hiddenWidths: []), parameters: weights)), prior: nil)
  }

  /// The density from which the points come.
  var truth: [Double] {
    (0..<points.rows).map { i in -5 - 0.5 * points.row(i).reduce(0) { $0 + $1 * $1 } }
  }

  func dataset(_ values: [Double]) throws -> Dataset {
    try Dataset(
      parameters: space, points: points, logPosteriors: values, sampleNames: ["S1", "other"],
      sampleOfPoint: (0..<points.rows).map { $0 % 4 == 0 ? 1 : 0 },
      split: Split(count: points.rows, validation: 0.3, test: 0.3, seed: 5))
  }
}

@Suite struct EvaluationTests {
  @Test func exactSurrogate() throws {
    let known = try Known(4000)
    let evaluation = try Evaluation(of: known.surrogate, on: known.dataset(known.truth))
    for role in Split.Role.allCases {
      let metrics = try #require(evaluation.metrics[role])
      #expect(metrics.maximumError < 1e-13)
    }
    #expect(abs(try #require(evaluation.effectiveFraction) - 1) < 1e-12)
    let ks = try #require(evaluation.kolmogorovSmirnov)
    #expect(ks.testPredictedTraining == ks.trainingTest)
    #expect(ks.trainingTest > 0.01)
  }

  /// The surrogate is exp(0.4 a) times the truth: the re-weighted sample has a mean of a of 0.4,
  /// and the K-S test with unweighted points must see it in the first of the two columns.
  @Test func aTiltIsSeen() throws {
    let known = try Known(4000, weights: [0.4, 0, 0])
    let evaluation = try Evaluation(of: known.surrogate, on: known.dataset(known.truth))
    // The effective fraction under w = exp(0.4 a) is exp(-0.16).
    #expect(abs(try #require(evaluation.effectiveFraction) - exp(-0.16)) < 0.03)
    let metrics = try #require(evaluation.metrics[.test])
    #expect(abs(metrics.mse - 0.16) < 0.02)
  }

  /// The weights belong to their points: re-weighting a sample of a wider density with
  /// exp(surrogate - truth) must give the surrogate's. With the predictions in another order the
  /// distributions come out wrong.
  @Test func weightsStayWithTheirPoints() throws {
    let known = try Known(6000)
    // The points stand for draws of N(0, 1); the surrogate is N(0, 1/√5 …) in both columns.
    let narrow = SurrogateLikelihood(
      parameters: known.space,
      preconditioner: Preconditioner(
        center: [0, 0], whitening: Matrix(rows: [[2, 0], [0, 2]], columns: 2), peak: -5),
      network: known.surrogate.network, prior: nil)
    let data = try known.dataset(known.truth)
    let aligned = try Evaluation(of: narrow, on: data)
    let test = data.indices(.test)
    #expect(aligned.testPredictions.truth == test.map { known.truth[$0] })
    #expect(
      aligned.testPredictions.predicted
        == narrow.logDensities(at: data.points.selectingRows(test)))
    // exp(surrogate - truth) = exp(-1.5 r²): effective fraction (Σw)²/(nΣw²) = (7/16).
    #expect(abs(try #require(aligned.effectiveFraction) - 7.0 / 16) < 0.03)
    let shuffled = try known.dataset(known.truth.reversed())
    let misaligned = try Evaluation(of: narrow, on: shuffled)
    #expect(try #require(misaligned.effectiveFraction) < 0.3)
    let (a, b) = (try #require(aligned.metrics[.test]), try #require(misaligned.metrics[.test]))
    #expect(b.mse > 1.1 * a.mse)
  }

  /// If the truth itself is narrow and the surrogate equal to the density of the points, weights
  /// on the right points leave the marginals as they are; on wrong points they do not.
  @Test func marginalsAreOfTheRightPoints() throws {
    let known = try Known(6000)
    // Truth 0.35 higher where a > 0: the surrogate lacks a factor there, which weights restore.
    let step = (0..<known.points.rows).map { known.points[$0, 0] > 0 ? 0.35 : -0.35 }
    let stepped = zip(known.truth, step).map { $0 + $1 }
    let aligned = try Evaluation(of: known.surrogate, on: known.dataset(stepped))
    let ks = try #require(aligned.kolmogorovSmirnov)
    // w = exp(-0.35 sign a) moves mass of the first column only; b is as it was.
    #expect(ks.testPredictedTraining < ks.trainingTest)
    let lifted = zip(known.truth, step.reversed()).map { $0 + $1 }
    let misaligned = try Evaluation(of: known.surrogate, on: known.dataset(lifted))
    let random = try #require(misaligned.kolmogorovSmirnov)
    #expect(random.testPredictedTraining > ks.testPredictedTraining)
  }

  @Test func samplesAndErrors() throws {
    let known = try Known(400)
    let data = try known.dataset(known.truth)
    let part = try Evaluation(
      of: known.surrogate, on: data, sample: "other", comparesMarginals: false)
    #expect(part.kolmogorovSmirnov == nil)
    #expect(part.metrics[.test]?.count == data.indices(.test, sample: "other").count)
    #expect(throws: DatasetError.tooFew(.test, needed: 1, found: 0)) {
      try Evaluation(of: known.surrogate, on: data, sample: "none")
    }
    let error = #expect(throws: DatasetError.self) {
      try Evaluation(of: randomSurrogate(), on: data)
    }
    #expect(
      error
        == .differentParameters(
          expected: ["mu", "nu_1", "nu_2", "nu_3", "nu_4"], found: ["a", "b"]))
  }
}
