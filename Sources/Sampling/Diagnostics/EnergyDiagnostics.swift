/// Diagnostics of the energies that Hamiltonian dynamics visits.
public enum EnergyDiagnostics {
  /// E-BFMI below this is bad: new momenta change the energy too little to reach the tails.
  public static let leastFraction = 0.3

  /// The energy's Bayesian fraction of missing information of a chain (Betancourt
  /// arXiv:1604.00695), estimated as Σ (H_i - H_{i-1})² / Σ (H_i - mean)².
  ///
  /// - Parameter energies: one a draw, in order.
  /// - Returns: the fraction, about 1 for a good metric; `nil` for fewer than four draws, for a
  ///   number that is not finite, or if the energy does not change.
  public static func missingInformationFraction(_ energies: [Double]) -> Double? {
    guard energies.count >= 4, energies.allSatisfy(\.isFinite) else { return nil }
    let mean = energies.reduce(0, +) / Double(energies.count)
    var changes = 0.0
    var squares = 0.0
    for (k, energy) in energies.enumerated() {
      squares += (energy - mean) * (energy - mean)
      if k > 0 { changes += (energy - energies[k - 1]) * (energy - energies[k - 1]) }
    }
    return squares > 0 ? changes / squares : nil
  }

  /// The fraction for many chains: `energies` holds all chains of the first draw, then of the
  /// second, as the rows of ``Chains/positions``.
  public static func missingInformationFractions(_ energies: [Double], chains: Int) -> [Double?] {
    precondition(chains > 0 && energies.count % chains == 0, "whole draws of all chains")
    return (0..<chains).map { chain in
      missingInformationFraction(
        stride(from: chain, to: energies.count, by: chains).map { energies[$0] })
    }
  }

  /// The mean of ``missingInformationFractions(_:chains:)``: those of short chains are noise.
  public static func meanFraction(_ energies: [Double], chains: Int) -> Double? {
    let fractions = missingInformationFractions(energies, chains: chains).compactMap { $0 }
    return fractions.isEmpty ? nil : fractions.reduce(0, +) / Double(fractions.count)
  }

  /// What to tell the user about the energies of many chains, in the order of
  /// ``missingInformationFractions(_:chains:)``; `nil` if all is well.
  public static func warning(_ energies: [Double], chains: Int) -> String? {
    guard let mean = meanFraction(energies, chains: chains), mean < leastFraction else {
      return nil
    }
    return "the energy changes too little between draws (E-BFMI \((mean * 100).rounded() / 100), "
      + "below \(leastFraction)): the tails may be missing; other parameters or more draws help"
  }
}
