internal import CVectorKernels

/// A bin whose expected count makes the observed one impossible, and what makes it so.
public struct HistFactoryInvalidRate: Sendable, Equatable, CustomStringConvertible {
  /// Name of the channel.
  public let channel: String
  /// Bin of the channel, counted from 0.
  public let bin: Int
  /// Expected count, negative or zero (or not finite).
  public let expected: Double
  /// What was counted.
  public let observed: Double
  /// The sample with the lowest rate, and its rate.
  public let sample: String
  public let sampleRate: Double
  /// The modifier that lowers the rate of this sample most at the point, its kind and the
  /// parameter; nil where the nominal rate itself is not positive or nothing lowers it.
  public let modifier: (name: String, type: String, parameter: String, value: Double)?

  public static func == (a: HistFactoryInvalidRate, b: HistFactoryInvalidRate) -> Bool {
    a.description == b.description
  }

  /// Such as "channel 'SR', bin 2: the expected count -0.5 is negative; sample 'bkg' contributes
  /// -1.2, lowered most by modifier 'jes' (histosys) at jes = -4".
  public var description: String {
    let problem =
      expected < 0
      ? "is negative" : expected == 0 ? "excludes the observed \(observed)" : "is not finite"
    let cause = modifier.map {
      ", lowered most by modifier '\($0.name)' (\($0.type)) at \($0.parameter) = \($0.value)"
    }
    return "channel '\(channel)', bin \(bin): the expected count \(expected) \(problem); "
      + "sample '\(sample)' contributes \(sampleRate)" + (cause ?? "")
  }
}

extension HistFactoryDensity {
  /// The first bin whose rate at a point excludes what was observed, nil where all are possible.
  public func invalidRate(at point: [Double]) -> HistFactoryInvalidRate? {
    let tables = model.tables
    return model.withRates(at: point) { scratch in
      let expected = scratch.expected(tables)
      for channel in tables.layout.channels {
        for bin in channel.bins {
          let (mean, count) = (expected[bin], data.main[bin])
          if mean > 0 && mean < .infinity || mean == 0 && count == 0 { continue }
          let i = bin - channel.bins.lowerBound
          let rates = channel.groups.map { scratch.rates($0, tables)[i] }
          guard let lowest = rates.indices.min(by: { !(rates[$0] >= rates[$1]) }) else { continue }
          let group = channel.groups.lowerBound + lowest
          return HistFactoryInvalidRate(
            channel: channel.name, bin: i, expected: mean, observed: count,
            sample: tables.layout.groups[group].sample, sampleRate: rates[lowest],
            modifier: culprit(group, i, point, scratch))
        }
      }
      return nil
    }
  }

  /// The modifier whose absence would raise the rate most.
  private func culprit(
    _ group: Int, _ i: Int, _ point: [Double], _ scratch: borrowing HistFactoryScratch
  ) -> (name: String, type: String, parameter: String, value: Double)? {
    let tables = model.tables
    let kernel = scratch.kernel
    let cell = tables.layout.groups[group].firstCell + i
    var candidates: [(gain: Double, parameter: Int, type: String)] = []
    for shift in tables.shifts[group] {
      let change =
        kernel.shift_odd[shift.shift] * shift.odd[i] + kernel.shift_even[shift.shift]
        * shift.even[i]
      candidates.append((-change, tables.shiftParameters[shift.shift], "histosys"))
    }
    let rate = kernel.rate[cell]
    for entry in tables.factors[group] {
      let value = kernel.function_value[entry]
      candidates.append((rate / value - rate, tables.functions[entry].parameter, ""))
    }
    for vector in tables.vectors where vector.group == group {
      let parameter = vector.firstParameter + i
      candidates.append((rate / point[parameter] - rate, parameter, ""))
    }
    // A zero factor makes 0/0; such a candidate explains the zero.
    let best = candidates.max { score($0.gain) < score($1.gain) }
    guard let best, score(best.gain) > 0 else { return nil }
    let set = model.parameterSets.first { $0.components.contains(best.parameter) }
    let types = set?.modifierTypes.filter { best.type.isEmpty ? $0 != "histosys" : $0 == best.type }
    return (
      set?.name ?? "", types?.first ?? best.type, parameters.names[best.parameter],
      point[best.parameter]
    )
  }

  private func score(_ gain: Double) -> Double { gain.isNaN ? .infinity : gain }
}
