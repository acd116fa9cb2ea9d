internal import Dispatch
internal import Foundation
internal import Synchronization

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// Requests over an encrypted connection, by `URLSession`.
///
/// The answer comes on the session's own queue; the calling thread waits for it.
final class SecureHTTPChannel: HTTPChannel {
  private let root: String
  private let session: URLSession

  init(_ address: UMBridgeAddress) {
    root = "https://\(address.hostText):\(address.port)"
    let configuration = URLSessionConfiguration.ephemeral
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    session = URLSession(configuration: configuration)
  }

  deinit { session.invalidateAndCancel() }

  func send(
    _ method: String, _ path: String, body: [UInt8], timeout: Double
  ) throws(HTTPFailure) -> HTTPReply {
    guard let url = URL(string: root + path) else { throw .unreachable("address \(root + path)") }
    var request = URLRequest(url: url, timeoutInterval: timeout)
    request.httpMethod = method
    if method == "POST" {
      request.httpBody = Data(body)
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    let result = Mutex<Result<HTTPReply, HTTPFailure>>(.failure(.timedOut(seconds: timeout)))
    let done = DispatchSemaphore(value: 0)
    let task = session.dataTask(with: request) { data, response, error in
      let outcome: Result<HTTPReply, HTTPFailure>
      if let response = response as? HTTPURLResponse {
        outcome = .success(HTTPReply(status: response.statusCode, body: Array(data ?? Data())))
      } else if (error as? URLError)?.code == .timedOut {
        outcome = .failure(.timedOut(seconds: timeout))
      } else {
        outcome = .failure(.unreachable(error?.localizedDescription ?? "no reason is given"))
      }
      result.withLock { $0 = outcome }
      done.signal()
    }
    task.resume()
    // The time-out of the session starts anew with every byte; this one does not.
    if done.wait(timeout: .now() + timeout) == .timedOut { task.cancel() }
    return try result.withLock { $0 }.get()
  }
}
