public import Foundation

/// The folder of a study: artefacts, each with a record of how it was made beside it.
///
/// An artefact's key is a digest of its configuration and of the keys it depends on. Running again
/// re-uses an artefact whose record has the same key; anything else is made anew. Records are written
/// last, so that an interrupted stage counts as not done.
public struct RunFolder: Sendable {
  /// Where it is.
  public let url: URL

  /// The record of one artefact.
  public struct Record: Codable, Sendable {
    /// File name of the artefact.
    public var artifact: String
    /// Digest of the configuration and of the inputs' keys.
    public var key: String
    /// The configuration as JSON.
    public var configuration: String
    /// Version of the framework that made it.
    public var version: String
    /// Seconds it took.
    public var seconds: Double
    /// Whether it was already there (not stored).
    public var reused = false

    private enum CodingKeys: String, CodingKey {
      case artifact, key, configuration, version, seconds
    }
  }

  /// Opens or creates the folder.
  ///
  /// - Throws: ``RunFolderError/cannotCreate(_:_:)``, also if it cannot be written to.
  public init(_ url: URL) throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw RunFolderError.cannotCreate(url, error.localizedDescription)
    }
    guard FileManager.default.isWritableFile(atPath: url.path) else {
      throw RunFolderError.cannotCreate(url, "permission denied")
    }
    self.url = url
  }

  /// Makes an artefact unless it is there already.
  ///
  /// - Parameters:
  ///   - name: file name.
  ///   - configuration: everything that decides its content.
  ///   - inputs: records of what it is made from.
  ///   - make: writes the file (atomically).
  public func artifact(
    _ name: String, configuration: some Encodable, inputs: [Record] = [],
    make: (URL) throws -> Void
  ) throws -> Record {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(configuration), as: UTF8.self)
    let key = Self.digest([frameworkVersion, name, text] + inputs.map(\.key))
    let target = url.appending(path: name)
    let recordFile = url.appending(path: name + ".json")
    if FileManager.default.fileExists(atPath: target.path),
      let data = try? Data(contentsOf: recordFile),
      var record = try? JSONDecoder().decode(Record.self, from: data), record.key == key
    {
      record.reused = true
      return record
    }
    try? FileManager.default.removeItem(at: recordFile)
    let start = Date()
    try make(target)
    let record = Record(
      artifact: name, key: key, configuration: text, version: frameworkVersion,
      seconds: Date().timeIntervalSince(start))
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try encoder.encode(record).write(to: recordFile, options: .atomic)
    return record
  }

  /// FNV-1a over the parts, as 16 hexadecimal digits.
  static func digest(_ parts: [String]) -> String {
    digest(bytes: parts.flatMap { Array($0.utf8) + [0] })
  }

  /// FNV-1a over bytes, as 16 hexadecimal digits.
  static func digest(bytes: some Sequence<UInt8>) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(repeating: "0", count: hash.leadingZeroBitCount / 4) + String(hash, radix: 16)
  }
}

/// What can be wrong with a run folder.
public enum RunFolderError: Error, CustomStringConvertible {
  case cannotCreate(URL, String)

  public var description: String {
    switch self {
    case .cannotCreate(let url, let reason):
      return "the folder \(url.path) cannot be created or written to: \(reason)"
    }
  }
}
