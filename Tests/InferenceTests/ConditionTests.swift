import Inference
import NumericalCore
import Testing

@Suite struct ConditionTests {
  static let names = ["mu", "delta_1", "JES-1"]
  /// mu, delta_1, JES-1.
  static let points = Matrix<Double>(
    rows: [[0.5, -2, 1], [-0.5, 3, 0], [0, 0, -1], [2, 0.25, 4]], columns: 3)

  @Test(
    arguments: [
      ("mu > 0", [true, false, false, true]), ("mu >= 0", [true, false, true, true]),
      ("mu == 0", [false, false, true, false]), ("mu != 0", [true, true, false, true]),
      ("0 < mu", [true, false, false, true]), ("0 <= mu < 1", [true, false, true, false]),
      ("not mu > 0", [false, true, true, false]),
      ("mu > 0 and delta_1 < 0", [true, false, false, false]),
      ("mu > 0 or delta_1 > 1", [true, true, false, true]),
      // `and` binds more strongly than `or`, `not` more strongly than both.
      ("delta_1 > 1 or mu > 0 and mu < 1", [true, true, false, false]),
      ("(delta_1 > 1 or mu > 0) and mu < 1", [true, true, false, false]),
      ("(delta_1 > 1 or mu > 0) and not (mu < 0)", [true, false, false, true]),
      ("abs(delta_1) < 2.5", [true, false, true, true]),
      ("-delta_1 > 1", [true, false, false, false]),
      ("mu - 1 - 1 >= 0", [false, false, false, true]),
      ("2 + 3 * mu == 3.5", [true, false, false, false]),
      ("8 / 2 / 2 > mu + 1.5", [false, true, true, false]),
      ("exp(mu) > 1 and log(mu) < 0", [true, false, false, false]),
      ("sqrt(mu) >= 0", [true, false, true, true]),
      ("`JES-1` > 0", [true, false, false, true]),
      ("mu>1.5e0", [false, false, false, true]),
      ("1 / mu > 1e-300", [true, false, true, true]),
    ] as [(String, [Bool])])
  func meaning(text: String, expected: [Bool]) throws {
    let found = try Condition(text, names: Self.names).holds(at: Self.points)
    #expect(found == expected, "\(text)")
  }

  @Test(
    arguments: [
      ("", 1, "parameter"), ("mu", 1, "comparison"), ("mu >", 5, "the end"),
      ("mu = 1", 4, "'=='"), ("mu > 0 & delta_1 > 0", 8, "'and'"), ("nu > 0", 1, "'nu'"),
      ("mu > 0 delta_1", 8, "'delta_1'"), ("(mu > 0", 8, "')'"), ("mu > 0)", 7, "')'"),
      ("abs mu > 0", 1, "'abs'"), ("abs(mu > 0) < 1", 5, "a comparison"),
      ("mu + (mu > 0) > 1", 6, "a comparison"), ("mu > 1.2.3", 6, "'1.2.3'"),
      ("not mu", 5, "a number"), ("mu > 0 and 3", 12, "a number"), ("JES-1 > 0", 1, "'JES'"),
      ("`mu > 0", 1, "back quote"), ("mu ! 0", 4, "'not'"), ("mu > 1e999", 6, "'1e999'"),
      ("system(1) > 0", 1, "'system'"), ("mu > #", 6, "'#'"), ("mu > 0 and", 11, "the end"),
    ] as [(String, Int, String)])
  func mistakes(text: String, position: Int, part: String) throws {
    let error = try #require(throws: ConditionError.self) {
      try Condition(text, names: Self.names)
    }
    #expect(error.position == position, "\(error)")
    #expect(error.description.contains(part), "\(error)")
  }

  @Test func nestingHasALimit() throws {
    let deep = String(repeating: "(", count: 5000) + "mu"
    #expect(throws: ConditionError.self) { try Condition(deep, names: Self.names) }
    let signs = String(repeating: "-", count: 5000) + "mu > 0"
    #expect(throws: ConditionError.self) { try Condition(signs, names: Self.names) }
    let fine = String(repeating: "(", count: 50) + "mu > 0" + String(repeating: ")", count: 50)
    #expect(try Condition(fine, names: Self.names).holds(at: Self.points)[0])
  }

  @Test func probabilityOfAConditionAndItsError() throws {
    // P(x > 1) = 0.158655 for a normal distribution; the pulls of 300 samples have width 1.
    var pulls: [Double] = []
    for seed in 0..<300 {
      let draws = try Gaussian.draws(400, seed: UInt64(seed))
      let result = try draws.satisfying([
        Condition("x > 1", names: ["x"]), Condition("x < 100", names: ["x"]),
      ])
      #expect(result.count == Int((result.probability.value * 400).rounded()))
      pulls.append((result.probability.value - 0.158655) / (result.probability.error ?? 0))
    }
    let width = Gaussian.width(pulls)
    #expect((0.88...1.14).contains(width), "\(width)")
    let draws = try Gaussian.draws(100, seed: 1)
    let impossible = try Condition("x > 50", names: ["x"])
    #expect(throws: PosteriorError.noDrawSatisfies(conditions: ["x > 50"], draws: 100)) {
      try draws.satisfying([impossible])
    }
  }
}
