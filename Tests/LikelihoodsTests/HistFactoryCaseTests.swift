import Likelihoods
import NumericalCore
import Testing

/// Small workspaces with every kind of modifier and edge, and workspaces drawn at random, against
/// pyhf 0.7.6 (Reference/HistFactory/densities.py).
@Suite("HistFactory densities against pyhf")
struct HistFactoryCaseTests {
  @Test func agreeWithPyhf() throws {
    let cases = try HistFactoryCase.all()
    #expect(cases.count == 32)
    for test in cases { try expectAgreement(test.density(), test.reference) }
  }

  @Test func derivatives() throws {
    for test in try HistFactoryCase.all() {
      let density = try test.density()
      for (i, point) in test.reference.points.enumerated() {
        // The initial values lie on the kinks of codes 0 and 1.
        if i == 0 && test.reference.settings != nil { continue }
        try expectDerivatives(density, at: point.pars)
      }
    }
  }

  /// At a kink the gradient is the right-hand one, and the parameter says where it is.
  @Test func kinks() throws {
    let test = try #require(
      HistFactoryCase.all().first { $0.description == "interpolation_code1_code0" })
    let density = try test.density()
    let point = density.parameters.initialValues
    #expect(density.parameters.parameters.map(\.kink) == [0, nil, 0])
    let gradient = density.logDensitiesAndGradients(
      at: Matrix(rows: 1, columns: point.count, elements: point)
    ).gradients.row(0)
    for k in [0, 2] {
      var moved = point
      moved[k] = 1e-7
      let right = (density.logDensity(at: moved) - density.logDensity(at: point)) / 1e-7
      #expect(abs(right - gradient[k]) < 1e-5 * max(1, abs(right)))
      moved[k] = -1e-7
      let left = (density.logDensity(at: point) - density.logDensity(at: moved)) / 1e-7
      #expect(abs(left - gradient[k]) > 1e-3)
    }
    let smooth = try #require(
      HistFactoryCase.all().first { $0.description == "interpolation_code4_code4p" })
    #expect(try smooth.density().parameters.parameters.allSatisfy { $0.kink == nil })
  }
}
