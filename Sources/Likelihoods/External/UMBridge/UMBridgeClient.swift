internal import Foundation
internal import Synchronization

/// Sends the requests of the protocol to one server, and again after failures that may pass.
///
/// A lost connection, no answer in time and a status of 500 or above (unless it comes with an error
/// of the model) may pass; everything else is final.
final class UMBridgeClient: Sendable {
  let address: UMBridgeAddress
  let timeout: Double
  let policy: RetryPolicy
  /// Channels that are open and not in use.
  private let idle = Mutex<[any HTTPChannel]>([])

  init(_ address: UMBridgeAddress, timeout: Double, policy: RetryPolicy) {
    self.address = address
    // No clock can count to the largest numbers.
    self.timeout = timeout > 0 ? min(timeout, UMBridgeModel.Options.longestTimeout) : 0
    self.policy = policy
  }

  /// Posts a request of the protocol, e.g. `Evaluate`, and returns the answer.
  func post(_ name: String, _ content: [String: UMBridgeValue]) throws(ExternalError)
    -> UMBridgeValue
  {
    try answer("POST", name, Array(UMBridgeValue.object(content).text.utf8))
  }

  /// Asks for a page of the protocol, e.g. `Info`.
  func get(_ name: String) throws(ExternalError) -> UMBridgeValue {
    try answer("GET", name, [])
  }

  /// A call of this server, for messages.
  func call(_ request: String, attempts: Int = 1) -> ExternalError.Call {
    .init(program: address.server, request: request, attempts: attempts)
  }

  private func answer(
    _ method: String, _ name: String, _ body: [UInt8]
  ) throws(ExternalError) -> UMBridgeValue {
    var attempt = 1
    while true {
      let call = call("\(method) /\(name)", attempts: attempt)
      let reason: String
      switch request(method, name, body) {
      case .success(let reply):
        guard let passing = try Self.passingFailure(reply, call) else {
          return try Self.value(reply, call)
        }
        reason = passing
      case .failure(.malformed(let text)):
        throw .answer(call, expected: "an HTTP answer", found: text)
      case .failure(let failure): reason = failure.reason
      }
      guard attempt <= policy.retries else { throw .unavailable(call, reason: reason) }
      Thread.sleep(forTimeInterval: policy.wait(after: attempt))
      attempt += 1
      ExternalCalls.count(repetitions: 1)
    }
  }

  private func request(
    _ method: String, _ name: String, _ body: [UInt8]
  ) -> Result<HTTPReply, HTTPFailure> {
    let channel =
      idle.withLock { $0.popLast() }
      ?? (address.isSecure
        ? SecureHTTPChannel(address) as any HTTPChannel : HTTPConnection(address))
    defer { idle.withLock { $0.append(channel) } }
    do {
      return .success(
        try channel.send(method, "\(address.folder)/\(name)", body: body, timeout: timeout))
    } catch {
      return .failure(error)
    }
  }

  /// Why an answer is a failure that may pass; `nil` if it is none.
  private static func passingFailure(
    _ reply: HTTPReply, _ call: ExternalError.Call
  ) throws(ExternalError) -> String? {
    let text = "HTTP status \(reply.status): '\(shown(reply.body))'"
    if reply.status == 200 { return nil }
    if let error = modelError(reply) { throw .refused(call, reason: error) }
    if reply.status >= 500 || reply.status == 429 || reply.status == 408 { return text }
    throw .refused(call, reason: text)
  }

  private static func value(
    _ reply: HTTPReply, _ call: ExternalError.Call
  ) throws(ExternalError) -> UMBridgeValue {
    if let error = modelError(reply) { throw .refused(call, reason: error) }
    do {
      return try UMBridgeParser.parse(reply.body)
    } catch {
      throw .answer(
        call, expected: "JSON (\(error.expected) at byte \(error.offset))",
        found: "'\(shown(reply.body))'")
    }
  }

  /// The error of the protocol, `{"error": {"type": …, "message": …}}`, if the answer is one.
  private static func modelError(_ reply: HTTPReply) -> String? {
    guard let error = (try? UMBridgeParser.parse(reply.body))?["error"] else { return nil }
    guard case .string(let type)? = error["type"] else { return error.text }
    guard case .string(let message)? = error["message"] else { return type }
    return "\(type): \(message)"
  }

  private static func shown(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
      + (bytes.count > 200 ? "…" : "")
  }
}
