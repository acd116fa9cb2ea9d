internal import Foundation
public import Likelihoods
public import NumericalCore

/// How much of a result rests on points outside the region where a network was trained.
public struct RegionCheck: Codable, Sendable {
  /// Points that were looked at.
  public let points: Int
  /// Those outside.
  public let outside: Int

  /// The fraction outside.
  public var fraction: Double { Double(outside) / Double(max(1, points)) }

  /// The largest fraction of draws outside that goes without a warning.
  public static let harmlessFraction = 0.01

  /// Whether so much is outside that the result should not be used.
  public var isHarmful: Bool { fraction > Self.harmlessFraction }

  /// The fraction in words; `nil` if nothing is outside.
  public func text(_ what: String) -> String? {
    guard outside > 0 else { return nil }
    let share =
      points == 1
      ? "the \(what) lies" : String(format: "%.2g %% of the \(what) lie", 100 * fraction)
    return "\(share) outside the region where the network was trained"
  }

  /// Looks at points.
  ///
  /// - Returns: `nil` if the density holds everywhere.
  public init?<Density: LogDensity>(
    _ density: Density, at points: Matrix<Double>
  ) throws(Density.Failure) {
    guard let inside = try density.validity(at: points) else { return nil }
    self.points = inside.count
    outside = inside.count { !$0 }
  }

  /// The most draws of a chain that are looked at, evenly spaced.
  private static var mostDraws: Int { 100_000 }

  /// Looks at the draws of a density.
  ///
  /// - Parameter draws: makes the points; not called if the density holds everywhere.
  /// - Returns: `nil` if the density holds everywhere.
  public init?<Density: LogDensity>(
    _ density: Density, draws: () throws -> Matrix<Double>
  ) throws {
    let start = density.parameters.initialValues
    let one = Matrix(rows: 1, columns: start.count, elements: start)
    guard try density.validity(at: one) != nil else { return nil }
    let all = try draws()
    let stride = max(1, all.rows / Self.mostDraws)
    let rows = Array(Swift.stride(from: 0, to: all.rows, by: stride))
    try self.init(density, at: stride == 1 ? all : all.selectingRows(rows))
  }
}
