import Foundation
import TestSupport
import Testing

@testable import Likelihoods

@Suite("JSON pointers and patches")
struct JSONPatchTests {
  @Test(
    "the pointers of RFC 6901, section 5",
    arguments: [
      ("/foo", #"["bar", "baz"]"#), ("/foo/0", #""bar""#), ("/", "0"), ("/a~1b", "1"),
      ("/c%d", "2"), ("/e^f", "3"), ("/g|h", "4"), (#"/i\j"#, "5"), (#"/k"l"#, "6"), ("/ ", "7"),
      ("/m~0n", "8"),
    ])
  func pointers(text: String, value: String) throws {
    let document = try parse(
      #"{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5,"#
        + #" "k\"l": 6, " ": 7, "m~n": 8}"#)
    let pointer = try #require(JSONPointer(text))
    #expect(document[pointer] == (try parse(value)))
    #expect(pointer.description == text)
    #expect(document[JSONPointer(tokens: [])] == document)
  }

  @Test("what is not a pointer", arguments: ["a", "a/b", "/~", "/~2", "/a~", "#/a"])
  func noPointers(text: String) {
    #expect(JSONPointer(text) == nil)
  }

  @Test("~01 is ~1, an escape is read once")
  func escapes() {
    #expect(JSONPointer("/~01/~10")?.tokens == ["~1", "/0"])
  }

  // The cases of RFC 6902, appendix A, in other words, and what the appendix leaves out.
  @Test(
    "what patches make",
    arguments: [
      (#"{"x": 1}"#, #"[{"op": "add", "path": "/y", "value": 2}]"#, #"{"y": 2, "x": 1}"#),
      (#"{"x": [1, 3]}"#, #"[{"op": "add", "path": "/x/1", "value": 2}]"#, #"{"x": [1, 2, 3]}"#),
      (#"{"x": [1, 3]}"#, #"[{"op": "add", "path": "/x/2", "value": 2}]"#, #"{"x": [1, 3, 2]}"#),
      (#"{"x": [1]}"#, #"[{"op": "add", "path": "/x/-", "value": [2]}]"#, #"{"x": [1, [2]]}"#),
      (#"{"x": 1}"#, #"[{"op": "add", "path": "/x", "value": null}]"#, #"{"x": null}"#),
      (#"{"x": 1}"#, #"[{"op": "add", "path": "", "value": [0]}]"#, "[0]"),
      (#"{"x": 1}"#, #"[{"op": "add", "path": "/y", "value": 2, "z": 3}]"#, #"{"x": 1, "y": 2}"#),
      (#"{"x": 1, "y": 2}"#, #"[{"op": "remove", "path": "/y"}]"#, #"{"x": 1}"#),
      (#"[1, 2, 3]"#, #"[{"op": "remove", "path": "/1"}]"#, "[1, 3]"),
      (
        #"[1, 2, 3]"#, #"[{"op": "remove", "path": "/0"}, {"op": "remove", "path": "/0"}]"#,
        "[3]"
      ),
      (
        #"{"x": 1}"#, #"[{"op": "replace", "path": "/x", "value": {"y": []}}]"#,
        #"{"x": {"y": []}}"#
      ),
      (#"[1]"#, #"[{"op": "replace", "path": "", "value": 2}]"#, "2"),
      (
        #"{"a": {"b": 1}, "c": {}}"#, #"[{"op": "move", "from": "/a/b", "path": "/c/d"}]"#,
        #"{"a": {}, "c": {"d": 1}}"#
      ),
      (#"[1, 2, 3, 4]"#, #"[{"op": "move", "from": "/1", "path": "/3"}]"#, "[1, 3, 4, 2]"),
      (#"{"a": 1}"#, #"[{"op": "move", "from": "/a", "path": "/a"}]"#, #"{"a": 1}"#),
      (#"{"a": [1]}"#, #"[{"op": "copy", "from": "/a", "path": "/a/0"}]"#, #"{"a": [[1], 1]}"#),
      (
        #"{"a": [1, "b"]}"#, #"[{"op": "test", "path": "/a/1", "value": "b"}]"#, #"{"a": [1, "b"]}"#
      ),
      (#"{"a": 10}"#, #"[{"op": "test", "path": "/a", "value": 1e1}]"#, #"{"a": 10}"#),
      (
        #"{"/": 9, "~1": 10}"#, #"[{"op": "test", "path": "/~01", "value": 10}]"#,
        #"{"/": 9, "~1": 10}"#
      ),
      (#"{"0": 1}"#, #"[{"op": "add", "path": "/-", "value": 2}]"#, #"{"0": 1, "-": 2}"#),
      ("[]", "[]", "[]"),
    ])
  func patches(document: String, patch: String, result: String) throws {
    let root = try parse(document)
    #expect(try JSONPatch(parse(patch)).applied(to: root) == parse(result))
    #expect(root == (try parse(document)))
  }

  @Test(
    "errors name the operation, the path and what is there",
    arguments: [
      (
        #"[{"op": "test", "path": "/x/0", "value": 1}, {"op": "remove", "path": "/x/3"}]"#,
        "operation 1 (remove '/x/3'): expected an index from 0 to 1 in '/x', found '3'"
      ),
      (
        #"[{"op": "replace", "path": "/z", "value": 1}]"#,
        "operation 0 (replace '/z'): expected the key 'z' in the document, found the keys x, y, e"
      ),
      (
        #"[{"op": "add", "path": "/x/3", "value": 1}]"#,
        "operation 0 (add '/x/3'): expected an index from 0 to 2 in '/x', found '3'"
      ),
      (
        #"[{"op": "add", "path": "/x/01", "value": 1}]"#,
        "operation 0 (add '/x/01'): expected an index from 0 to 2 in '/x', found '01'"
      ),
      (
        #"[{"op": "remove", "path": "/x/-"}]"#,
        "operation 0 (remove '/x/-'): expected an index from 0 to 1 in '/x', found '-'"
      ),
      (
        #"[{"op": "remove", "path": "/e/0"}]"#,
        "operation 0 (remove '/e/0'): expected an element in '/e', found an empty array"
      ),
      (
        #"[{"op": "add", "path": "/q/r", "value": 1}]"#,
        "operation 0 (add '/q/r'): expected the key 'q' in the document, found the keys x, y, e"
      ),
      (
        #"[{"op": "add", "path": "/y/z/1", "value": 1}]"#,
        "operation 0 (add '/y/z/1'): expected an object or an array at '/y/z', found the string 'w'"
      ),
      (
        #"[{"op": "test", "path": "/y/z", "value": "v"}]"#,
        "operation 0 (test '/y/z'): expected the string 'v', found a different value, "
          + "the string 'w'"
      ),
      (
        #"[{"op": "test", "path": "/x/0", "value": true}]"#,
        "operation 0 (test '/x/0'): expected true, found a different value, the number 1"
      ),
      (
        #"[{"op": "move", "from": "/y", "path": "/y/z"}]"#,
        "operation 0 (move '/y/z'): expected a value to be moved out of itself, "
          + "found a move from '/y'"
      ),
      (
        #"[{"op": "remove", "path": ""}]"#,
        "operation 0 (remove ''): expected a part of the document, found the whole document"
      ),
      (
        #"{"op": "remove"}"#,
        "patch: expected an array of operations, found an object with the keys op"
      ),
      (
        #"[{"op": "remove", "path": "/x"}, 3]"#,
        "operation 1: expected an object with the keys op and path, found the number 3"
      ),
      (#"[{"path": "/x"}]"#, "operation 0: expected the key 'op', found the keys path"),
      (
        #"[{"op": "spam", "path": "/x"}]"#,
        "operation 0: expected op to be one of add, remove, replace, move, copy, test, found 'spam'"
      ),
      (#"[{"op": "add"}]"#, "operation 0 (add): expected the key 'path', found the keys op"),
      (
        #"[{"op": "add", "path": "/x"}]"#,
        "operation 0 (add '/x'): expected the key 'value', found the keys op, path"
      ),
      (
        #"[{"op": "copy", "path": "/x", "value": 1}]"#,
        "operation 0 (copy '/x'): expected the key 'from', found the keys op, path, value"
      ),
      (
        #"[{"op": "add", "path": "x", "value": 1}]"#,
        "operation 0 (add): expected path to be empty or to start with '/', "
          + "with '~' only in ~0 and ~1, found 'x'"
      ),
      (
        #"[{"op": "add", "path": "/x", "value": 1, "op": "remove"}]"#,
        "operation 0: expected every key once, found the key 'op' twice"
      ),
    ])
  func errors(patch: String, description: String) throws {
    let document = try parse(#"{"x": [1, 2], "y": {"z": "w"}, "e": []}"#)
    let error = try #require(throws: JSONPatchError.self) {
      _ = try JSONPatch(parse(patch)).applied(to: document)
    }
    #expect(error.description == description)
  }

  @Test("patches that copy a value into itself end in an error, not in endless growth")
  func growth() throws {
    let wide = JSONPatch(
      (0..<60).map {
        .copy(from: JSONPointer(tokens: []), to: JSONPointer(tokens: ["\($0 % 10)"]))
      })
    #expect(throws: JSONPatchError.self) { try wide.applied(to: parse("{}")) }
    let nested = try parse(
      String(repeating: "[", count: 250) + String(repeating: "]", count: 250))
    let deeper = JSONPatch([.add(at: JSONPointer(tokens: ["a", "b"]), nested)])
    #expect(throws: Never.self) { try deeper.applied(to: parse(#"{"a": {}}"#)) }
    let tooDeep = JSONPatch([
      .add(at: JSONPointer(tokens: Array(repeating: "0", count: 10)), nested)
    ])
    #expect(throws: JSONPatchError.self) { try tooDeep.applied(to: nested) }
  }

  @Test("random patches give what the package jsonpatch gives")
  func jsonpatch() throws {
    let file = try JSONDocument(reading: reference("json_patches.json"))
    guard case .array(let cases)? = file.root[JSONPointer(tokens: ["cases"])] else {
      Issue.record("no cases")
      return
    }
    var failures = 0
    for (index, element) in cases.enumerated() {
      func part(_ tokens: String...) -> JSONValue? { element[JSONPointer(tokens: tokens)] }
      let document = try #require(part("document"))
      let patch = try JSONPatch(try #require(part("patch")))
      if let value = part("result", "value") {
        #expect(try patch.applied(to: document) == value, "case \(index)")
        continue
      }
      failures += 1
      let error = #expect(throws: JSONPatchError.self, "case \(index)") {
        try patch.applied(to: document)
      }
      let operation = part("result", "operation").flatMap { Int($0.canonicalText) }
      #expect(error?.operation == operation, "case \(index)")
    }
    #expect(cases.count == 400 && failures > 50)
  }
}
