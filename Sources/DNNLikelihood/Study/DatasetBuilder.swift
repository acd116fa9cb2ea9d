public import Inference
internal import Likelihoods
internal import NumericalCore
public import Sampling
public import Surrogates

/// Builds data sets by the designs of arXiv:1911.03305 and our own.
public struct DatasetBuilder: Sendable, Codable {
  /// Where the points come from.
  public enum Design: Sendable, Codable, Equatable {
    /// S1: random draws of unbiased chains.
    case unbiased
    /// S2: the walk from the profile-likelihood ridge to the bulk.
    case ridgeWalk
    /// S3: 70 % of S1 and 30 % of S2, with all S2 points above a log density.
    case mixed(threshold: Double)
    /// Points of a scrambled Sobol sequence that cover the prior, or where it is flat the auxiliary
    /// measurements and bounds.
    case spaceFilling
  }

  /// The design.
  public var design: Design
  /// Points of the design.
  public var points: Int
  /// Further points around the ridge at every scale (``Sampling/RidgeDesign``).
  public var ridgePoints: Int
  /// Steps of the walkers of S2.
  public var walkSteps: Int
  /// Fraction of the points for validation.
  public var validation: Double
  /// Fraction of the points for the final test.
  public var test: Double
  /// Whether gradients are stored; by default where the density computes an analytic one itself.
  public var withGradients: Bool?
  /// Seed of all choices.
  public var seed: UInt64
  /// Profiled maxima on the ridge, which are also the starts of the walkers of S2; 200 in the paper.
  public var ridgeMaxima: Int
  /// Range of the parameter of interest along the ridge; -1 to 1 in the paper.
  public var ridgeRange: ClosedRange<Double>?
  /// Fraction of unbiased points of ``Design/mixed(threshold:)``.
  public var unbiasedFraction: Double

  /// A builder.
  public init(
    design: Design, points: Int, ridgePoints: Int = 0, walkSteps: Int = 100_000,
    validation: Double = 0.1, test: Double = 0.1, withGradients: Bool? = nil,
    ridgeMaxima: Int = 200, ridgeRange: ClosedRange<Double>? = nil,
    unbiasedFraction: Double = MixedDesign.paperFraction, seed: UInt64 = 1
  ) {
    self.design = design
    self.points = points
    self.ridgePoints = ridgePoints
    self.walkSteps = walkSteps
    self.validation = validation
    self.test = test
    self.withGradients = withGradients
    self.ridgeMaxima = ridgeMaxima
    self.ridgeRange = ridgeRange
    self.unbiasedFraction = unbiasedFraction
    self.seed = seed
  }

  /// Builds the data set. The density is asked for the values that are not in the chains already,
  /// and for the ridge.
  ///
  /// - Parameters:
  ///   - density: the likelihood with its prior.
  ///   - chains: unbiased chains of it, which S1 and S3 need.
  ///   - best: its maximum, if it is known already.
  ///   - onProgress: return false to stop.
  /// - Throws: ``InputError`` for missing or too short chains or other parameters, errors of the
  ///   stages.
  public func build<Density: Posterior>(
    _ density: Density, chains: Chains?, best: FitResult? = nil,
    onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> Dataset {
    try requirePositive("points", points)
    try requirePositive("steps of the walk", walkSteps)
    try requirePositive("profiled maxima", ridgeMaxima)
    guard ridgePoints >= 0 else {
      throw InputError.value("ridge points", expected: "at least 0", found: "\(ridgePoints)")
    }
    var samples: [Dataset.Sample] = []
    switch design {
    case .unbiased: samples.append(try unbiased(points, chains, of: density))
    case .mixed:
      guard (0...1).contains(unbiasedFraction) else {
        throw InputError.value(
          "unbiased fraction", expected: "a number from 0 to 1", found: "\(unbiasedFraction)")
      }
      let count = Int((unbiasedFraction * Double(points)).rounded())
      samples.append(try unbiased(count, chains, of: density))
    case .spaceFilling: samples.append(try spaceFilling(density))
    case .ridgeWalk: break
    }
    let walks = design != .unbiased && design != .spaceFilling
    if walks || ridgePoints > 0 {
      let ridge = try Ridge(
        of: density, maxima: ridgeMaxima, in: ridgeRange, seed: seed, best: best)
      if walks {
        samples.append(try walk(density, from: ridge, have: samples, onProgress))
      }
      if ridgePoints > 0 {
        samples.append(try ridgeSample(ridge, density, beside: samples))
      }
    }
    return try Dataset(
      samples: samples, of: density,
      withGradients: withGradients ?? Self.hasCheapGradient(density), validation: validation,
      test: test, seed: seed, provenance: ["version": frameworkVersion, "design": "\(design)"])
  }

  /// Whether gradients cost little: no differences, and no calls of another program, which are
  /// what can fail.
  private static func hasCheapGradient<Density: Posterior>(_ density: Density) -> Bool {
    !density.gradientIsDifferenced && Density.Failure.self == Never.self
  }

  /// Points around the ridge, without those far below the samples so far: where the valley of the
  /// density is curved, the normal distribution around a maximum leads out of it, and a few points
  /// thousands of nats down would be all that a network learns.
  private func ridgeSample(
    _ ridge: Ridge, _ density: some Posterior, beside samples: [Dataset.Sample]
  ) throws -> Dataset.Sample {
    let points = RidgeDesign(seed: seed).points(ridgePoints, around: ridge.points)
    let values = try density.logDensities(at: points)
    let others = samples.flatMap { $0.logDensities ?? [] }.filter(\.isFinite)
    guard let lowest = others.min(), let highest = others.max() else {
      return .init("ridge", points, logDensities: values)
    }
    let floor = lowest - (highest - lowest)
    let kept = values.indices.filter { values[$0] >= floor }
    return .init(
      "ridge", points.selectingRows(kept), logDensities: kept.map { values[$0] })
  }

  private func requirePositive(_ field: String, _ value: Int) throws {
    guard value > 0 else {
      throw InputError.value(field, expected: "at least 1", found: "\(value)")
    }
  }

  /// Points that cover the prior evenly.
  private func spaceFilling(_ density: some Posterior) throws -> Dataset.Sample {
    guard density.parameters.count <= SobolSequence.largestDimension else {
      throw InputError.value(
        "parameters of a space-filling design",
        expected: "at most \(SobolSequence.largestDimension)", found: "\(density.parameters.count)")
    }
    let cube = SobolSequence(dimension: density.parameters.count, seed: seed).points(points)
    do {
      return .init("sobol", try density.coveringPrior().points(atProbabilities: cube))
    } catch PriorError.unknownPrior {
      throw InputError.value(
        "a space-filling design",
        expected: "a prior of every parameter, which says what to cover "
          + "(a .yaml file gives them to a likelihood)",
        found: "a likelihood whose priors are not known")
    }
  }

  /// Random draws of the chains, with their log densities if the chains are of this density.
  private func unbiased(
    _ count: Int, _ chains: Chains?, of density: some Posterior
  ) throws -> Dataset.Sample {
    guard let chains, chains.names == density.parameters.names else {
      throw InputError.value(
        "chains", expected: "draws of the parameters of the likelihood",
        found: chains == nil ? "none" : "other parameters")
    }
    guard chains.positions.rows >= count else {
      throw InputError.value(
        "points", expected: "at most the \(chains.positions.rows) draws of the chains",
        found: "\(count)")
    }
    var random = RandomStream(seed: seed, purpose: "choice of unbiased points").sequence()
    let chosen = Array(random.permutation(chains.positions.rows).prefix(count))
    let points = chains.positions.selectingRows(chosen)
    let values = chosen.map { chains.logDensities[$0] }
    let isKnown = try Self.agree(density, points, values)
    // Chains of a power of the density are a sample of their own kind.
    let name = chains.power == 1 ? "S1" : "S1^\(chains.power)"
    return .init(name, points, logDensities: isKnown ? values : nil)
  }

  /// Whether values are those of a density, from the first few points: chains may have been made
  /// with another normalisation, or in another precision.
  private static func agree(
    _ density: some Posterior, _ points: Matrix<Double>, _ values: [Double]
  ) throws -> Bool {
    let count = min(8, points.rows)
    let exact = try density.logDensities(at: points.rows(in: 0..<count))
    return zip(exact, values).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($0)) }
  }

  /// The points of S2, all of them or those that the mixture takes.
  private func walk<Density: Posterior>(
    _ density: Density, from ridge: Ridge, have samples: [Dataset.Sample],
    _ onProgress: (SamplingProgress) -> Bool
  ) throws -> Dataset.Sample {
    let starts = Matrix(rows: ridge.points.map(\.values), columns: density.parameters.count)
    let walk = try RidgeWalk(steps: walkSteps, seed: seed).points(
      points, of: density, from: starts, onProgress: onProgress)
    guard case .mixed(let threshold) = design else {
      guard walk.points.rows == points else {
        throw InputError.value(
          "points of the walk",
          expected: "at most the \(walk.points.rows) distinct positions kept (take more steps)",
          found: "\(points)")
      }
      return .init("S2", walk.points, logDensities: walk.logDensities)
    }
    let choice = try MixedDesign(
      unbiasedFraction: unbiasedFraction, threshold: threshold, seed: seed
    ).choose(
      points, unbiased: samples.first?.points.rows ?? 0, biased: walk.logDensities)
    return .init(
      "S2", walk.points.selectingRows(choice.biased),
      logDensities: choice.biased.map { walk.logDensities[$0] })
  }
}
