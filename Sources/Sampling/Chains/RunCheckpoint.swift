internal import Foundation
internal import NumericalCore

/// Everything that a run needs to go on after a step as if it had never stopped. Random numbers
/// are functions of seed and step, so that no generator is part of it.
struct RunCheckpoint: Equatable {
  /// Number of the last step that was done; burn-in counts.
  var number = 0
  /// Kept steps.
  var kept = 0
  /// Sums over the steps after burn-in.
  var sums: RunSums
  /// The walkers as the kernel sees them.
  var positions: Matrix<Double>
  var logDensities: [Double]
  var gradients: Matrix<Double>?
  /// What the kernel has learned, as JSON.
  var tuning: Data
}

/// What a kernel has learned and what its walkers have, as it is stored.
struct SavedTuning<Tuning: Codable>: Codable {
  var kernel: Tuning
  var slice: SliceTuning?

  func encoded() throws -> Data { try ChainFileLayout.encoder.encode(self) }
}

/// Sums over the steps of a run.
struct RunSums: Equatable {
  /// Sum of the acceptances of every walker.
  var acceptance: [Double]
  var divergences = 0
  /// Number of steps in the sums.
  var steps = 0

  init(walkers: Int) { acceptance = Array(repeating: 0, count: walkers) }

  mutating func add(_ info: StepInfo) {
    steps += 1
    for k in acceptance.indices { acceptance[k] += info.acceptance[k] }
    divergences += info.divergences
  }

  /// Mean acceptance of every walker.
  var means: [Double] { acceptance.map { $0 / Double(max(1, steps)) } }
}

extension RunCheckpoint {
  init(_ state: WalkerState, number: Int, kept: Int, sums: RunSums, tuning: Data) {
    self.init(
      number: number, kept: kept, sums: sums, positions: state.positions,
      logDensities: state.logDensities, gradients: state.gradients, tuning: tuning)
  }

  /// The walkers where the run goes on.
  var state: WalkerState {
    WalkerState(positions: positions, logDensities: logDensities, gradients: gradients)
  }
}

/// As bytes: a mark, lengths, the numbers, and a checksum that tells a half-written record.
extension RunCheckpoint {
  private static let mark: UInt64 = 0x3154_504b_434e_4e44  // "DNNCKPT1"
  private static let fixedWords = 10

  /// The record; `sequence` orders the records of a file.
  func encoded(sequence: Int) -> [UInt8] {
    var words: [UInt64] = [Self.mark, 0, UInt64(sequence)]
    words += [
      number, kept, sums.steps, sums.divergences, positions.rows, positions.columns,
      gradients == nil ? 0 : 1,
    ].map { UInt64($0) }
    for values in [sums.acceptance, logDensities, positions.elements, gradients?.elements ?? []] {
      words += values.map(\.bitPattern)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * words.count + tuning.count + 16)
    words[1] = UInt64(8 * words.count + tuning.count)
    words.withUnsafeBytes { bytes += $0 }
    bytes += tuning
    let sum = Self.checksum(bytes[...])
    withUnsafeBytes(of: sum) { bytes += $0 }
    return bytes
  }

  /// Length of records of this size in bytes, with room for a tuning.
  static func room(walkers: Int, columns: Int, gradients: Bool, tuning: Int) -> Int {
    let numbers = walkers * (2 + columns * (gradients ? 2 : 1))
    return 8 * (fixedWords + numbers + 1) + max(4096, 2 * tuning)
  }

  /// A record and its place in the order; `nil` if it is none, or was only half written.
  static func decoded(_ bytes: [UInt8]) -> (checkpoint: RunCheckpoint, sequence: Int)? {
    func word(_ index: Int) -> UInt64 {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) }
    }
    guard bytes.count >= 8 * (fixedWords + 1), word(0) == mark,
      let length = Int(exactly: word(1)), length >= 8 * fixedWords, length <= bytes.count - 8,
      bytes.withUnsafeBytes({
        $0.loadUnaligned(fromByteOffset: length, as: UInt64.self)
      }) == checksum(bytes[..<length])
    else { return nil }
    let counts = (2..<fixedWords).map { Int(word($0)) }
    let (walkers, columns, hasGradients) = (counts[5], counts[6], counts[7] == 1)
    var place = fixedWords
    func doubles(_ count: Int) -> [Double] {
      defer { place += count }
      return (place..<place + count).map { Double(bitPattern: word($0)) }
    }
    var sums = RunSums(walkers: walkers)
    sums.acceptance = doubles(walkers)
    (sums.steps, sums.divergences) = (counts[3], counts[4])
    let values = doubles(walkers)
    let positions = doubles(walkers * columns)
    let gradients = hasGradients ? doubles(walkers * columns) : nil
    func matrix(_ elements: [Double]) -> Matrix<Double> {
      Matrix(rows: walkers, columns: columns, elements: elements)
    }
    let checkpoint = RunCheckpoint(
      number: counts[1], kept: counts[2], sums: sums, positions: matrix(positions),
      logDensities: values, gradients: gradients.map(matrix),
      tuning: Data(bytes[(8 * place)..<length]))
    return (checkpoint, counts[0])
  }

  /// FNV-1a.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    bytes.withUnsafeBufferPointer { buffer in
      for byte in buffer { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    return hash
  }
}
