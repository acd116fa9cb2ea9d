public import NumericalCore

/// A prior that is a product of independent priors, one for each parameter in order, and of
/// multivariate normal blocks of some of them.
///
/// A parameter that only a block describes has a flat factor. The JSON form without blocks is an
/// object with the array `factors`; `blocks` and `logConstant` are written where they say
/// something.
public struct ProductPrior: Sendable, Equatable {
  /// A multivariate normal factor of several parameters.
  public struct Block: Codable, Sendable, Equatable {
    /// The position of every parameter of the block.
    public let columns: [Int]
    /// Its distribution, in the order of ``columns``.
    public let normal: MultivariateNormalPrior

    /// A block at the given positions.
    ///
    /// - Precondition: one position per parameter of the block.
    public init(columns: [Int], normal: MultivariateNormalPrior) {
      precondition(columns.count == normal.names.count, "one column per parameter of the block")
      self.columns = columns
      self.normal = normal
    }
  }

  /// One prior per parameter.
  public let factors: [ParameterPrior]
  /// Normal distributions of several parameters together.
  public let blocks: [Block]
  /// A constant that is added to the log density, such as the prior of a parameter that is held
  /// at a value; 0 as a rule.
  public let logConstant: Double

  /// The product of the given priors.
  ///
  /// - Precondition: the blocks' columns are positions of `factors`.
  public init(_ factors: [ParameterPrior], blocks: [Block] = [], logConstant: Double = 0) {
    precondition(
      blocks.allSatisfy { $0.columns.allSatisfy(factors.indices.contains) },
      "a block of a parameter that the prior does not have")
    self.factors = factors
    self.blocks = blocks
    self.logConstant = logConstant
  }

  /// No prior: 0 everywhere.
  static func flat(_ count: Int, logConstant: Double = 0) -> ProductPrior {
    ProductPrior(Array(repeating: .flat(), count: count), logConstant: logConstant)
  }

  /// Whether values can be drawn: a parameter has a proper factor or belongs to one block.
  public var isProper: Bool {
    let described = blocks.flatMap(\.columns)
    return Set(described).count == described.count
      && factors.indices.allSatisfy {
        described.contains($0) ? factors[$0] == .flat() : factors[$0].isProper
      }
  }

  /// The log-prior of every row of `points`.
  public func logDensities(at points: Matrix<Double>) -> [Double] {
    precondition(points.columns == factors.count, "the prior has \(factors.count) parameters")
    var values = [Double](repeating: logConstant, count: points.rows)
    terms.add(at: points, to: &values, gradients: nil)
    return values
  }

  /// The log-prior and its gradient for every row of `points`; zero where the log-prior is -∞.
  public func logDensitiesAndGradients(
    at points: Matrix<Double>
  ) -> (values: [Double], gradients: Matrix<Double>) {
    precondition(points.columns == factors.count, "the prior has \(factors.count) parameters")
    var values = [Double](repeating: logConstant, count: points.rows)
    var gradients = Matrix<Double>(rows: points.rows, columns: points.columns, repeating: 0)
    gradients.elements.withUnsafeMutableBufferPointer {
      terms.add(at: points, to: &values, gradients: $0.baseAddress)
    }
    return (values, gradients)
  }

  /// `count` random points, one a row; point `i` depends on the stream and `i` alone.
  ///
  /// - Precondition: ``isProper``.
  public func draw(_ count: Int, stream: RandomStream) -> Matrix<Double> {
    let described = Set(blocks.flatMap(\.columns))
    var result = Matrix<Double>(rows: count, columns: factors.count, repeating: 0)
    for i in 0..<count {
      var random = stream.sequence(walker: i)
      for j in factors.indices where !described.contains(j) {
        result[i, j] = factors[j].draw(&random)
      }
      for block in blocks {
        for (j, value) in zip(block.columns, block.normal.draw(&random)) { result[i, j] = value }
      }
    }
    return result
  }

  private var terms: PriorTerms {
    PriorTerms(
      factors: factors.enumerated().filter { $0.element != .flat() }.map {
        ($0.offset, $0.element)
      },
      blocks: blocks)
  }
}

extension ProductPrior: Codable {
  private enum CodingKeys: String, CodingKey { case factors, blocks, logConstant }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let factors = try values.decode([ParameterPrior].self, forKey: .factors)
    let blocks = try values.decodeIfPresent([Block].self, forKey: .blocks) ?? []
    do {
      for factor in factors { _ = try factor.validated() }
      for block in blocks
      where block.columns.count != block.normal.names.count
        || !block.columns.allSatisfy(factors.indices.contains)
      {
        throw PriorError.malformedProduct(
          "a block has the columns \(block.columns), expected \(block.normal.names.count) "
            + "positions of \(factors.count) parameters")
      }
    } catch let error as PriorError {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(error)"))
    }
    self.init(
      factors, blocks: blocks,
      logConstant: try values.decodeIfPresent(Double.self, forKey: .logConstant) ?? 0)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(factors, forKey: .factors)
    if !blocks.isEmpty { try values.encode(blocks, forKey: .blocks) }
    if logConstant != 0 { try values.encode(logConstant, forKey: .logConstant) }
  }
}
