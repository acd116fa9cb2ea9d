import Foundation
import TestSupport
import Testing

/// The program under test, as a user runs it.
enum Program {
  /// The binary that was built beside the tests, or the one that `DNNLIK_BINARY` names.
  static let url: URL =
    ProcessInfo.processInfo.environment["DNNLIK_BINARY"].map { URL(filePath: $0) }
    ?? packageRoot.appending(path: ".build/release/dnnlik")

  struct Missing: Error, CustomStringConvertible {
    var description: String {
      "there is no program at \(url.path): build it (swift build -c release --product dnnlik) or "
        + "name it in DNNLIK_BINARY"
    }
  }

  /// One thread: suites run side by side, and no number depends on it.
  static let environment = ["DNNLIK_THREADS": "1"]

  /// Runs the program to its end.
  static func run(_ arguments: [String], in folder: URL? = nil) throws -> ProcessResult {
    guard FileManager.default.isExecutableFile(atPath: url.path) else { throw Missing() }
    return try runProcess(url, arguments: arguments, environment: environment, in: folder)
  }

  /// Runs the program and expects an exit status and, where it did not succeed, a message.
  @discardableResult
  static func run(
    _ arguments: [String], in folder: URL? = nil, status: Int32,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProcessResult {
    let result = try run(arguments, in: folder)
    #expect(
      result.status == status,
      "\(arguments.joined(separator: " ")): \(result.standardError)\(result.standardOutput)",
      sourceLocation: sourceLocation)
    return result
  }

  /// Runs the program with `--json`; its whole standard output has to be one JSON object.
  static func json(
    _ arguments: [String], in folder: URL? = nil, status: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> JSON {
    let result = try run(
      arguments + ["--json"], in: folder, status: status, sourceLocation: sourceLocation)
    return try JSON(text: result.standardOutput)
  }

  /// What an interrupted program left behind; see `ProcessResult`.
  struct Interrupted {
    let status: Int32
    let standardOutput, standardError: String
  }

  /// Runs the program, sends SIGINT as soon as it reports progress, and waits for its end.
  static func interrupt(_ arguments: [String], in folder: URL) throws -> Interrupted {
    guard FileManager.default.isExecutableFile(atPath: url.path) else { throw Missing() }
    let output = folder.appending(path: "standard-output")
    let errors = folder.appending(path: "standard-error")
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    while process.isRunning, try Data(contentsOf: errors).isEmpty { usleep(2000) }
    process.interrupt()
    process.waitUntilExit()
    let status = process.terminationStatus
    let result = Interrupted(
      status: process.terminationReason == .uncaughtSignal ? -status : status,
      standardOutput: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      standardError: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    for file in [output, errors] { try FileManager.default.removeItem(at: file) }
    return result
  }
}

/// All files below a folder, with their paths relative to it; none is left out for its name.
func files(below folder: URL) throws -> Set<String> {
  Set(try FileManager.default.subpathsOfDirectory(atPath: folder.path))
}

/// Whether a file is there and has content.
func isFilled(_ file: URL) -> Bool {
  (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0) ?? 0 > 0
}

/// Fits two likelihoods, whose mu have to agree within a tenth of its error.
func expectEqualMaxima(_ truth: String, _ surrogate: String, in folder: URL) throws {
  let truth = try Program.json(["fit", truth], in: folder)
  let fit = try Program.json(["fit", surrogate], in: folder)
  let error = try truth.at("parameters", "mu", "error").number
  #expect(
    abs(
      try fit.at("parameters", "mu", "value").number
        - truth.at("parameters", "mu", "value").number) < 0.1 * error)
}
