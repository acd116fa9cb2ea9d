internal import Crypto
internal import Foundation

/// The functions that digests of workspaces are made with.
public enum DigestAlgorithm: String, Sendable, CaseIterable {
  /// MD5 (RFC 1321); here it tells files apart, it does not protect them.
  case md5
  /// SHA-256 (FIPS 180-4).
  case sha256

  /// Number of hexadecimal digits of a digest.
  public var digitCount: Int { self == .md5 ? 32 : 64 }
}

extension JSONValue {
  /// The text that digests are made of, the one of Python's
  /// `json.dumps(value, sort_keys=True, ensure_ascii=False)`: keys in the order of their code
  /// points, `", "` and `": "` between, numbers as in ``JSONNumber/description``.
  public var canonicalText: String {
    var bytes: [UInt8] = []
    appendCanonicalText(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The digest of ``canonicalText`` in lower-case hexadecimal digits: what pyhf writes into
  /// patch sets.
  public func digest(_ algorithm: DigestAlgorithm) -> String {
    var bytes: [UInt8] = []
    appendCanonicalText(to: &bytes)
    switch algorithm {
    case .md5: return hexadecimal(Insecure.MD5.hash(data: bytes))
    case .sha256: return hexadecimal(SHA256.hash(data: bytes))
    }
  }

  private func appendCanonicalText(to text: inout [UInt8]) {
    switch self {
    case .null: text.append(contentsOf: "null".utf8)
    case .boolean(let value): text.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let value): text.append(contentsOf: value.description.utf8)
    case .string(let value): value.appendQuoted(to: &text)
    case .array(let elements):
      text.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { text.append(contentsOf: ", ".utf8) }
        element.appendCanonicalText(to: &text)
      }
      text.append(UInt8(ascii: "]"))
    case .object(let object):
      let members = zip(object.keys, object.values).sorted { $0.0.precedesByCodePoints($1.0) }
      text.append(UInt8(ascii: "{"))
      for (index, (key, value)) in members.enumerated() {
        if index > 0 { text.append(contentsOf: ", ".utf8) }
        key.appendQuoted(to: &text)
        text.append(contentsOf: ": ".utf8)
        value.appendCanonicalText(to: &text)
      }
      text.append(UInt8(ascii: "}"))
    }
  }
}

private func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
  digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

extension String {
  /// The string as JSON writes it; `/`, DEL and characters beyond ASCII stand for themselves.
  func appendQuoted(to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "\""): text.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\\"): text.append(contentsOf: "\\\\".utf8)
      case 0x0A: text.append(contentsOf: "\\n".utf8)
      case 0x0D: text.append(contentsOf: "\\r".utf8)
      case 0x09: text.append(contentsOf: "\\t".utf8)
      case 0x08: text.append(contentsOf: "\\b".utf8)
      case 0x0C: text.append(contentsOf: "\\f".utf8)
      case ..<0x20: text.append(contentsOf: "\\u00\(hexadecimal([byte]))".utf8)
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }
}
