import Foundation
import Likelihoods
import NumericalCore

/// A count n ~ Poisson(mu s + b (1 + u θ)) with an auxiliary measurement a ~ N(θ, 1), which is the
/// prior of θ; without θ for u = 0.
struct CountingExperiment: GenerativeModel {
  let parameters: ParameterSpace
  let signal, background, uncertainty: Double
  var data: ModelData
  private(set) var prior: ProductPrior

  init(
    signal: Double = 1, background: Double, uncertainty: Double = 0, observed: Double,
    bounds: ClosedRange<Double> = 0...50
  ) throws {
    self.signal = signal
    self.background = background
    self.uncertainty = uncertainty
    let hasNuisance = uncertainty > 0
    let mu = Parameter(
      name: "mu", role: .parameterOfInterest, initial: max(bounds.lowerBound, 0) + 0.5,
      lower: bounds.lowerBound, upper: bounds.upperBound)
    parameters = try ParameterSpace([mu] + (hasNuisance ? [Parameter(name: "theta")] : []))
    data = ModelData(main: [observed], auxiliary: hasNuisance ? [0] : [])
    prior = Self.prior(bounds, data.auxiliary)
  }

  private static func prior(_ bounds: ClosedRange<Double>, _ auxiliary: [Double]) -> ProductPrior {
    ProductPrior(
      [.uniform(lower: bounds.lowerBound, upper: bounds.upperBound, logDensity: 0)]
        + auxiliary.map { .normal(mean: $0, standardDeviation: 1) })
  }

  private init(_ other: CountingExperiment, _ data: ModelData) {
    self = other
    self.data = data
    let mu = other.parameters.parameters[0]
    prior = Self.prior(mu.lower...mu.upper, data.auxiliary)
  }

  func expected(_ point: [Double]) -> Double {
    point[0] * signal + background * (1 + (point.count > 1 ? uncertainty * point[1] : 0))
  }

  /// ln P(n | ν); 0 ln 0 is 0.
  static func logProbability(_ n: Double, _ mean: Double) -> Double {
    guard mean >= 0, mean > 0 || n == 0 else { return -.infinity }
    return (n > 0 ? n * log(mean) : 0) - mean - SpecialFunctions.logGamma(n + 1)
  }

  func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    (0..<points.rows).map { Self.logProbability(data.main[0], expected(points.row($0))) }
  }

  func logPriors(at points: Matrix<Double>) -> [Double] { prior.logDensities(at: points) }

  var factorizedPrior: ProductPrior? { prior }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    values = zip(logLikelihoods(at: points), logPriors(at: points)).map { $0 + $1 }
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    evaluate(points, values: &values)
    gradients = prior.logDensitiesAndGradients(at: points).gradients
    for i in 0..<points.rows {
      let mean = expected(points.row(i))
      guard values[i] > -.infinity else {
        gradients.setRow(i, to: [Double](repeating: 0, count: points.columns))
        continue
      }
      let slope = data.main[0] > 0 ? data.main[0] / mean - 1 : -1
      gradients[i, 0] += slope * signal
      if points.columns > 1 { gradients[i, 1] += slope * background * uncertainty }
    }
  }

  func expectedData(at point: [Double]) -> ModelData {
    ModelData(main: [expected(point)], auxiliary: Array(point.dropFirst()))
  }

  func drawData(
    at point: [Double], fluctuatingAuxiliary: Bool, random: inout RandomSequence
  ) -> ModelData? {
    let mean = expected(point)
    guard mean >= 0, mean.isFinite else { return nil }
    let count = random.poisson(mean: mean)
    return ModelData(
      main: [count],
      auxiliary: fluctuatingAuxiliary
        ? point.dropFirst().map { $0 + random.normal() } : data.auxiliary)
  }

  func replacingData(_ data: ModelData) -> CountingExperiment { CountingExperiment(self, data) }
}
