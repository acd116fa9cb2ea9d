internal import Foundation
public import NumericalCore

/// The LHC-like search for new physics of arXiv:1809.05548 and arXiv:1911.03305 section 3.
///
/// 95 parameters: the signal strength `mu` and 94 nuisance parameters `delta_1` … `delta_94`; 90
/// bins in 3 categories. Bins are Poisson counts; `delta_1…90` are the limited simulation
/// statistics of the bins, `delta_91` (ISR) and `delta_92` (JES) change the shape and the
/// normalisation of the categories, `delta_93` (LV) and `delta_94` (CR) their normalisation. The
/// nuisance parameters have unit normal priors; `mu` is uniform in (-1, 5).
///
/// The log density is the log-posterior (called "log L" in the paper). It is -∞ where the
/// expected count of any bin is not positive. Its derivative jumps where one of
/// `delta_91…94` is zero.
///
/// The additive constant of the prior of `mu` is -ln 5, as in the original code, although the
/// range has width 6.
public struct ToyLHCSearch: DifferentiableLogDensity, LogPosterior {
  public let parameters: ParameterSpace
  /// The prior: uniform `mu`, unit normal nuisance parameters.
  public let prior: ProductPrior
  let tables: ToyLHCTables

  /// The search with the numbers of the published example.
  public init() {
    tables = ToyLHCTables()
    prior = ProductPrior(
      [.uniform(lower: -1, upper: 5, logDensity: -log(5))]
        + Array(repeating: .normal(mean: 0, standardDeviation: 1), count: Self.nuisanceCount))
    let signal = Parameter(
      name: "mu", role: .parameterOfInterest, lower: -1, upper: 5, label: "μ")
    let nuisances = (1...Self.nuisanceCount).map { k in
      Parameter(name: "delta_\(k)", kink: k > Self.binCount ? 0 : nil, label: "δ\(k)")
    }
    do {
      parameters = try ParameterSpace([signal] + nuisances)
    } catch {
      preconditionFailure("the built-in parameters are inconsistent: \(error)")
    }
  }

  /// Number of bins.
  public static let binCount = 90
  /// Number of categories, each of 30 consecutive bins.
  public static let categoryCount = 3
  /// Number of nuisance parameters.
  public static let nuisanceCount = 94
  static let binsPerCategory = binCount / categoryCount

  /// The counts of the 90 bins.
  public var observed: [Double] { tables.observed }

  /// The search with other counts and auxiliary measurements, which are the centres of the
  /// constraints.
  init(replacing data: ModelData, in search: ToyLHCSearch) {
    var changed = search.tables
    changed.setData(counts: data.main, centres: data.auxiliary)
    tables = changed
    parameters = search.parameters
    prior = ProductPrior(
      [search.prior.factors[0]]
        + data.auxiliary.map { .normal(mean: $0, standardDeviation: 1) })
  }

  /// The expected count of every bin at a point (95 coordinates).
  public func expectedCounts(at point: [Double]) -> [Double] {
    precondition(point.count == parameters.count, "a point has \(parameters.count) coordinates")
    var workspace = ToyLHCWorkspace()
    return point.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return [] }
      _ = workspace.expectedCounts(tables, x)
      return workspace.copyCounts()
    }
  }

  public var factorizedPrior: ProductPrior? { prior }

  public func logPriors(at points: Matrix<Double>) -> [Double] {
    prior.logDensities(at: points)
  }

  public func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    var values = [Double](repeating: 0, count: points.rows)
    evaluate(points, values: &values, gradients: nil, includingPrior: false)
    return values
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    evaluate(points, values: &values, gradients: nil, includingPrior: true)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    precondition(
      gradients.rows == points.rows && gradients.columns == points.columns,
      "gradients and points have different shapes")
    gradients.elements.withUnsafeMutableBufferPointer {
      evaluate(points, values: &values, gradients: $0.baseAddress, includingPrior: true)
    }
  }

  private func evaluate(
    _ points: Matrix<Double>, values: inout [Double],
    gradients: UnsafeMutablePointer<Double>?, includingPrior: Bool
  ) {
    let tables = self.tables
    DensityRows.forEach(
      points, dimension: parameters.count, values: &values, gradients: gradients, grain: 128
    ) { range, rows in
      var workspace = ToyLHCWorkspace()
      for i in range {
        let value = workspace.logDensity(
          tables, rows.point(i), gradient: rows.gradient(i), includingPrior: includingPrior)
        rows.set(value, at: i)
      }
    }
  }
}
