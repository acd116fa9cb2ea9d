internal import Foundation

/// When a run may stop before it has made all its draws: every parameter and the log density meet
/// every limit.
public struct SamplingGoal: Codable, Sendable, Equatable, CustomStringConvertible {
  /// Least bulk and tail effective sample size.
  public var effectiveSampleSize: Double?
  /// Largest R-hat between independent chains or ensembles.
  public var rHat: Double?

  /// A goal; at least one limit must be there.
  public init(effectiveSampleSize: Double? = nil, rHat: Double? = nil) {
    precondition(effectiveSampleSize != nil || rHat != nil, "a goal has a limit")
    self.effectiveSampleSize = effectiveSampleSize
    self.rHat = rHat
  }

  /// Reads `ess=10000,rhat=1.01`, in any order, each at most once.
  ///
  /// - Throws: ``SamplingError/field(_:expected:found:)``.
  public init(_ text: String) throws {
    var limits: [String: Double] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard sides.count == 2, let value = Double(sides[1]), value.isFinite,
        sides[0] == "ess" && value > 0 || sides[0] == "rhat" && value > 1,
        limits.updateValue(value, forKey: sides[0]) == nil
      else {
        throw SamplingError.field(
          "goal of sampling",
          expected: "ess=N (above 0) or rhat=R (above 1), or both with a comma between them",
          found: "'\(text)'")
      }
    }
    effectiveSampleSize = limits["ess"]
    rHat = limits["rhat"]
  }

  public var description: String {
    [effectiveSampleSize.map { "ess=\($0)" }, rHat.map { "rhat=\($0)" }].compactMap { $0 }
      .joined(separator: ",")
  }

  /// Whether chains meet the goal.
  ///
  /// - Parameter scale: what the effective sizes are multiplied with, where the summary is one of
  ///   a part of the chains.
  public func isMet(by summary: ConvergenceSummary, scale: Double = 1) -> Bool {
    summary.parameters.allSatisfy { parameter in
      guard !parameter.isStuck else { return false }
      if let limit = effectiveSampleSize {
        let sizes = [parameter.bulkEffectiveSampleSize, parameter.tailEffectiveSampleSize]
        guard sizes.allSatisfy({ ($0 ?? 0) * scale >= limit }) else { return false }
      }
      if let limit = rHat { guard let found = parameter.rHat, found <= limit else { return false } }
      return true
    }
  }
}
