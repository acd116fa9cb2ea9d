import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Statistics
import Surrogates
import TestSupport
import Testing

/// A data set of two normal parameters and a surrogate that is exp(tilt · a) times the truth.
private func tilted(
  _ count: Int, by tilt: Double, seed: UInt64 = 2
) throws -> (SurrogateLikelihood, Dataset) {
  let space = try ParameterSpace([
    Parameter(name: "a", role: .parameterOfInterest), Parameter(name: "b"), Parameter(name: "c"),
  ])
  var random = RandomStream(seed: seed, purpose: "tilted").sequence()
  let points = Matrix(
    rows: count, columns: 3, elements: (0..<3 * count).map { _ in random.normal() })
  let truth = (0..<count).map { i in -0.5 * points.row(i).reduce(0) { $0 + $1 * $1 } }
  let surrogate = SurrogateLikelihood(
    parameters: space, preconditioner: Preconditioner(center: [0, 0, 0], whitening: nil, peak: 0),
    network: .double(
      try MultilayerPerceptron(
        NetworkArchitecture(inputs: 3, hiddenWidths: []), parameters: [tilt, 0, 0, 0])), prior: nil)
  let data = try Dataset(
    parameters: space, points: points, logPosteriors: truth,
    split: Split(count: count, validation: 0.2, test: 0.4, seed: 5))
  return (surrogate, data)
}

private func agreement(
  _ surrogate: SurrogateLikelihood, _ data: Dataset
) throws -> PosteriorAgreement {
  var parts: [Split.Role: Evaluation.Predictions] = [:]
  for role in Split.Role.allCases {
    parts[role] = Evaluation.Predictions(of: surrogate, on: data, role)
  }
  return try #require(
    try PosteriorAgreement(parts, sample: nil, parameters: data.parameters, worst: 1))
}

@Suite struct PosteriorAgreementTests {
  @Test func aPerfectSurrogate() throws {
    let (surrogate, data) = try tilted(4000, by: 0)
    let found = try agreement(surrogate, data)
    #expect(abs(found.effectiveFraction - 1) < 1e-9 && found.correlationDistance < 1e-9)
    for row in found.intervals {
      #expect(row.truth.lower == row.surrogate.lower && row.truth.upper == row.surrogate.upper)
    }
    let distance = try #require(found.slicedWasserstein)
    #expect(abs(distance.significance) < 4)
    #expect(found.marginals.count == 9)
    #expect(found.marginals.allSatisfy { $0.leastPValue > 1e-3 })
  }

  /// exp(0.5 a) moves the normal a by 0.5 and leaves the others: effective fraction exp(-1/4).
  @Test func aTiltedSurrogate() throws {
    let (surrogate, data) = try tilted(20_000, by: 0.5)
    let found = try agreement(surrogate, data)
    #expect(abs(found.effectiveFraction - exp(-0.25)) < 0.02)
    let shape = try #require(found.paretoShape)
    #expect(shape < 0.5)
    let first = try #require(found.intervals.first)
    #expect(first.parameter == "a" && first.probability == 0.6827)
    for (ours, expected) in [
      (first.truth.lower, -1.0), (first.truth.upper, 1), (first.surrogate.lower, -0.5),
      (first.surrogate.upper, 1.5),
    ] {
      let error = max(0.02, try #require(first.truth.lowerError))
      #expect(abs(ours - expected) < 5 * error)
    }
    #expect(try #require(found.slicedWasserstein).significance > 8)
    let reweighted = found.marginals.filter { $0.isReweighted && $0.second == "test" }
    #expect(reweighted.allSatisfy { $0.leastPValue < 1e-10 && $0.leastParameter == "a" })
    #expect(found.marginals.filter { !$0.isReweighted }.allSatisfy { $0.leastPValue > 1e-3 })
  }

  /// Weights that leave a handful of points: everything but the intervals is there, with the reason.
  @Test func aPoorSurrogate() throws {
    let (surrogate, data) = try tilted(4000, by: 12)
    let found = try agreement(surrogate, data)
    #expect(found.intervals.isEmpty && found.effectiveFraction * Double(found.points) < 10)
    #expect(try #require(found.intervalsProblem).contains("between 10 and 1e8"))
    #expect(found.marginals.count == 9 && found.slicedWasserstein != nil)
    #expect(try agreement(tilted(4000, by: 0.1).0, data).intervalsProblem == nil)
  }

  /// Without any weight above zero the metrics remain.
  @Test func aSurrogateThatVanishesEverywhere() throws {
    let (surrogate, data) = try tilted(400, by: 0)
    let bounded = try ParameterSpace(
      surrogate.parameters.parameters.map {
        Parameter(name: $0.name, initial: 55, lower: 50, upper: 60)
      })
    let nowhere = SurrogateLikelihood(
      parameters: bounded, preconditioner: surrogate.preconditioner, network: surrogate.network,
      prior: nil)
    let evaluation = try Evaluation(of: nowhere, on: data)
    #expect(evaluation.metrics[.test]?.count == 160 && evaluation.effectiveFraction == nil)
    #expect(try #require(evaluation.reweightingProblem).contains("weights"))
  }

  @Test func tooFewPoints() throws {
    let (surrogate, data) = try tilted(60, by: 0)
    let test = try #require(Evaluation.Predictions(of: surrogate, on: data, .test))
    #expect(try PosteriorAgreement([.test: test], sample: nil, parameters: data.parameters) == nil)
  }

  /// Samples with the same marginals and other correlations: no test of single parameters sees it.
  @Test func slicedDistancesSeeCorrelations() throws {
    var random = RandomStream(seed: 9, purpose: "slices").sequence()
    func sample(_ rho: Double) -> Matrix<Double> {
      Matrix(
        rows: (0..<3000).map { _ in
          let (a, b) = (random.normal(), random.normal())
          return [a, rho * a + (1 - rho * rho).squareRoot() * b]
        }, columns: 2)
    }
    let plain = sample(0.3)
    #expect(try SlicedWasserstein(plain, with: sample(0.95), seed: 1).significance > 6)
    let null = try SlicedWasserstein(plain, with: sample(0.3), seed: 1)
    #expect(abs(null.significance) < 4 && null.distance > 0)
    #expect(try SlicedWasserstein(plain, with: sample(0.3), seed: 1) != null)
    #expect(throws: StatisticsError.self) {
      try SlicedWasserstein(plain, with: Matrix(rows: 5, columns: 3, repeating: 0), seed: 1)
    }
  }

  /// Bins by hand: depths 0 to 3 in three bins.
  @Test func depthBins() {
    let truth = [0.0, 0, -1, -1, -2, -3]
    let predicted = [0.1, -0.1, -0.7, -0.9, -2.5, -3]
    let bins = DepthBin.bins(
      truth: truth, predicted: predicted, highest: 0, count: 3, minimumCount: 2)
    #expect(bins.map(\.count) == [2, 2, 2])
    #expect(bins.map(\.lower) == [0, 1, 2] && bins.map(\.upper) == [1, 2, 3])
    #expect(abs(bins[1].bias - 0.2) < 1e-12 && abs(bins[2].bias + 0.25) < 1e-12)
    #expect(abs(bins[0].rms - 0.1) < 1e-12 && abs(bins[2].rms - 0.125.squareRoot()) < 1e-12)
    #expect(abs(bins[2].biasError - 0.25 / 2.0.squareRoot()) < 1e-12)
    let joined = DepthBin.bins(truth: truth, predicted: predicted, highest: 0, count: 3)
    #expect(joined.map(\.count) == [6])
  }

  /// numpy, scipy and arviz give the same numbers.
  @Test(.enabled(if: pythonInterpreter != nil, needsPython))
  func agreesWithPython() throws {
    let (surrogate, data) = try tilted(3000, by: 0.8, seed: 7)
    let test = try #require(Evaluation.Predictions(of: surrogate, on: data, .test))
    let training = try #require(Evaluation.Predictions(of: surrogate, on: data, .training))
    let found = try agreement(surrogate, data)
    let weights = try ImportanceWeights(target: test.predicted, source: test.truth).weights
    func column(_ points: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: points.rows, columns: 1, elements: points.column(0))
    }
    let distance = try SlicedWasserstein(
      column(training.points), with: column(test.points), weights: weights, directions: 3, seed: 4)
    struct Input: Encodable {
      let truth, predicted, a, b: [Double]
    }
    struct Output: Decodable {
      let quantiles: [Double]
      let distance, shape, fraction: Double
    }
    let text = try withTemporaryFolder { folder in
      let url = folder.appending(path: "in.json")
      try JSONEncoder().encode(
        Input(
          truth: test.truth, predicted: test.predicted, a: training.points.column(0),
          b: test.points.column(0))
      ).write(to: url)
      return try runPython(
        """
        import json, sys, warnings
        warnings.simplefilter("ignore")
        import numpy as np, scipy.stats as st, arviz as az
        d = {k: np.array(v) for k, v in json.load(open(sys.argv[1])).items()}
        e = d["predicted"] - d["truth"]
        w = np.exp(e - e.max()); w /= w.sum()
        s = d["a"].std(ddof=1)
        k = float(az.psislw(e.copy())[1])
        print(json.dumps({
            "quantiles": [float(np.median(e)), float(np.median(abs(e))),
                          float(np.quantile(abs(e), .6827)), float(np.quantile(abs(e), .9545))],
            "distance": st.wasserstein_distance(d["a"] / s, d["b"] / s, v_weights=w),
            "shape": k, "fraction": float(1 / (w**2).sum() / len(w))}))
        """, arguments: [url.path])
    }
    let theirs = try JSONDecoder().decode(Output.self, from: Data(text.utf8))
    let metrics = test.metrics()
    for (a, b) in zip(
      [
        metrics.medianError, metrics.medianAbsoluteError, metrics.absoluteError68,
        metrics.absoluteError95,
      ], theirs.quantiles)
    {
      #expect(abs(a - b) < 1e-12)
    }
    #expect(abs(distance.distance - theirs.distance) < 1e-10)
    #expect(abs(try #require(found.paretoShape) - theirs.shape) < 1e-3)
    #expect(abs(found.effectiveFraction - theirs.fraction) < 1e-10)
  }
}
