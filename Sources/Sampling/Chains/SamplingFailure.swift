/// Thrown when the density fails while draws are being kept: the error, and the chains up to
/// there.
///
/// Failures before the first kept draw are thrown as they are.
public struct SamplingFailure: Error, CustomStringConvertible {
  /// What the density threw.
  public let cause: any Error
  /// The draws kept until then; their provenance has the key `incomplete`.
  public let chains: Chains
  /// Steps that were done after burn-in or warm-up.
  public let stepsDone: Int
  /// Steps that were wanted.
  public let stepsWanted: Int

  public var description: String {
    "\(cause) (after \(stepsDone) of \(stepsWanted) steps)"
  }
}
