internal import Foundation

/// Third central moments of a bin: their limit, and where they come from if only asymmetric errors
/// are published.
public enum ThirdMoment {
  /// What is done with a third moment beyond its limit.
  public enum Policy: String, Codable, Sendable, CaseIterable {
    /// An error.
    case refuse
    /// The largest allowed one takes its place, which is noted.
    case clip
  }

  /// The largest size that a third moment may have, √8 m2^(3/2) (arXiv:1809.05548 section 2).
  public static func limit(variance: Double) -> Double {
    8.0.squareRoot() * variance * variance.squareRoot()
  }
}

/// A bifurcated (split) normal distribution: halves of two normal distributions with a common peak.
///
/// Its moments are those of S. John, Commun. Stat. Theory Methods 11 (1982) 879
/// (doi:10.1080/03610928208828279). The distribution is the one by which arXiv:1809.05548
/// (section 2) turns asymmetric errors into third moments; here the moments are central ones, about
/// its mean, as the expansion needs them.
public struct BifurcatedNormal: Sendable, Equatable {
  /// Width σ₊ above the peak.
  public let upper: Double
  /// Width σ₋ below the peak.
  public let lower: Double

  /// The distribution with the given widths, both not negative.
  public init(upper: Double, lower: Double) {
    self.upper = upper
    self.lower = lower
  }

  /// Mean minus peak, √(2/π) (σ₊ - σ₋).
  public var shift: Double { (2 / Double.pi).squareRoot() * (upper - lower) }

  /// (1 - 2/π) (σ₊ - σ₋)² + σ₊ σ₋.
  public var variance: Double {
    (1 - 2 / Double.pi) * (upper - lower) * (upper - lower) + upper * lower
  }

  /// √(2/π) (σ₊ - σ₋) ((4/π - 1) (σ₊ - σ₋)² + σ₊ σ₋).
  public var thirdMoment: Double {
    shift * ((4 / Double.pi - 1) * (upper - lower) * (upper - lower) + upper * lower)
  }
}
