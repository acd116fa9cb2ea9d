internal import NumericalCore
internal import Surrogates

extension Dataset {
  /// A random part of the training points, as large a part of the validation points, and all test
  /// points; the order of the points stays.
  ///
  /// Points keep their role, so that points that were split together stay together.
  ///
  /// - Throws: ``InputError`` if there are not as many training points.
  func subset(training count: Int, seed: UInt64) throws -> Dataset {
    let training = indices(.training)
    let validation = indices(.validation)
    guard count >= 2, count <= training.count else {
      throw InputError.value(
        "points",
        expected: "at least 2 and at most the \(training.count) training points of the "
          + "data set", found: "\(count)")
    }
    let share = Double(count) / Double(training.count)
    let validationCount = max(1, Int((share * Double(validation.count)).rounded()))
    func choose(_ rows: [Int], _ n: Int, _ purpose: String) -> [Int] {
      var random = RandomStream(seed: seed, purpose: purpose).sequence()
      return random.permutation(rows.count).prefix(n).map { rows[$0] }
    }
    let rows =
      (choose(training, count, "scan training")
      + choose(validation, validationCount, "scan validation") + indices(.test)).sorted()
    return try Dataset(
      parameters: parameters, points: points.selectingRows(rows),
      logPosteriors: rows.map { logPosteriors[$0] },
      logLikelihoods: logLikelihoods.map { values in rows.map { values[$0] } },
      logPriors: logPriors.map { values in rows.map { values[$0] } },
      gradients: gradients?.selectingRows(rows), sampleNames: sampleNames,
      sampleOfPoint: rows.map { sampleOfPoint[$0] },
      split: Split(roles: rows.map { split.roles[$0] }), prior: prior, provenance: provenance)
  }
}
