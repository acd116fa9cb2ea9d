import Foundation
import TestSupport
import Testing

@testable import Likelihoods

private let setText = """
  {
    "metadata": {
      "references": {"hepdata": "ins1234567"},
      "description": "signals",
      "digests": {"md5": "MD5"},
      "labels": ["m1", "m2"],
      "analysis": {"id": [1]}
    },
    "patches": [
      {
        "metadata": {"name": "S_900_400", "values": [900, 400], "extra": 1},
        "patch": [{"op": "add", "path": "/channels/1/samples/-", "value":
          {"name": "S", "data": [1, 2], "modifiers": []}}]
      },
      {
        "metadata": {"name": "S_900_x", "values": [900.5, "x"]},
        "patch": [{"op": "replace", "path": "/measurements/0/config/poi", "value": "norm"}]
      },
      {
        "metadata": {"name": "broken", "values": [1, 1]},
        "patch": [{"op": "remove", "path": "/channels/2"}]
      }
    ],
    "version": "1.0.0"
  }
  """

@Suite("Patch sets of HistFactory workspaces")
struct HistFactoryPatchSetTests {
  private let base: JSONDocument
  private let text: String

  init() throws {
    base = try JSONDocument(reading: reference("base.json"))
    text = setText.replacingOccurrences(of: "MD5", with: base.root.digest(.md5))
  }

  private func set(_ text: String) throws -> HistFactoryPatchSet {
    try HistFactoryPatchSet(document: JSONDocument(parsing: text))
  }

  @Test("content, look-up by name and by values")
  func content() throws {
    let set = try set(text)
    #expect(set.names == ["S_900_400", "S_900_x", "broken"])
    #expect(set.labels == ["m1", "m2"])
    #expect(set.hepdata == "ins1234567" && set.description == "signals")
    #expect(set.digests == [.md5: base.root.digest(.md5)])
    #expect(try set.patch(named: "S_900_400").values == [.number(900), .number(400)])
    #expect(try set.patch(values: [.number(900.5), .string("x")]).name == "S_900_x")
    let unknown = try #require(throws: HistFactoryError.self) { _ = try set.patch(named: "S") }
    #expect(
      unknown.description == "expected the name of one of the 3 patches of the set: "
        + "S_900_400, S_900_x, broken, found 'S'")
    let values = try #require(throws: HistFactoryError.self) {
      _ = try set.patch(values: [.number(900)])
    }
    #expect(
      values.description == "expected the values (m1, m2) of one of the 3 patches: "
        + "[900, 400], [900.5, x], [1, 1], found [900]")
    #expect(throws: HistFactoryError.self) { try set.onlyPatch() }
  }

  @Test("a patch changes its workspace, and no other")
  func application() throws {
    let set = try set(text)
    let patched = try HistFactoryWorkspace(
      document: set.apply(try set.patch(named: "S_900_400"), to: base))
    #expect(patched.channels[1].samples.map(\.name) == ["ttbar", "S"])
    let other = try HistFactoryWorkspace(
      document: set.apply(try set.patch(named: "S_900_x"), to: base))
    #expect(other.measurements[0].parameterOfInterest == "norm")
    let broken = try #require(throws: HistFactoryError.self) {
      _ = try set.apply(try set.patch(named: "broken"), to: base)
    }
    #expect(
      broken.description == "patch 'broken': operation 0 (remove '/channels/2'): "
        + "expected an index from 0 to 1 in '/channels', found '2'")
    // 1 in place of 1.0 is another document for a digest.
    let changed = JSONDocument(
      try JSONPatch([
        .replace(
          at: JSONPointer(tokens: ["observations", "0", "data", "0"]), .number(.decimal(55)))
      ]).applied(to: base.root))
    let error = try #require(throws: HistFactoryError.self) { try set.verify(changed) }
    #expect(error.place.key == "metadata.digests.md5")
    #expect(error.found == changed.root.digest(.md5))
    #expect(throws: HistFactoryError.self) {
      try set.apply(try set.patch(named: "S_900_x"), to: changed)
    }
  }

  @Test("every stated digest counts, in either case of letters")
  func digests() throws {
    let sha256 = base.root.digest(.sha256)
    func verify(_ digests: String) throws {
      try set(
        text.replacingOccurrences(
          of: "{\"md5\": \"\(base.root.digest(.md5))\"}", with: digests)
      ).verify(base)
    }
    #expect(throws: Never.self) { try verify("{\"sha256\": \"\(sha256.uppercased())\"}") }
    #expect(throws: HistFactoryError.self) {
      try verify("{\"sha256\": \"\(sha256)\", \"md5\": \"\(String(repeating: "0", count: 32))\"}")
    }
  }

  @Test(
    "the rules of the format",
    arguments: [
      (
        "\"labels\": [\"m1\", \"m2\"]", "\"labels\": []",
        "line 6: metadata.labels: expected an array of at least one of labels, found an empty array"
      ),
      (
        "\"labels\": [\"m1\", \"m2\"]", "\"labels\": [\"m1\", \"m 2\"]",
        "line 6: metadata.labels[1]: expected letters, digits and underscores, found 'm 2'"
      ),
      (
        "\"labels\": [\"m1\", \"m2\"]", "\"labels\": [\"m1\"]",
        "line 11: patch 'S_900_400': metadata.values: expected 1 values, one for every label (m1), found 2"
      ),
      (
        "\"labels\": [\"m1\", \"m2\"],", "",
        "line 2: metadata: expected the key 'labels', found the keys references, description, digests, analysis"
      ),
      (
        "ins1234567", "ins123456",
        "line 3: metadata.references.hepdata: expected 'ins' and seven digits, found 'ins123456'"
      ),
      (
        "{\"hepdata\": \"ins1234567\"}", "{}",
        "line 3: metadata.references: expected the key 'hepdata', found an empty object"
      ),
      (
        "\"ins1234567\"}", "\"ins1234567\", \"doi\": \"x\"}",
        "line 3: metadata.references.doi: expected only the keys hepdata, found the key 'doi'"
      ),
      (
        "\"digests\": {", "\"digests\": {\"sha1\": \"x\", ",
        "line 5: metadata.digests.sha1: expected only the keys md5, sha256, found the key 'sha1'"
      ),
      (
        "\"digests\": {", "\"digests\": {\"sha256\": \"abc\", ",
        "line 5: metadata.digests.sha256: expected 64 hexadecimal digits, found 'abc'"
      ),
      (
        "\"description\": \"signals\"", "\"description\": null",
        "line 4: metadata.description: expected a string, found null"
      ),
      (
        "\"S_900_x\"", "\"S_900_400\"",
        "line 16: patch 'S_900_400': metadata.name: expected every patch to have a name of its own, found 'S_900_400' twice"
      ),
      (
        "[900.5, \"x\"]", "[9e2, 400]",
        "line 16: patch 'S_900_x': metadata.values: expected every patch to have values of its own, found [900, 400] in the patch 'S_900_400' too"
      ),
      (
        "[900.5, \"x\"]", "[900.5, null]",
        "line 16: patch 'S_900_x': metadata.values[1]: expected a number or a string, found null"
      ),
      (
        "\"S_900_x\"", "\"S-900\"",
        "line 16: patch 'S-900': metadata.name: expected letters, digits and underscores, found 'S-900'"
      ),
      (
        "\"op\": \"replace\"", "\"op\": \"set\"",
        "line 17: patch 'S_900_x': operation 0: expected op to be one of add, remove, replace, move, copy, test, found 'set'"
      ),
      (
        "\"path\": \"/channels/2\"", "\"to\": \"/channels/2\"",
        "line 21: patch 'broken': operation 0 (remove): expected the key 'path', found the keys op, to"
      ),
      (
        "\"patch\": [{\"op\": \"remove\"", "\"more\": 1, \"patch\": [{\"op\": \"remove\"",
        "line 21: patch 'broken': more: expected only the keys metadata, patch, found the key 'more'"
      ),
      (
        "\"version\": \"1.0.0\"", "\"version\": \"1.0.1\"",
        "line 24: version: expected the string '1.0.0', found the string '1.0.1'"
      ),
      (
        "\"version\": \"1.0.0\"", "\"version\": \"1.0.0\", \"x\": 1",
        "line 24: x: expected only the keys metadata, patches, version, found the key 'x'"
      ),
    ])
  func rules(find: String, put: String, description: String) throws {
    #expect(text.components(separatedBy: find).count == 2)
    let error = try #require(throws: HistFactoryError.self) {
      _ = try set(text.replacingOccurrences(of: find, with: put))
    }
    #expect(error.description == description)
  }

  @Test("references to patches as the command line has them")
  func references() throws {
    func reference(_ text: String) throws -> HistFactoryPatchReference {
      try HistFactoryPatchReference(text)
    }
    let plain = try reference("a/b.json")
    #expect(plain.file.relativePath == "a/b.json" && plain.selection == .only)
    let named = try reference("/a/b.json:S_1")
    #expect(named.file.path == "/a/b.json" && named.selection == .name("S_1"))
    #expect(try reference("a:b/c.json").selection == .only)
    let values = try reference("b.json:[900, \"x:[y\"]")
    #expect(values.file.relativePath == "b.json")
    #expect(values.selection == .values([.number(900), .string("x:[y")]))
    for text in ["", ":S", "b.json:", "b.json:[900,]", "b.json:[null]"] {
      #expect(throws: HistFactoryError.self, "\(text)") { try reference(text) }
    }
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "set:1")
      try Data().write(to: file)
      #expect(try reference(file.path).selection == .only)
    }
  }

  @Test("patches of files, one after the other")
  func files() throws {
    try withTemporaryFolder { folder in
      func write(_ name: String, _ text: String) throws -> URL {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file
      }
      let setFile = try write("set.json", text)
      let plain = try write(
        "patch.json", #"[{"op": "replace", "path": "/channels/1/samples/1/name", "value": "T"}]"#)
      let workspace = try HistFactoryWorkspace(
        reading: baseFile,
        patches: [
          HistFactoryPatchReference("\(setFile.path):[900,400]"),
          HistFactoryPatchReference(plain.path),
        ])
      #expect(workspace.channels[1].samples.map(\.name) == ["ttbar", "T"])

      func message(_ references: String...) throws -> String {
        let error = try #require(throws: HistFactoryError.self) {
          _ = try HistFactoryWorkspace(
            reading: baseFile, patches: try references.map(HistFactoryPatchReference.init))
        }
        return error.description.replacingOccurrences(of: folder.path + "/", with: "")
      }
      #expect(
        try message(setFile.path) == "set.json: expected the name of one of the 3 patches of the "
          + "set: S_900_400, S_900_x, broken, found no name")
      #expect(
        try message(plain.path) == "patch.json, line 1: operation 0 (replace "
          + "'/channels/1/samples/1/name'): expected an index from 0 to 0 in "
          + "'/channels/1/samples', found '1'")
      #expect(
        try message(plain.path + ":x")
          == "patch.json: expected a patch set, since a patch of it is "
          + "named, found a single JSON patch")
      #expect(
        try message(baseFile.path).hasSuffix(
          "expected a patch set or a JSON patch (an array of operations), found an object with "
            + "the keys channels, observations, measurements, version"))
      // The second patch finds a workspace that is no longer the one of its digest.
      #expect(
        try message("\(setFile.path):S_900_400", "\(setFile.path):S_900_x")
          .hasPrefix("set.json: metadata.digests.md5: expected the digest of the workspace"))
    }
  }

  private var baseFile: URL { reference("base.json") }
}

@Suite(
  "Published patch sets",
  .enabled(if: sharedFile("data/workspaces/pyhf_tests") != nil, needsSharedData))
struct PublishedPatchSetTests {
  private func file(_ name: String) throws -> URL {
    try #require(sharedFile("data/workspaces/pyhf_tests/\(name).json"))
  }

  @Test("a set with one patch needs no name; another workspace is refused")
  func example() throws {
    let reference = HistFactoryPatchReference(file: try file("example_patchset"))
    let workspace = try HistFactoryWorkspace(
      reading: try file("example_bkgonly"), patches: [reference])
    #expect(
      workspace.channels[0].samples[0].modifiers[0].effect == .normsys(low: 0.8, high: 1.2))
    #expect(
      try HistFactoryWorkspace(reading: try file("example_bkgonly")).channels[0].samples[0]
        .modifiers[0].effect != .normsys(low: 0.8, high: 1.2))
    let error = try #require(throws: HistFactoryError.self) {
      _ = try HistFactoryWorkspace(
        reading: try file("xmlimport_input_bkg"), patches: [reference])
    }
    #expect(error.place.key == "metadata.digests.sha256")
    #expect(error.found == "acaf538804e40bcfa212e7cd62b525056946b078c1cc3425c4593b9fa25e1e08")
  }

  @Test("bad sets are refused for what is wrong with them")
  func bad() throws {
    let names = try #require(throws: HistFactoryError.self) {
      _ = try HistFactoryPatchSet(reading: try file("patchset_bad_duplicate_patch_name"))
    }
    #expect(names.place.patch == "Gtt_2100_5000_800")
    #expect(names.expected == "every patch to have a name of its own")
    let values = try #require(throws: HistFactoryError.self) {
      _ = try HistFactoryPatchSet(reading: try file("patchset_bad_wrong_valuetype"))
    }
    #expect(values.expected == "a number or a string")
    #expect(values.line == 12)
  }
}
