import Testing

@testable import Likelihoods

/// The text of the protocol, without a server.
@Suite("UM-Bridge: text") struct UMBridgeProtocolTests {
  @Test func addresses() throws {
    let full = try UMBridgeAddress("umbridge+http://host:1234/lab/flavour?level=2&s=a%20b&on=true")
    #expect(full.host == "host" && full.port == 1234 && full.folder == "/lab" && !full.isSecure)
    #expect(full.model == "flavour" && full.server == "umbridge+http://host:1234/lab")
    #expect(full.configuration == ["level": .integer(2), "s": "a b", "on": .bool(true)])
    let short = try UMBridgeAddress("umbridge+https://[::1]")
    #expect(short.isSecure && short.host == "::1" && short.port == 443 && short.model == nil)
    #expect(try UMBridgeAddress("umbridge+http://h/").port == 4242)
    for text in [
      "http://h:1/m", "umbridge+ftp://h/m", "umbridge+http://", "umbridge+http:///m",
      "umbridge+http://u:p@h/m", "umbridge+http://h:0/m", "umbridge+http://h:70000/m",
      "umbridge+http://h/m?a=1&a=2", "umbridge+http://h/m#x", "umbridge+",
    ] {
      #expect(throws: ExternalError.self, "\(text)") { _ = try UMBridgeAddress(text) }
    }
  }

  /// No clock can count to these times; the first two would end the program.
  @Test(arguments: [1e300, Double.infinity, Double.nan, -1]) func longTimes(_ seconds: Double) {
    let deadline = Deadline(seconds: seconds)
    #expect(deadline.isOver == !(seconds > 0))
  }

  private func parse(_ text: String) -> UMBridgeValue? {
    try? UMBridgeParser.parse(Array(text.utf8))
  }

  @Test func values() {
    #expect(parse(#" {"output": [[-1.5e-3, 2]] } "#)?.text == #"{"output": [[-0.0015, 2]]}"#)
    #expect(
      parse("[-Infinity, inf, -inf, Infinity]")?.numbers?.map { $0 < 0 } == [
        true, false, true, false,
      ])
    #expect(parse("[NaN, nan]")?.numbers?.allSatisfy(\.isNaN) == true)
    #expect(
      parse("-0")?.number?.sign == .minus
        && parse("12345678901234567890")?.number == 1.2345678901234567e19)
    #expect(
      parse(#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#) == .string("a\"\\/\u{08}\u{0C}\n\r\té😀"))
    #expect(
      parse("[true, false, null, {}, []]")
        == .array([.bool(true), .bool(false), .null, .object([:]), .array([])]))
    let back = UMBridgeValue.object(["k": .array([.number(1), .integer(1), .string("\u{01}\"\n")])])
    #expect(parse(back.text) == back && back.text == #"{"k": [1.0, 1, "\u0001\"\n"]}"#)
  }

  @Test(
    "refused texts",
    arguments: [
      "", " ", "[", "[1", "[1,", "[1,]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01",
      "-",
      "1.", ".5", "1e", "+1", "1 2", "nanx", "inf1", "None", "True", "'a'", "\"", "\"\\x\"",
      "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\n\"", "1e999", "[1}", "{\"a\":1,\"a\":2}",
      "array([1.])", String(repeating: "[", count: 100_000),
    ])
  func refused(_ text: String) { #expect(parse(text) == nil) }

  @Test func invalidUTF8() {
    #expect(throws: UMBridgeParser.Problem.self) {
      try UMBridgeParser.parse([0x22, 0xFF, 0x22])
    }
  }

  /// An answer may come in pieces of any size.
  @Test func repliesInPieces() throws {
    let plain = "HTTP/1.1 200 OK\r\ncontent-LENGTH:  5 \r\nX: y\r\n\r\nhello"
    let chunked =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n"
    for (text, status) in [(plain, 200), (chunked, 201)] {
      for size in 1...text.utf8.count {
        var reader = HTTPReplyReader()
        var found: HTTPReply?
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
          #expect(found == nil)
          found = try reader.take(rest.prefix(size), ended: false)
          rest = rest.dropFirst(size)
        }
        #expect(found == HTTPReply(status: status, body: Array("hello".utf8)))
        #expect(!reader.closes)
      }
    }
    var reader = HTTPReplyReader()
    #expect(try reader.take(Array("HTTP/1.0 200 OK\r\n\r\nhel".utf8), ended: false) == nil)
    #expect(try reader.take(Array("lo".utf8), ended: true)?.body == Array("hello".utf8))
    #expect(reader.closes)
  }

  @Test func waits() {
    let policy = RetryPolicy(retries: 9, firstWait: 0.5, longestWait: 3)
    #expect((1...5).map(policy.wait) == [0.5, 1, 2, 3, 3])
  }
}
