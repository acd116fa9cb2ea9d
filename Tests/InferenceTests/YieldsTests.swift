import Inference
import Likelihoods
import NumericalCore
import Testing

@Suite struct YieldsTests {
  /// Against numpy's propagation of pyhf's expected counts.
  @Test func workspaceAgainstNumpy() throws {
    let reference = try DiagnosticsReference.load()
    let density = try DiagnosticsReference.density()
    let yields = try Yields(of: density, at: try MaximumLikelihood().fit(density))
    #expect(yields.unconstrained == ["mu", "norm"].sorted { yields.index($0) < yields.index($1) })
    for (table, expected, tolerance) in [
      (yields.preFit, reference.preFitYields, 1e-6),
      (yields.postFit, reference.postFitYields, 3e-4),
    ] {
      #expect(table.channels.map(\.name) == ["control_region", "signal_region"])
      #expect(table.channels.map(\.observed) == [[322, 215], [64, 61, 49]])
      for channel in table.channels {
        let rows = try #require(expected[channel.name])
        #expect(Set(channel.samples.map(\.name) + ["total"]) == Set(rows.keys))
        for row in channel.samples + [channel.total] {
          let numbers = try #require(rows[row.name])
          for (bin, value) in row.bins.enumerated() {
            #expect(abs(value.value - numbers.bins[bin]) < tolerance * numbers.bins[bin])
            let error = try #require(value.error)
            #expect(
              abs(error - numbers.errors[bin]) < tolerance * (numbers.errors[bin] + 1e-9) + 1e-9)
          }
          #expect(abs(row.sum.value - numbers.sum[0]) < tolerance * numbers.sum[0])
          #expect(
            abs(try #require(row.sum.error) - numbers.sum[1]) < tolerance * numbers.sum[1] + 1e-9)
        }
      }
    }
  }

  /// One channel of bins, without samples.
  @Test func modelWithoutChannels() throws {
    let toy = ToyLHCSearch()
    let fit = try MaximumLikelihood().fit(toy)
    let yields = try Yields(of: toy, at: fit)
    let channel = try #require(yields.preFit.channels.first)
    #expect(yields.preFit.channels.count == 1 && channel.samples.count == 1)
    #expect(channel.total.bins.count == 90 && yields.binNames.count == 90)
    #expect(yields.unconstrained == ["mu"])
    // After the fit the sum of all counts is known about as well as by counting.
    let sum = try #require(yields.postFit.channels.first?.total.sum)
    let observed = toy.observed.reduce(0, +)
    let error = try #require(sum.error)
    #expect(abs(sum.value - observed) < 3 * error && error < 1.2 * observed.squareRoot())
    let held = try MaximumLikelihood().fit(toy, fixing: ["mu": 0])
    let without = try Yields(of: toy, at: held)
    #expect((without.postFit.channels.first?.total.sum.error ?? 1e9) < error)
  }
}

extension Yields {
  fileprivate func index(_ name: String) -> Int { fit.parameters.names.firstIndex(of: name) ?? -1 }
}
