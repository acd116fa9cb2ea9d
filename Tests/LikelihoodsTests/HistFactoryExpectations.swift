import Likelihoods
import NumericalCore
import Testing

/// Names, orders, defaults, data, densities and rates against pyhf.
func expectAgreement(
  _ density: HistFactoryDensity, _ reference: HistFactoryReference,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let model = density.model
  let space = density.parameters.parameters
  #expect(space.map(\.name) == reference.par_names, sourceLocation: sourceLocation)
  #expect(model.parameterSets.map(\.name) == reference.par_order, sourceLocation: sourceLocation)
  let constrained = model.parameterSets.filter {
    model.constraints[$0.components.lowerBound] != .none
  }
  #expect(constrained.map(\.name) == reference.auxdata_order, sourceLocation: sourceLocation)
  #expect(model.channels.map(\.name) == reference.channels_order, sourceLocation: sourceLocation)
  #expect(space.map(\.initial) == reference.suggested_init, sourceLocation: sourceLocation)
  #expect(
    space.map { [$0.lower, $0.upper] } == reference.suggested_bounds,
    sourceLocation: sourceLocation)
  #expect(space.map(\.fixed) == reference.suggested_fixed, sourceLocation: sourceLocation)
  #expect(
    density.parameters.parameterOfInterest == reference.poi_index, sourceLocation: sourceLocation)
  #expect(model.measurement == reference.measurement, sourceLocation: sourceLocation)
  let data = density.data.main + density.data.auxiliary
  #expect(
    data.count == reference.data.count
      && zip(data, reference.data).allSatisfy { near($0, $1, 1e-14) },
    sourceLocation: sourceLocation)
  #expect(space.allSatisfy { $0.scale > 0 && $0.scale.isFinite }, sourceLocation: sourceLocation)

  let points = Matrix(rows: reference.points.map(\.pars), columns: space.count)
  let all = density.logLikelihoods(at: points)
  let main = density.mainLogLikelihoods(at: points)
  let constraints = density.constraintLogLikelihoods(at: points)
  for (i, point) in reference.points.enumerated() {
    let label = Comment(rawValue: "point \(i): \(all[i]) and \(point.logpdf)")
    #expect(near(all[i], point.logpdf, 1e-10), label, sourceLocation: sourceLocation)
    if let value = point.main_logpdf {
      #expect(near(main[i], value, 1e-10), "\(main[i]) \(value)", sourceLocation: sourceLocation)
    }
    if let value = point.constraint_logpdf {
      #expect(
        near(constraints[i], value, 1e-10), "\(constraints[i]) \(value)",
        sourceLocation: sourceLocation)
    }
  }
}

/// Gradient and Hessian against differences.
func expectDerivatives(
  _ density: HistFactoryDensity, at point: [Double],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let dimension = point.count
  let steps = density.parameters.parameters.map { 1e-3 * min($0.scale, 1) }
  var rows: [[Double]] = [point]
  for k in 0..<dimension {
    for shift in [-2.0, -1, 1, 2] {
      var moved = point
      moved[k] += shift * steps[k]
      rows.append(moved)
    }
  }
  let (values, gradients) = density.logLikelihoodsAndGradients(
    at: Matrix(rows: rows, columns: dimension))
  let gradient = gradients.row(0)
  for k in 0..<dimension {
    let v = Array(values[1 + 4 * k..<5 + 4 * k])
    let slope = (v[0] - 8 * v[1] + 8 * v[2] - v[3]) / (12 * steps[k])
    let noise = 1e-15 * abs(values[0]) / steps[k]
    #expect(
      abs(slope - gradient[k]) <= 1e-6 * max(1, abs(slope)) + 100 * noise,
      "\(density.parameters.names[k]): \(gradient[k]) and \(slope)",
      sourceLocation: sourceLocation)
  }
}
