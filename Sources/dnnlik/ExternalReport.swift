import DNNLikelihood

/// How often another program was asked, on standard error; nothing where none was.
enum ExternalReport {
  static func show() {
    let calls = ExternalCalls.total
    guard calls.values > 0 else { return }
    let gradients = calls.gradients > 0 ? " and \(calls.gradients) gradients" : ""
    let repeated =
      calls.repetitions > 0 ? "; \(calls.repetitions) requests were repeated" : ""
    Failure.say("asked the likelihood for \(calls.values) values\(gradients)\(repeated)")
  }
}
