/// The power of the density that draws come from, where it is not 1 (`TemperedDensity`).
extension Chains {
  /// The key of the power in the provenance.
  public static let powerKey = "power"

  /// The power of the density that the draws come from.
  public var power: Double { provenance[Self.powerKey].flatMap(Double.init) ?? 1 }

  /// Throws unless the draws come from the density itself: those of a power of it are too wide or
  /// too narrow, and their log densities are not its own.
  ///
  /// - Parameter source: what the message calls the chains.
  /// - Throws: ``SamplingError/field(_:expected:found:)``.
  public func requireDensityItself(_ source: String) throws {
    guard power == 1 else {
      throw SamplingError.field(
        "\(source): power of the density that was sampled",
        expected: "1, draws of the density itself", found: "\(power)")
    }
  }
}
