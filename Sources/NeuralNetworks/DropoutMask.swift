internal import NumericalCore

/// What is dropped in one step of training.
///
/// Whether an element is dropped is a function of the seed, the step, the layer, the row of the
/// batch and the column alone: the same on any number of threads, and after a resumption.
public struct DropoutMask: Sendable {
  let key: SIMD2<UInt32>
  let step: UInt32
  /// Elements whose random word is below are dropped.
  let threshold: UInt32
  /// Kept elements become `scale` x + `shift`.
  let scale, shift: Double
  /// What dropped elements become.
  let dropped: Double

  /// The mask of a step, counted from 0.
  init(_ dropout: Dropout, seed: UInt64, step: Int) {
    key = RandomStream(seed: seed, purpose: "dropout").keyWords
    self.step = UInt32(truncatingIfNeeded: step)
    let rate = dropout.rate
    threshold = UInt32(min(0xffff_ffff, (rate * 0x1p32).rounded(.up)))
    switch dropout {
    case .standard:
      scale = 1 / (1 - rate)
      shift = 0
      dropped = 0
    case .alpha:
      let least = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717
      scale = 1 / ((1 - rate) * (1 + rate * least * least)).squareRoot()
      shift = -scale * rate * least
      dropped = scale * least + shift
    }
  }
}
