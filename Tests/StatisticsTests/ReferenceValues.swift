import Foundation

/// Values of numpy, scipy and ArviZ (Reference/statistics_reference.py).
struct ReferenceValues: Decodable {
  struct Test: Decodable {
    let distance: Double
    let location: Double
    let p: Double
  }

  let x: [Double]
  let y: [Double]
  let wx: [Double]
  let wy: [Double]
  let weights: [Double]
  let bimodal: [Double]
  let probabilities: [Double]
  let quantiles: [Double]
  let weighted_quantiles: [Double]
  let mean: Double
  let variance: Double
  let unweighted_variance: Double
  let kish: Double
  let hdi: [String: [Double]]
  let hdi_repeated: [String: [Double]]
  let ks: Test
  let ks_weighted: Test
  let matrix: [[Double]]
  let matrix_weights: [Double]
  let covariance: [[Double]]
  let correlation: [[Double]]
  let histogram: [Double]
  let sigmas: [[Double]]
  let delta_chi2: [[Double]]

  static func read() throws -> ReferenceValues {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/statistics_reference.json")
    return try JSONDecoder().decode(ReferenceValues.self, from: Data(contentsOf: file))
  }
}

/// Whether two numbers agree to a relative tolerance.
func agree(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}

/// Whether two lists agree number by number.
func agree(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { agree($0, $1, tolerance) }
}
