internal import NumericalCore

/// The second half of a step: the derivatives by the parameters, and the optimiser.
extension TrainingStep {
  /// Moves all parameters. Each thread takes a slice of every layer, whose derivatives are still
  /// near when the optimiser wants them.
  ///
  /// - Parameters:
  ///   - used: parts of the batch that have rows.
  ///   - count: rows of the batch.
  func updateParameters(_ used: Int, _ count: Int, rate: Double, number: Int) {
    let slices = parts.count
    parallelFor(slices) { range in
      for slice in range {
        for index in parts[0].plan.layers.indices.reversed() {
          update(index, slice, of: slices, used, count, rate, number)
        }
      }
    }
    guard let normalization = parts[0].normalization else { return }
    let units = normalization.units
    let plan = parts[0].plan
    move(
      units, along: parts[0].buffer + plan.scaleGradient, rate, number, normalization.scales,
      normalization.firstMoment, normalization.secondMoment)
    Scalar.moveTowards(
      count: 2 * units, 1 - normalization.configuration.momentum,
      parts[0].buffer + plan.batchAverages, x: normalization.averages)
  }

  /// Moves a slice of the parameters of a layer: weights from some inputs, biases of some outputs.
  private func update(
    _ index: Int, _ slice: Int, of slices: Int, _ used: Int, _ count: Int, _ rate: Double,
    _ number: Int
  ) {
    let layer = parts[0].plan.layers[index]
    let units = rows(slice, of: slices, layer.inputs)
    for part in 0..<used {
      parts[part].weightGradient(
        index, units: units, UnsafePointer(parts[part].buffer + parts[part].plan.batchInputs),
        rows: rows(part, of: used, count).count, adding: part > 0,
        into: gradient + layer.weights.lowerBound)
    }
    let start = layer.weights.lowerBound + units.lowerBound * layer.outputs
    let weights = start..<start + units.count * layer.outputs
    addPenalty(weights)
    move(weights, rate, number)
    let outputs = rows(slice, of: slices, layer.outputs)
    let biases = layer.biases.lowerBound + outputs.lowerBound
    guard !outputs.isEmpty, let first = parts[0].biasGradient(index) else { return }
    (gradient + biases).update(from: first + outputs.lowerBound, count: outputs.count)
    for part in parts[1..<used] {
      guard let others = part.biasGradient(index) else { return }
      Scalar.addScaled(
        count: outputs.count, 1, others + outputs.lowerBound, to: gradient + biases)
    }
    move(biases..<biases + outputs.count, rate, number)
  }

  private func move(_ range: Range<Int>, _ rate: Double, _ number: Int) {
    let start = range.lowerBound
    move(
      range.count, along: gradient + start, rate, number, parameters + start, firstMoment + start,
      secondMoment + start)
  }

  /// Lets the optimiser move `count` numbers.
  private func move(
    _ count: Int, along gradient: UnsafePointer<Scalar>, _ rate: Double, _ number: Int,
    _ parameters: UnsafeMutablePointer<Scalar>, _ firstMoment: UnsafeMutablePointer<Scalar>,
    _ secondMoment: UnsafeMutablePointer<Scalar>
  ) {
    let optimizer = trainer.configuration.optimizer
    let gradient = SharedRows(gradient)
    let parameters = DisjointRows(parameters)
    let firstMoment = DisjointRows(firstMoment)
    let secondMoment = DisjointRows(secondMoment)
    parallelFor(count, grain: 16384) { part in
      let start = part.lowerBound
      optimizer.step(
        count: part.count, rate: rate, number: number, gradient: gradient.base + start,
        firstMoment: firstMoment.base + start, secondMoment: secondMoment.base + start,
        parameters: parameters.base + start)
    }
  }

  /// Adds the derivatives of the penalties by weights.
  private func addPenalty(_ weights: Range<Int>) {
    let (l1, l2) = (trainer.configuration.l1, trainer.configuration.l2)
    let start = weights.lowerBound
    if l2 > 0 {
      Scalar.addScaled(count: weights.count, 2 * l2, parameters + start, to: gradient + start)
    }
    if l1 > 0 {
      Scalar.addSigns(count: weights.count, l1, parameters + start, to: gradient + start)
    }
  }
}
