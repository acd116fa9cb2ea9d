import Foundation
import Likelihoods
import NumericalCore
import Testing

@testable import Sampling

@Suite(.serialized) struct MoveMixtureTests {
  private let target = AutoregressiveGaussian(4, correlation: 0.5)

  private func tallies(_ mixture: MoveMixture, steps: Int) throws -> [[MoveTally]] {
    let kernel = EnsembleKernel(target, mixture: mixture, ensembles: 2, seed: 1)
    var state = try kernel.initialState(target.exactDraws(40, seed: 1))
    return try (1...steps).map { try kernel.step(&state, number: $0).moves }
  }

  /// Every move gets its share of the proposals, and its own acceptance.
  @Test(arguments: [MoveMixture.Choice.perStep, .perWalker])
  func shares(_ choice: MoveMixture.Choice) throws {
    var mixture = MoveMixture.differentialEvolutionSnooker
    mixture.choice = choice
    let steps = 2000
    let all = try tallies(mixture, steps: steps)
    var total: [MoveTally] = []
    for step in all { total.add(step) }
    #expect(total.map(\.name) == ["differential evolution", "snooker"])
    #expect(total[0].proposed + total[1].proposed == 40 * steps)
    // One choice per ensemble and step, or per walker and step.
    let choices = Double(steps * (choice == .perStep ? 2 : 40))
    let share = Double(total[1].proposed) / Double(40 * steps)
    #expect(abs(share - 0.2) < 5 * (0.16 / choices).squareRoot())
    let acceptances = try total.map { try #require($0.acceptance) }
    #expect(acceptances.allSatisfy { $0 > 0.15 && $0 < 0.8 })
    let mixed = all.contains { $0[1].proposed % 20 != 0 }
    #expect(mixed == (choice == .perWalker))
  }

  @Test func recommended() {
    #expect(
      MoveMixture.recommended(dimension: 20).name == "0.8 differential evolution + 0.2 snooker")
    #expect(MoveMixture.recommended(dimension: 95).minimumWalkers(dimension: 95) == 190)
    #expect(MoveMixture.recommended(dimension: 2).minimumWalkers(dimension: 2) == 6)
  }

  @Test func codable() throws {
    let mixture = MoveMixture(
      [
        .init(.walk(WalkMove(subset: 3)), weight: 1), .init(.stretch(StretchMove()), weight: 2),
        .init(.gaussian(GaussianMove(standardDeviation: 1, coordinates: .all)), weight: 0.5),
      ], choice: .perStep)
    let data = try JSONEncoder().encode(mixture)
    #expect(try JSONDecoder().decode(MoveMixture.self, from: data) == mixture)
  }

  private static let methods = [
    MethodUnderTest(description: "mixture") { _ in MoveMixture.differentialEvolutionSnooker },
    MethodUnderTest(description: "walk") { _ in WalkMove() },
    MethodUnderTest(description: "slice") { _ in EnsembleSlice(tuningSteps: 5) },
  ]

  /// The same numbers for any number of threads.
  @Test(arguments: methods)
  func threads(_ method: MethodUnderTest) throws {
    let before = Threads.count
    defer { Threads.setCount(before) }
    func draws(_ threads: Int) throws -> Chains {
      Threads.setCount(threads)
      return try KernelSuite.run(
        method.method(95).kernel(for: ToyLHCSearch(), ensembles: 2, seed: 4), ToyLHCSearch(),
        from: StartingPoints.draw(400, for: ToyLHCSearch(), seed: 2), burnIn: 0, steps: 20,
        thinning: 1, ensembles: 2)
    }
    let (one, three) = try (draws(1), draws(3))
    #expect(one.positions == three.positions)
    #expect(one.logDensities == three.logDensities)
    #expect(one.acceptance == three.acceptance)
  }

  /// Positions, log densities and the scale of slice sampling are all that a continued run needs.
  @Test(arguments: methods)
  func continues(_ method: MethodUnderTest) throws {
    let kernel = method.method(4).kernel(for: target, ensembles: 2, seed: 4)
    func advance(_ state: inout WalkerState, _ steps: ClosedRange<Int>) throws {
      for number in steps { _ = try kernel.step(&state, number: number) }
    }
    var whole = try kernel.initialState(target.exactDraws(40, seed: 1))
    try advance(&whole, 1...3)
    var stored = WalkerState(positions: whole.positions, logDensities: whole.logDensities)
    stored.slice = try whole.slice.map {
      try JSONDecoder().decode(SliceTuning.self, from: JSONEncoder().encode($0))
    }
    try advance(&whole, 4...10)
    try advance(&stored, 4...10)
    #expect(stored.positions == whole.positions)
    #expect(stored.logDensities == whole.logDensities)
    #expect(stored.slice == whole.slice)
  }

  /// Walkers in a subspace never leave it: that is an error which names the parameter.
  @Test(arguments: methods)
  func degenerateStart(_ method: MethodUnderTest) throws {
    let kernel = method.method(4).kernel(for: target, ensembles: 2, seed: 4)
    let good = target.exactDraws(40, seed: 1)
    _ = try kernel.initialState(good)
    for (column, change) in [(2, { _ in 0.7 }), (1, { 1 + 2 * $0[0] - $0[3] })]
      as [(Int, ([Double]) -> Double)]
    {
      var start = good
      for walker in 20..<40 { start[walker, column] = change(start.row(walker)) }
      let error = #expect(throws: SamplingError.self) { try kernel.initialState(start) }
      let text = "\(try #require(error))"
      #expect(text.contains("start of ensemble 1"), "\(text)")
      #expect(column == 1 || text.contains("'x2'"), "\(text)")
    }
    // Walkers that do not use each other may start anywhere.
    let single = GaussianMove(standardDeviation: 1, coordinates: .all)
    _ = try single.kernel(for: target, ensembles: 1, seed: 1)
      .initialState(Matrix(rows: 3, columns: 4, repeating: 0.5))
  }

  /// Whatever scale slice sampling starts from, expansions and contractions balance in the end.
  @Test func sliceTuning() throws {
    let target = AutoregressiveGaussian(20, correlation: 0.7)
    for scale in [0.01, 1, 100] {
      let kernel = EnsembleSlice(initialScale: scale).kernel(
        for: target, ensembles: 2, seed: 1)
      var state = try kernel.initialState(target.exactDraws(200, seed: 1))
      var evaluations = 0
      for number in 1...200 {
        let info = try kernel.step(&state, number: number)
        if number > 100 { evaluations += info.evaluations ?? 0 }
      }
      let slice = try #require(state.slice)
      #expect(slice.isFrozen)
      #expect(slice.scale > 0.1 && slice.scale < 0.6, "\(slice.scale)")
      let each = Double(evaluations) / 100 / 200
      #expect(each > 3 && each < 7, "\(each) evaluations a step")
    }
  }
}
