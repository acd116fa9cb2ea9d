import Foundation
import TestSupport
import Testing

@testable import Likelihoods

func parse(_ text: String) throws -> JSONValue { try JSONDocument(parsing: text).root }

/// A file of `Reference/HistFactory`.
func reference(_ name: String) -> URL {
  packageRoot.appending(path: "Tests/LikelihoodsTests/Reference/HistFactory/\(name)")
}

@Suite("JSON values")
struct JSONTests {
  @Test("every kind of value, with the order of keys and integers apart from decimals")
  func values() throws {
    let text =
      #" {"b": [1, -2, 1.0, 1e2, -0.0], "a": {"t": true, "f": false, "n": null}, "": "" }"#
    guard case .object(let object) = try parse(text) else {
      Issue.record("not an object")
      return
    }
    #expect(object.keys == ["b", "a", ""])
    guard case .array(let numbers)? = object["b"] else {
      Issue.record("not an array")
      return
    }
    #expect(numbers.map(\.canonicalText) == ["1", "-2", "1.0", "100.0", "-0.0"])
    #expect(object["a"] == .object(["t": .boolean(true), "f": .boolean(false), "n": .null]))
    #expect(object[""] == .string(""))
    #expect(try parse("1") == parse("1.0"))
    #expect(try parse("1") != parse("true"))
    #expect(try parse(#"{"a": 1, "b": 2}"#) == parse(#"{"b": 2, "a": 1}"#))
  }

  @Test("escapes, pairs of surrogates, letters that only look equal")
  func strings() throws {
    #expect(
      try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00""#)
        == .string("\"\\/\u{8}\u{C}\n\r\tAé😀"))
    #expect(try parse("\"e\u{301}\"") != parse("\"é\""))
    let twins = try parse("{\"e\u{301}\": 1, \"é\": 2}")
    guard case .object(let object) = twins else { return }
    #expect(object.count == 2)
    #expect(object.repeatedKeys.isEmpty)
  }

  @Test("a repeated key keeps its last value and is listed", arguments: [2, 40])
  func repeatedKeys(count: Int) throws {
    let members = (0..<count).map { "\"k\($0)\": \($0)" }.joined(separator: ", ")
    guard case .object(var object) = try parse("{\(members), \"k1\": 99}") else { return }
    #expect(object.count == count)
    #expect(object["k1"] == .number(.integer(99)))
    #expect(object.repeatedKeys == ["k1"])
    object["k0"] = nil
    #expect(object["k0"] == nil)
    #expect(object["k1"] == .number(.integer(99)))
    #expect(object.keys.first == "k1")
  }

  @Test(
    "what is not JSON is refused with line and column",
    arguments: [
      ("", 1, 1), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("{\"a\" 1}", 1, 6), ("{\"a\": 1,}", 1, 9),
      ("{a: 1}", 1, 2), ("[1]\n]", 2, 1), ("01", 1, 1), ("-", 1, 1), ("1.", 1, 3), (".5", 1, 1),
      ("1e", 1, 3), ("1e+", 1, 4), ("+1", 1, 1), ("nul", 1, 1), ("True", 1, 1), ("NaN", 1, 1),
      ("[\n  Infinity\n]", 2, 3), ("-Infinity", 1, 1), ("1e999", 1, 1), ("\"a", 1, 1),
      ("\"a\nb\"", 1, 3), ("\"\\x\"", 1, 3), ("\"\\u12g4\"", 1, 6), ("\"\\ud800\"", 1, 2),
      ("\"\\udc00\"", 1, 2), ("\"\\ud800\\u0041\"", 1, 2), ("[1]é", 1, 4), ("[\"é\", x]", 1, 7),
      ("\u{FEFF}1", 1, 1), ("[", 1, 2), ("{\"a\":", 1, 6), ("[1\u{0}]", 1, 3), ("[\u{A0}1]", 1, 2),
    ])
  func syntax(text: String, line: Int, column: Int) throws {
    let error = try #require(throws: JSONSyntaxError.self) { _ = try parse(text) }
    #expect(
      error.line == line && error.column == column, "\(error)"
    )
  }

  @Test("NaN is named as such, bytes that are not UTF-8 are refused")
  func messages() throws {
    let error = try #require(throws: JSONSyntaxError.self) { _ = try parse("[1,\n NaN]") }
    #expect(
      error.description == "line 2, column 2: expected a value, found NaN, "
        + "which JSON does not have (numbers are finite)")
    #expect(throws: JSONSyntaxError.self) {
      _ = try JSONDocument(parsing: [0x22, 0xC3, 0x28, 0x22] as [UInt8])
    }
    #expect(throws: JSONSyntaxError.self) {
      _ = try JSONDocument(parsing: [0x22, 0xED, 0xA0, 0x80, 0x22] as [UInt8])
    }
  }

  @Test("nesting is limited on a small stack")
  func depth() throws {
    let allowed = String(repeating: "[", count: 256) + String(repeating: "]", count: 256)
    let endless = String(repeating: "{\"a\":", count: 100_000)
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      #expect(throws: Never.self) {
        let value = try parse(allowed)
        #expect(value == value)
        #expect(value.canonicalText == allowed)
        #expect(try parse(value.text) == value)
      }
      let error = #expect(throws: JSONSyntaxError.self) { try parse(endless) }
      #expect(error?.column == 256 * 5 + 1)
      done.signal()
    }
    thread.stackSize = 512 << 10
    thread.start()
    done.wait()
  }

  @Test("the line of a value")
  func lines() throws {
    let document = try JSONDocument(
      parsing: "{\n \"a\": [1,\n 2],\n \"b/c\": {\"d\":\n {}}}")
    func line(_ text: String) -> Int? { JSONPointer(text).flatMap { document.line(of: $0) } }
    #expect(line("") == 1)
    #expect(line("/a") == 2)
    #expect(line("/a/1") == 3)
    #expect(line("/b~1c") == 4)
    #expect(line("/b~1c/d") == 5)
    #expect(line("/b") == nil)
    #expect(line("/a/2") == nil)
    #expect(line("/a/1/0") == nil)
  }

  @Test("the digests of the format's documentation")
  func digests() throws {
    let value = try parse(#"{"b": 3.0, "a": 2.0, "c": 1.0}"#)
    #expect(
      value.digest(.sha256)
        == "a38f6093800189b79bc22ef677baf90c75705af2cfc7ff594159eca54eaa7928")
    #expect(value.digest(.md5) == "2c0633f242928eb55c3672fed5ba8612")
    #expect(try parse(#"{"b": 3, "a": 2.0, "c": 1.0}"#).digest(.md5) != value.digest(.md5))
  }

  @Test(
    "numbers as Python prints them",
    arguments: [
      ("1", "1"), ("-0", "0"), ("-0.0", "-0.0"), ("1.50", "1.5"), ("1e0", "1.0"),
      ("0.0001", "0.0001"), ("0.00001", "1e-05"), ("1e16", "1e+16"), ("1e15", "1000000000000000.0"),
      ("123456789012345.0", "123456789012345.0"), ("9007199254740993.0", "9007199254740992.0"),
      ("12345678901234567.0", "1.2345678901234568e+16"), ("1E23", "1e+23"), ("5e-324", "5e-324"),
      ("1.7976931348623157e308", "1.7976931348623157e+308"), ("1e100", "1e+100"),
      ("1e-7", "1e-07"), ("-2.5e-10", "-2.5e-10"), ("1e-400", "0.0"),
      ("9223372036854775807", "9223372036854775807"),
      ("9223372036854775808", "9223372036854775808"),
      ("-123456789012345678901234567890", "-123456789012345678901234567890"),
    ])
  func numbers(text: String, python: String) throws {
    #expect(try parse(text).canonicalText == python)
  }

  @Test(
    "texts and digests equal Python's on random values and workspaces",
    .enabled(if: pythonInterpreter != nil, needsPython))
  func python() throws {
    try withTemporaryFolder { folder in
      // Halves of the values are any doubles, powers of two, or short decimals.
      let script = """
        import hashlib, json, os, random, struct, sys
        random.seed(11)
        def double():
            kind = random.randrange(4)
            if kind == 0: return random.choice([-1, 1]) * 2.0 ** random.randrange(-1074, 1024)
            if kind == 1: return round(random.uniform(-1e3, 1e3), random.randrange(8))
            if kind == 2: return float(random.randrange(10 ** random.randrange(1, 20)))
            while True:
                x = struct.unpack("d", random.randbytes(8))[0]
                if x - x == 0: return x
        letters = "aé\\u0001\\n\\"\\\\/\\x7f\\U0001F600\\u2028~ "
        def text(): return "".join(random.choice(letters) for _ in range(random.randrange(6)))
        value = [double() for _ in range(20000)]
        value += [{text(): random.choice([text(), 10 ** random.randrange(30), None, True])
                   for _ in range(30)} for _ in range(50)]
        files = [os.path.join(sys.argv[1], "random.json")] + sys.argv[2:]
        with open(files[0], "w") as file: json.dump(value, file)
        for path in files:
            body = json.dumps(json.load(open(path, encoding="utf-8")), sort_keys=True,
                              ensure_ascii=False).encode()
            print(hashlib.sha256(body).hexdigest(), hashlib.md5(body).hexdigest(), path, sep="\\t")
        open(os.path.join(sys.argv[1], "canonical"), "wb").write(
            json.dumps(value, sort_keys=True, ensure_ascii=False).encode())
        """
      let output = try runPython(
        script, arguments: [folder.path] + sharedWorkspaces().map(\.path))
      let lines = output.split(separator: "\n")
      #expect(try lines.count == 1 + sharedWorkspaces().count)
      let random = try JSONDocument(reading: folder.appending(path: "random.json"))
      let canonical = try String(
        contentsOf: folder.appending(path: "canonical"), encoding: .utf8)
      #expect(random.root.canonicalText == canonical)
      for line in lines {
        let fields = line.split(separator: "\t").map(String.init)
        let root = try JSONDocument(reading: URL(filePath: fields[2])).root
        #expect(root.digest(.sha256) == fields[0], "\(fields[2])")
        #expect(root.digest(.md5) == fields[1], "\(fields[2])")
        #expect(try parse(root.text).canonicalText == root.canonicalText)
      }
    }
  }

  @Test(
    "texts with one or two wrong characters are refused where Python refuses them",
    .enabled(if: pythonInterpreter != nil, needsPython))
  func damagedTexts() throws {
    let base = try Array(Data(contentsOf: reference("base.json")))
    let characters = Array("{}[]:,\"\\ue0-.19+n \n\tx".utf8)
    var state: UInt64 = 7
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    let texts = (0..<3000).map { _ in
      var text = base
      for _ in 0...draw(2) {
        switch draw(3) {
        case 0: text[draw(text.count)] = characters[draw(characters.count)]
        case 1: text.remove(at: draw(text.count))
        default: text.insert(characters[draw(characters.count)], at: draw(text.count))
        }
      }
      return text
    }
    let verdicts = try withTemporaryFolder { folder in
      let file = folder.appending(path: "texts")
      try Data(texts.joined(separator: [0])).write(to: file)
      return try runPython(
        """
        import json, sys
        def verdict(text):
            try: json.loads(text)
            except ValueError: return "0"
            return "1"
        texts = open(sys.argv[1], "rb").read().split(b"\\0")
        print("".join(verdict(text.decode()) for text in texts), end="")
        """, arguments: [file.path])
    }
    #expect(verdicts.count == texts.count)
    var accepted = 0
    for (text, verdict) in zip(texts, verdicts) {
      let document = try? JSONDocument(parsing: text)
      #expect((document != nil) == (verdict == "1"), "\(String(decoding: text, as: UTF8.self))")
      guard let document else { continue }
      accepted += 1
      // Whatever the damage means for the model, it ends in a value or in a typed error.
      do throws(HistFactoryError) {
        _ = try HistFactoryWorkspace(document: document)
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(accepted > 100 && accepted < 2900)
  }
}

/// All JSON files of the shared workspaces, references included.
func sharedWorkspaces() throws -> [URL] {
  guard let folder = sharedFile("data/workspaces") else { return [] }
  return try ["", "pyhf_tests"].flatMap { name in
    try FileManager.default.contentsOfDirectory(
      at: folder.appending(path: name), includingPropertiesForKeys: nil)
  }.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
}
