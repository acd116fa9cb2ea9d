internal import Foundation
public import Likelihoods
internal import NumericalCore

/// What decides the draws of a run, stored in its file; a run goes on only with the same.
struct RunDescription: Codable, Equatable {
  /// The kind of sampler, `hmc` or the type of a move.
  var kind: String
  /// The sampler's options, JSON without the number of draws.
  var sampler: String
  var names: [String]
  var walkers: Int
  var ensembles: Int?
  var burnIn: Int
  var thinning: Int
  /// Names of the numbers that are kept of every draw beside its log density.
  var statistics: [String]
  /// The goal to stop at, if there is one.
  var goal: SamplingGoal?
  var provenance: [String: String]
  var density: DensityFingerprint
  /// Set once a goal has been reached: draws were dropped and thinned.
  var isComplete = false
}

/// What tells one density from another: names and bounds of the parameters, and log densities at
/// the initial point and four others near it.
public struct DensityFingerprint: Codable, Sendable, Equatable {
  /// Names of the parameters.
  public let names: [String]
  /// Their bounds and the log densities, as text that keeps every bit and infinity.
  public let bounds, logDensities: [String]

  /// The fingerprint of a density: five evaluations.
  ///
  /// - Throws: what the density throws.
  public init<D: LogDensity>(_ density: D) throws(D.Failure) {
    let space = density.parameters
    names = space.names
    bounds = space.parameters.map { "\($0.lower):\($0.upper)" }
    // Shifts with other signs for every parameter, so that no two parameters look alike.
    var points = Matrix<Double>(rows: 5, columns: space.count, repeating: 0)
    for (j, parameter) in space.parameters.enumerated() {
      for i in 0..<5 {
        let shift = i == 0 ? 0 : 0.1 * Double((j * 7 + i * 3) % 11 - 5) / 5 * parameter.scale
        points[i, j] = min(max(parameter.initial + shift, parameter.lower), parameter.upper)
      }
    }
    logDensities = try density.logDensities(at: points).map { "\($0)" }
  }

  /// The bounds by name; parameters without any are left out.
  var ranges: [String: ClosedRange<Double>] {
    var result: [String: ClosedRange<Double>] = [:]
    for (name, text) in zip(names, bounds) {
      let sides = text.split(separator: ":").compactMap { Double($0) }
      guard sides.count == 2, sides[0] <= sides[1], sides.contains(where: \.isFinite) else {
        continue
      }
      result[name] = sides[0]...sides[1]
    }
    return result
  }

  /// What differs from the density of a file, as text for a message; `nil` if nothing does.
  func difference(from stored: DensityFingerprint) -> (expected: String, found: String)? {
    if names != stored.names {
      let odd = Set(names).symmetricDifference(stored.names).sorted().prefix(6)
      let text = odd.isEmpty ? "another order" : "a difference in \(odd.joined(separator: ", "))"
      return ("the \(stored.names.count) parameters of the chain file", text)
    }
    for (k, name) in names.enumerated() where bounds[k] != stored.bounds[k] {
      return ("the bounds \(stored.bounds[k]) of '\(name)' as in the chain file", bounds[k])
    }
    for (a, b) in zip(logDensities, stored.logDensities) where a != b {
      // Other processors round differently; another likelihood differs by far more.
      let (x, y) = (Double(a) ?? .nan, Double(b) ?? .nan)
      if abs(x - y) <= 1e-6 * max(1, abs(y)) { continue }
      return ("the log density \(b) at a point near the start, as in the chain file", a)
    }
    return nil
  }
}
