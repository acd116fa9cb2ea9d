/// How systematic variations are interpolated between, and extrapolated beyond, -1, 0 and +1
/// standard deviations; the codes of HistFactory (CERN-OPEN-2012-016) and pyhf.
public struct HistFactoryInterpolation: Codable, Sendable, Equatable {
  /// Codes of normalisation factors.
  public enum Normsys: String, Codable, Sendable, CaseIterable {
    /// Exponential; its derivative jumps at 0.
    case code1
    /// Exponential outside of [-1, 1], inside a polynomial of degree 6 that is twice continuously
    /// differentiable there and 1 at 0.
    case code4
  }

  /// Codes of additive shape variations.
  public enum Histosys: String, Codable, Sendable, CaseIterable {
    /// Piecewise linear; its derivative jumps at 0.
    case code0
    /// Quadratic inside of [-1, 1], linear outside, in the form that is continuous (the code of
    /// this number in pyhf jumps at ±1).
    case code2
    /// Linear outside of [-1, 1], inside a polynomial of degree 6, twice continuously
    /// differentiable.
    case code4p
  }

  /// The code of normsys modifiers.
  public var normsys: Normsys
  /// The code of histosys modifiers.
  public var histosys: Histosys

  /// A choice of codes; by default those of pyhf.
  public init(normsys: Normsys = .code4, histosys: Histosys = .code4p) {
    self.normsys = normsys
    self.histosys = histosys
  }
}
