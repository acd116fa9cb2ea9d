/// The answer to an HTTP request.
struct HTTPReply: Equatable {
  let status: Int
  let body: [UInt8]
}

/// Why there is no answer.
enum HTTPFailure: Error, Equatable {
  case unreachable(String)
  case timedOut(seconds: Double)
  case closed(String)
  /// What came is not HTTP; to ask again would not help.
  case malformed(String)

  var reason: String {
    switch self {
    case .unreachable(let reason): return "no connection (\(reason))"
    case .timedOut(let seconds): return "no answer within \(seconds) s"
    case .closed(let reason): return "a lost connection (\(reason))"
    case .malformed(let reason): return "an answer that is not HTTP (\(reason))"
    }
  }
}

/// A way to a server on which one request at a time is sent.
protocol HTTPChannel: AnyObject, Sendable {
  /// Sends a request and waits for its answer, `timeout` seconds at most. The channel is fit for
  /// the next request afterwards, also if this one failed.
  func send(
    _ method: String, _ path: String, body: [UInt8], timeout: Double
  ) throws(HTTPFailure) -> HTTPReply
}

/// Reads the answer of an HTTP/1.1 server (RFC 9112) from the bytes that have come so far.
struct HTTPReplyReader {
  private var bytes: [UInt8] = []
  private var head: Head?
  private static let longestHead = 1 << 16
  private static let longestBody = 1 << 28

  private struct Head {
    var status = 0
    var bodyStart = 0
    var length: Int?
    var isChunked = false
    var closes = false
  }

  /// Whether any byte has come.
  var hasBegun: Bool { !bytes.isEmpty }
  /// Whether the server closes the connection after this answer.
  var closes: Bool { head?.closes ?? true }

  /// Takes more bytes; returns the answer once it is complete.
  ///
  /// - Parameter ended: whether the server has closed the connection.
  mutating func take(_ more: some Sequence<UInt8>, ended: Bool) throws(HTTPFailure) -> HTTPReply? {
    bytes += more
    while true {
      if head == nil { head = try readHead() }
      guard let head else { return nil }
      guard head.status < 200 else { return try complete(head, ended: ended) }
      // An interim answer (1xx) precedes the real one.
      bytes.removeFirst(head.bodyStart)
      self.head = nil
    }
  }

  private func complete(_ head: Head, ended: Bool) throws(HTTPFailure) -> HTTPReply? {
    guard bytes.count - head.bodyStart <= Self.longestBody else {
      throw .malformed("more than \(Self.longestBody) bytes")
    }
    if head.isChunked {
      return try Self.joinedChunks(bytes[head.bodyStart...]).map {
        HTTPReply(status: head.status, body: $0)
      }
    }
    if let length = head.length {
      guard bytes.count >= head.bodyStart + length else { return nil }
      return HTTPReply(
        status: head.status, body: Array(bytes[head.bodyStart..<head.bodyStart + length]))
    }
    // Without a length the body ends with the connection.
    return ended ? HTTPReply(status: head.status, body: Array(bytes[head.bodyStart...])) : nil
  }

  private func readHead() throws(HTTPFailure) -> Head? {
    let limit = bytes.prefix(Self.longestHead)
    guard let end = Self.position(of: [13, 10, 13, 10], in: limit) else {
      if bytes.count > Self.longestHead { throw .malformed("no end of the header") }
      if let mark = bytes.first, mark != UInt8(ascii: "H") {
        throw .malformed("it begins with '\(Self.shown(bytes))'")
      }
      return nil
    }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(
      separator: "\r\n", omittingEmptySubsequences: false)
    let first = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard first.count >= 2, first[0].hasPrefix("HTTP/1."), first[1].count == 3,
      let status = Int(first[1])
    else { throw .malformed("it begins with '\(Self.shown(bytes))'") }
    var head = Head(status: status, bodyStart: end + 4)
    head.closes = first[0] == "HTTP/1.0"
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimmingSpaces.lowercased()
      switch line[..<colon].lowercased() {
      case "content-length":
        guard let length = Int(value), (0...Self.longestBody).contains(length) else {
          throw .malformed("content-length '\(value)'")
        }
        head.length = length
      case "transfer-encoding":
        guard value == "chunked" else { throw .malformed("transfer-encoding '\(value)'") }
        head.isChunked = true
      case "connection":
        if value == "close" { head.closes = true }
        if value == "keep-alive" { head.closes = false }
      default: break
      }
    }
    if status == 204 || status == 304 { head.length = 0 }
    if head.length == nil, !head.isChunked { head.closes = true }
    return head
  }

  /// The content of chunks; `nil` if the last has not come.
  private static func joinedChunks(_ bytes: ArraySlice<UInt8>) throws(HTTPFailure) -> [UInt8]? {
    var rest = bytes
    var content: [UInt8] = []
    while true {
      guard let end = position(of: [13, 10], in: rest) else { return nil }
      let line = String(decoding: rest[..<end], as: UTF8.self)
      let digits = (line.split(separator: ";").first ?? "").trimmingSpaces
      guard let size = Int(digits, radix: 16), (0...longestBody).contains(size) else {
        throw .malformed("chunk size '\(line.prefix(20))'")
      }
      rest = rest[(end + 2)...]
      if size == 0 {
        // Trailers, if any, end with an empty line.
        let isComplete =
          rest.starts(with: [13, 10]) || position(of: [13, 10, 13, 10], in: rest) != nil
        return isComplete ? content : nil
      }
      guard rest.count >= size + 2 else { return nil }
      content += rest.prefix(size)
      rest = rest.dropFirst(size)
      guard rest.starts(with: [13, 10]) else { throw .malformed("a chunk longer than it says") }
      rest = rest.dropFirst(2)
    }
  }

  private static func position(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= pattern.count else { return nil }
    return (bytes.startIndex...bytes.endIndex - pattern.count).first {
      bytes[$0..<$0 + pattern.count].elementsEqual(pattern)
    }
  }

  private static func shown(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(40), as: UTF8.self).filter { !$0.isNewline }
  }
}

extension Substring {
  /// Without spaces and tabulators at both ends.
  fileprivate var trimmingSpaces: Substring {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text.drop { $0 == " " || $0 == "\t" }
  }
}
