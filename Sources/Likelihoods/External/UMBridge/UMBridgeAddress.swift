internal import Foundation

/// The address of a model of a UM-Bridge server:
/// `umbridge+http://host:port/model-name?key=value…`.
///
/// `https` stands for an encrypted connection. The name of the model may be absent where the server
/// offers one; folders before it belong to the server. The part after `?` is the configuration
/// that goes with every request; its values are numbers, `true`, `false`, `null` or text.
public struct UMBridgeAddress: Sendable, Equatable {
  /// Whether the connection is encrypted.
  public let isSecure: Bool
  /// Name or number of the host.
  public let host: String
  /// Port; 4242, as UM-Bridge servers use, or 443 for https.
  public let port: Int
  /// Path before the names of the protocol, without a slash at its end.
  public let folder: String
  /// Name of the model, if it is given.
  public var model: String?
  /// Configuration that goes with every request.
  public var configuration: [String: UMBridgeValue]

  /// Whether a text is meant as such an address.
  public static func isAddress(_ text: String) -> Bool { text.hasPrefix("umbridge+") }

  /// An address from its text.
  ///
  /// - Throws: ``ExternalError/mismatch(program:subject:expected:found:)``.
  public init(_ text: String) throws(ExternalError) {
    let problem = ExternalError.mismatch(
      program: text, subject: "address",
      expected: "umbridge+http://host:port/model or umbridge+https://host:port/model",
      found: "'\(text)'")
    guard Self.isAddress(text), let parts = URLComponents(string: String(text.dropFirst(9))),
      let scheme = parts.scheme, ["http", "https"].contains(scheme), let host = parts.host,
      !host.isEmpty, parts.user == nil, parts.password == nil, parts.fragment == nil
    else { throw problem }
    isSecure = scheme == "https"
    self.host = host.trimmingCharacters(in: ["[", "]"])
    port = parts.port ?? (isSecure ? 443 : 4242)
    guard (1...65535).contains(port) else { throw problem }
    var folders = parts.percentEncodedPath.split(separator: "/").map(String.init)
    model = folders.popLast()?.removingPercentEncoding
    folder = folders.map { "/" + $0 }.joined()
    configuration = [:]
    for item in parts.queryItems ?? [] {
      let text = item.value ?? ""
      let parsed = try? UMBridgeParser.parse(Array(text.utf8))
      let isWord = parsed?.number.map { !$0.isFinite } ?? false
      let value = isWord ? .string(text) : parsed ?? .string(text)
      guard configuration.updateValue(value, forKey: item.name) == nil else { throw problem }
    }
  }

  /// The host as it stands in addresses.
  var hostText: String { host.contains(":") ? "[\(host)]" : host }

  /// The address of the server, for messages.
  public var server: String {
    "umbridge+\(isSecure ? "https" : "http")://\(hostText):\(port)\(folder)"
  }
}
