public import Foundation

/// What a program that was run left behind.
public struct ProcessResult: Sendable {
  /// The exit status; the negated signal number if a signal ended it.
  public let status: Int32
  /// Everything written to standard output.
  public let standardOutput: String
  /// Everything written to standard error.
  public let standardError: String
}

/// A program that did not end with status 0.
public struct ProcessFailure: Error, CustomStringConvertible {
  /// The command line.
  public let command: [String]
  /// What the program left behind.
  public let result: ProcessResult

  public var description: String {
    "\(command.joined(separator: " ").prefix(200)) ended with status \(result.status):\n"
      + result.standardError + result.standardOutput
  }
}

/// Runs a program to its end and returns its status and output.
///
/// Output goes through files, so that a program that writes much cannot block on a full pipe.
///
/// - Parameters:
///   - executable: the program.
///   - arguments: its arguments.
///   - input: text for its standard input; none is the null device.
///   - environment: variables to set in addition to the inherited ones.
///   - folder: its working folder; by default that of the tests.
/// - Throws: if the program cannot be started; its exit status is part of the result.
public func runProcess(
  _ executable: URL, arguments: [String] = [], input: String? = nil,
  environment: [String: String] = [:], in folder: URL? = nil
) throws -> ProcessResult {
  try withTemporaryFolder { scratch in
    let output = try emptyFile(scratch.appending(path: "output"))
    let errors = try emptyFile(scratch.appending(path: "errors"))
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = folder }
    process.standardOutput = output.handle
    process.standardError = errors.handle
    process.standardInput = FileHandle.nullDevice
    if let input {
      let file = scratch.appending(path: "input")
      try input.write(to: file, atomically: true, encoding: .utf8)
      process.standardInput = try FileHandle(forReadingFrom: file)
    }
    try process.run()
    process.waitUntilExit()
    let status = process.terminationStatus
    return ProcessResult(
      status: process.terminationReason == .uncaughtSignal ? -status : status,
      standardOutput: try text(of: output.url), standardError: try text(of: errors.url))
  }
}

private func emptyFile(_ url: URL) throws -> (url: URL, handle: FileHandle) {
  try Data().write(to: url)
  return (url, try FileHandle(forWritingTo: url))
}

private func text(of url: URL) throws -> String {
  String(decoding: try Data(contentsOf: url), as: UTF8.self)
}
