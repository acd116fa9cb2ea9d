public import Foundation

/// A file of pseudo-experiments: lines of JSON, the study first, then one toy a line.
///
/// Toys are added at the end as they are finished. A line that was not written to its end, because
/// the program was killed, is dropped when the file is opened again; the toy is then made anew,
/// with the same numbers.
public struct PseudoExperimentFile: Sendable {
  /// Where it is.
  public let url: URL
  private let results: PseudoExperimentResults
  /// Where the complete lines end.
  private let length: Int

  private static let format = "dnnlik pseudo-experiments"
  private static let version = 1

  /// The first line.
  private struct Header: Codable {
    let format: String
    let version: Int
    let study: PseudoExperiments
    let likelihood: LikelihoodFingerprint
    let observed: ObservedMaxima
  }

  /// Reads a file.
  ///
  /// - Throws: ``PseudoExperimentError/file(path:line:expected:found:)``, errors of the system.
  public static func read(_ url: URL) throws -> PseudoExperimentResults {
    try PseudoExperimentFile(url).results
  }

  private init(_ url: URL) throws {
    self.url = url
    let data = try Data(contentsOf: url)
    let path = url.relativePath
    guard let end = data.firstIndex(of: UInt8(ascii: "\n")) else {
      throw PseudoExperimentError.file(
        path: path, line: 1, expected: "the study of pseudo-experiments", found: "no whole line")
    }
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: data[..<end])
    } catch {
      throw PseudoExperimentError.file(
        path: path, line: 1, expected: "the study of pseudo-experiments", found: "something else")
    }
    guard header.format == Self.format, header.version == Self.version else {
      throw PseudoExperimentError.file(
        path: path, line: 1, expected: "'\(Self.format)' of version \(Self.version)",
        found: "'\(header.format)' of version \(header.version)")
    }
    do {
      try header.study.check()
    } catch {
      throw PseudoExperimentError.file(
        path: path, line: 1, expected: "a study", found: "\(error)")
    }
    let last = data.lastIndex(of: UInt8(ascii: "\n")) ?? end
    var found: [PseudoExperiments.Point: [PseudoExperiment]] = [:]
    var number = 1
    for line in data[(end + 1)..<(last + 1)].split(separator: UInt8(ascii: "\n")) {
      number += 1
      let (index, experiment) = try Self.experiment(line, path, number)
      guard header.study.points.indices.contains(index) else {
        throw PseudoExperimentError.file(
          path: path, line: number,
          expected: "a point below \(header.study.points.count)", found: "\(index)")
      }
      found[header.study.points[index], default: []].append(experiment)
    }
    for (point, list) in found {
      let sorted = list.sorted { $0.toy < $1.toy }
      if let twice = zip(sorted, sorted.dropFirst()).first(where: { $0.toy == $1.toy }) {
        throw PseudoExperimentError.file(
          path: path, line: number, expected: "every toy once",
          found: "toy \(twice.0.toy) of the value \(point.tested) twice")
      }
      found[point] = sorted
    }
    length = last + 1 - data.startIndex
    results = PseudoExperimentResults(
      study: header.study, likelihood: header.likelihood, observed: header.observed,
      experiments: found)
  }

  /// Writes results to a new file, under a temporary name that is then changed.
  ///
  /// - Throws: errors of the system.
  public static func write(_ results: PseudoExperimentResults, to url: URL) throws {
    var text = try header(results)
    for (i, point) in results.study.points.enumerated() {
      for experiment in results.experiments(at: point) { text += line(experiment, i) }
    }
    try Data(text.utf8).write(to: url, options: .atomic)
  }

  private static func header(_ results: PseudoExperimentResults) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let header = Header(
      format: format, version: version, study: results.study, likelihood: results.likelihood,
      observed: results.observed)
    return String(decoding: try encoder.encode(header), as: UTF8.self) + "\n"
  }

  /// `[point, toy, best, free, tested, zero, certified, retried, rejected draws]`; absent numbers
  /// and -∞ are null. Numbers are written such that they are read back exactly.
  static func line(_ toy: PseudoExperiment, _ point: Int) -> String {
    let numbers = [toy.best, toy.free, toy.tested, toy.zero ?? .nan].map {
      $0.isFinite ? "\($0)" : "null"
    }
    return "[\(point),\(toy.toy),\(numbers.joined(separator: ",")),"
      + "\(toy.isCertified ? 1 : 0),\(toy.isRetried ? 1 : 0),\(toy.rejectedDraws)]\n"
  }

  private static func experiment(
    _ line: Data.SubSequence, _ path: String, _ number: Int
  ) throws -> (point: Int, experiment: PseudoExperiment) {
    let text = String(decoding: line, as: UTF8.self)
    let fields = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
    guard text.hasPrefix("["), text.hasSuffix("]"), fields.count == 9,
      let point = Int(fields[0]), let toy = Int(fields[1]), toy >= 0, let best = Double(fields[2]),
      let certified = Int(fields[6]), let retried = Int(fields[7]), let rejected = Int(fields[8])
    else {
      throw PseudoExperimentError.file(
        path: path, line: number, expected: "a toy of nine numbers", found: "'\(text.prefix(60))'")
    }
    return (
      point,
      PseudoExperiment(
        toy: toy, best: best, free: Double(fields[3]) ?? -.infinity,
        tested: Double(fields[4]) ?? -.infinity, zero: Double(fields[5]),
        isCertified: certified != 0, isRetried: retried != 0, rejectedDraws: rejected)
    )
  }
}

extension PseudoExperimentFile {
  /// What a file takes toys with.
  final class Appender {
    private let handle: FileHandle
    private let points: [PseudoExperiments.Point: Int]

    /// Opens a file behind its complete lines; no other program may write to it meanwhile.
    init(_ url: URL, length: Int, points: [PseudoExperiments.Point]) throws {
      handle = try FileHandle(forUpdating: url)
      guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
        throw PseudoExperimentError.occupied(
          path: url.relativePath, reason: "another program is writing to this file")
      }
      try handle.truncate(atOffset: UInt64(length))
      try handle.seekToEnd()
      self.points = Dictionary(uniqueKeysWithValues: points.enumerated().map { ($1, $0) })
    }

    deinit { try? handle.close() }

    func append(_ batch: ToyBatch) throws {
      let point = points[batch.point] ?? 0
      let text = batch.experiments.map { line($0, point) }.joined()
      try handle.write(contentsOf: Data(text.utf8))
    }
  }

  /// A new file with the study alone, or the one of an interrupted run.
  static func open(
    _ url: URL, for results: PseudoExperimentResults, resuming: Bool
  ) throws -> (known: PseudoExperimentResults, appender: Appender) {
    var known = results
    if FileManager.default.fileExists(atPath: url.path) {
      guard resuming else {
        throw PseudoExperimentError.occupied(
          path: url.relativePath,
          reason: "the file exists; resume it, remove it or choose another name")
      }
      let file = try PseudoExperimentFile(url)
      try known.add(file.results)
      // More toys than before: the study in the file is to say so.
      if file.results.study != results.study { try write(known, to: url) }
    } else {
      try write(results, to: url)
    }
    let length = try PseudoExperimentFile(url).length
    return (known, try Appender(url, length: length, points: known.study.points))
  }
}
