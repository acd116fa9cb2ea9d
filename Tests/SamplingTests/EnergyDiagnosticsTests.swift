import Foundation
import NumericalCore
import Sampling
import Testing

@Suite struct EnergyDiagnosticsTests {
  /// `arviz.bfmi` (0.23.4) of the same numbers.
  @Test func asArviZ() throws {
    let energies = [1.0, 3, 2, 5, 4.5, 7]
    let found = try #require(EnergyDiagnostics.missingInformationFraction(energies))
    #expect(abs(found - 0.8586387434554974) < 1e-14)
  }

  /// An autoregressive sequence of coefficient a has 2 (1 - a); a good metric gives about 1.
  @Test(arguments: [0.0, 0.5, 0.9]) func autoregressive(_ a: Double) throws {
    var random = RandomStream(seed: 2, purpose: "energies").sequence()
    var x = random.normal()
    let energies = (0..<200_000).map { _ in
      x = a * x + (1 - a * a).squareRoot() * random.normal()
      return x
    }
    let found = try #require(EnergyDiagnostics.missingInformationFraction(energies))
    #expect(abs(found - 2 * (1 - a)) < 0.02)
  }

  @Test func chainsAreApart() {
    // Two chains, one row a draw.
    let energies = [1.0, 10, 3, 30, 2, 20, 5, 50, 4.5, 45, 7, 70]
    let found = EnergyDiagnostics.missingInformationFractions(energies, chains: 2)
    #expect(found.count == 2)
    for value in found { #expect(abs((value ?? 0) - 0.8586387434554974) < 1e-12) }
  }

  @Test func nothingToSay() {
    #expect(EnergyDiagnostics.missingInformationFraction([1, 2, 3]) == nil)
    #expect(EnergyDiagnostics.missingInformationFraction([1, 1, 1, 1]) == nil)
    #expect(EnergyDiagnostics.missingInformationFraction([1, 2, .nan, 1]) == nil)
  }
}
