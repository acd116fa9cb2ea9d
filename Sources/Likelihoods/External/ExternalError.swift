/// What goes wrong with a likelihood that another program computes.
public enum ExternalError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A call of the program: which program, what was asked, how often it was tried.
  public struct Call: Equatable, Sendable {
    /// The address of the server, or the path of the library.
    public var program: String
    /// What was asked, e.g. `POST /Evaluate of model 'posterior'`.
    public var request: String
    /// How often it was asked; more than once after a failure that may pass.
    public var attempts: Int

    /// A call.
    public init(program: String, request: String, attempts: Int = 1) {
      self.program = program
      self.request = request
      self.attempts = attempts
    }
  }

  /// The program could not be reached, did not answer in time, or failed, at every attempt.
  case unavailable(Call, reason: String)
  /// The program answered that it cannot or will not do this.
  case refused(Call, reason: String)
  /// The answer is not what was asked for.
  case answer(Call, expected: String, found: String)
  /// The answer is a number that is no log density: NaN or +∞.
  case value(Call, point: [String], found: Double)
  /// The program does not fit the likelihood: another model, other parameters, a missing function.
  case mismatch(program: String, subject: String, expected: String, found: String)

  /// Whether the input has to be corrected; otherwise the program has failed at its work.
  public var isMismatch: Bool {
    if case .mismatch = self { return true }
    return false
  }

  public var description: String {
    switch self {
    case .unavailable(let call, let reason):
      return "\(call.place), \(call.tries): expected an answer, found \(reason)"
    case .refused(let call, let reason):
      return "\(call.place), \(call.tries): refused: \(reason)"
    case .answer(let call, let expected, let found):
      return "\(call.place), \(call.tries): expected \(expected), found \(found)"
    case .value(let call, let point, let found):
      let shown =
        point.prefix(12).joined(separator: ", ") + (point.count > 12 ? ", …" : "")
      return "\(call.place): expected a number or -∞ as log density, found \(found) at \(shown)"
    case .mismatch(let program, let subject, let expected, let found):
      return "\(program), \(subject): expected \(expected), found \(found)"
    }
  }
}

extension ExternalError.Call {
  fileprivate var place: String { "\(program), \(request)" }
  fileprivate var tries: String { attempts == 1 ? "1 attempt" : "\(attempts) attempts" }
}
