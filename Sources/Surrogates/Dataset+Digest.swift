internal import Foundation
internal import Likelihoods
internal import NumericalCore

extension Dataset {
  /// 16 hexadecimal digits that stand for everything a training takes from the data set:
  /// parameters, points, log-posteriors, gradients, samples, split and prior.
  public var digest: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var digest = Digest()
    for part in [try? encoder.encode(parameters), prior.flatMap { try? encoder.encode($0) }] {
      digest.add(part.map { String(decoding: $0, as: UTF8.self) } ?? "")
    }
    digest.add(points.elements)
    digest.add(logPosteriors)
    digest.add(gradients?.elements ?? [])
    for name in sampleNames { digest.add(name) }
    digest.add(sampleOfPoint.map(Double.init))
    digest.add(split.roles.map { Double($0.rawValue) })
    return digest.text
  }
}

/// A hash of 64 bits, for telling inputs apart that were not made to be alike: FNV-1a over words
/// instead of bytes, with the high bits folded back.
struct Digest {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  private mutating func add(word: UInt64) {
    hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
    hash ^= hash >> 29
  }

  /// Takes note of a text.
  mutating func add(_ text: String) {
    for byte in text.utf8 { add(word: UInt64(byte)) }
    add(word: 0xffff)
  }

  /// Takes note of numbers and of how many they are.
  mutating func add(_ numbers: [Double]) {
    for number in numbers { add(word: number.bitPattern) }
    add(word: UInt64(numbers.count))
  }

  /// The hash as 16 hexadecimal digits.
  var text: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
