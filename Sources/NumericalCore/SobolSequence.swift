internal import CVectorKernels

/// A Sobol sequence: points that fill the unit cube more evenly than random ones, with the
/// direction numbers of Joe and Kuo (SIAM J. Sci. Comput. 30 (2008) 2635).
///
/// Every point can be asked for by itself. With a seed the sequence is scrambled by random
/// lower-triangular matrices and a random shift (Matoušek, J. Complexity 14 (1998) 527): every
/// point is then uniform, and the evenness stays. The first 2ᵏ points are the even ones.
public struct SobolSequence: Sendable {
  /// The most dimensions that there are direction numbers for.
  public static let largestDimension = Int(VK_SOBOL_DIMENSIONS)

  /// Number of coordinates.
  public let dimension: Int
  /// 32 direction numbers a dimension.
  private var directions: [UInt32]
  /// One shift a dimension.
  private var shifts: [UInt32]
  /// Added to the 32 bits, in units of 2⁻³²: half a step where the sequence is scrambled, so that no
  /// coordinate is 0 or 1.
  private let offset: Double

  /// A sequence in `dimension` dimensions, scrambled if there is a seed.
  ///
  /// - Precondition: 1 to ``largestDimension`` dimensions.
  public init(dimension: Int, seed: UInt64? = nil) {
    precondition(
      (1...Self.largestDimension).contains(dimension),
      "Sobol sequences have 1 to \(Self.largestDimension) dimensions, not \(dimension)")
    self.dimension = dimension
    directions = [UInt32](repeating: 0, count: 32 * dimension)
    shifts = [UInt32](repeating: 0, count: dimension)
    offset = seed == nil ? 0 : 0.5
    directions.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      vk_sobol_directions(Int64(dimension), base)
    }
    guard let seed else { return }
    let stream = RandomStream(seed: seed, purpose: "Sobol scrambling")
    for j in 0..<dimension {
      var random = stream.sequence(walker: j)
      scramble(j, &random)
    }
  }

  /// Multiplies the direction numbers of a dimension with a random lower-triangular matrix.
  private mutating func scramble(_ j: Int, _ random: inout RandomSequence) {
    shifts[j] = UInt32(truncatingIfNeeded: random.next())
    // Row `r` (from the top bit): ones on the diagonal, random bits above it in significance.
    let rows = (0..<32).map { r -> UInt32 in
      let diagonal: UInt32 = 1 << (31 - r)
      let higher = r == 0 ? 0 : ~(UInt32.max >> r)
      return diagonal | (UInt32(truncatingIfNeeded: random.next()) & higher)
    }
    for i in 0..<32 {
      let v = directions[32 * j + i]
      directions[32 * j + i] = rows.enumerated().reduce(0) { result, row in
        let parity = UInt32((row.element & v).nonzeroBitCount & 1)
        return result | parity << (31 - row.offset)
      }
    }
  }

  /// Writes the coordinates of point `index` (from 0) into `point`; in [0, 1), and in (0, 1) where
  /// the sequence is scrambled.
  ///
  /// - Precondition: an index from 0 below 2³².
  public func write(_ index: Int, into point: inout [Double]) {
    precondition(index >= 0 && index <= UInt32.max, "points are counted from 0 to 2^32 - 1")
    let gray = UInt32(index) ^ (UInt32(index) >> 1)
    for j in 0..<dimension {
      var bits = shifts[j]
      var rest = gray
      while rest != 0 {
        bits ^= directions[32 * j + rest.trailingZeroBitCount]
        rest &= rest - 1
      }
      point[j] = (Double(bits) + offset) * 0x1p-32
    }
  }

  /// The first `count` points, one a row.
  public func points(_ count: Int) -> Matrix<Double> {
    var result = Matrix<Double>(rows: count, columns: dimension, repeating: 0)
    var point = [Double](repeating: 0, count: dimension)
    for i in 0..<count {
      write(i, into: &point)
      result.setRow(i, to: point)
    }
    return result
  }
}
