public import Foundation

/// The gnuplot program on this machine.
public struct Gnuplot: Sendable {
  /// The program's file.
  public let executable: URL

  /// A known gnuplot program.
  public init(executable: URL) {
    self.executable = executable
  }

  /// The program named by the environment variable `GNUPLOT`, else the first one on the search
  /// path.
  ///
  /// - Throws: ``FigureError/gnuplotNotFound(searched:)`` with advice how to install it.
  public static func find(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> Gnuplot {
    var candidates: [String] = []
    if let chosen = environment["GNUPLOT"], !chosen.isEmpty { candidates.append(chosen) }
    let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    candidates += folders.map { "\($0)/gnuplot" }
    for path in candidates where FileManager.default.isExecutableFile(atPath: path) {
      return Gnuplot(executable: URL(fileURLWithPath: path))
    }
    throw FigureError.gnuplotNotFound(searched: candidates)
  }

  /// Runs a script in a folder.
  ///
  /// - Parameters:
  ///   - script: file name of the script, relative to `folder`.
  ///   - folder: the working directory.
  ///   - figure: name of the figure, for the error.
  /// - Returns: what gnuplot wrote to standard error (warnings).
  /// - Throws: ``FigureError/gnuplotFailed(figure:message:)`` where it exits with an error.
  @discardableResult
  public func run(script: String, in folder: URL, figure: String) throws -> String {
    let process = Process()
    process.executableURL = executable
    // A user's ~/.gnuplot must not change the figures.
    process.arguments = ["--default-settings", script]
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["LC_ALL"] = "C.UTF-8"
    process.environment = environment
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw FigureError.gnuplotFailed(figure: figure, message: "cannot start \(executable.path)")
    }
    let data = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let message = String(decoding: data, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw FigureError.gnuplotFailed(
        figure: figure,
        message: message.isEmpty ? "exit status \(process.terminationStatus)" : message)
    }
    return message
  }
}
