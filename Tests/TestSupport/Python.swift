public import Foundation
public import Testing

/// The Python interpreter with the packages of `Tests/requirements.txt`, `nil` where there is
/// none.
///
/// It is `DNNLIK_TEST_PYTHON`, else the `.venv` that `scripts/python-environment` makes. A suite
/// that needs it carries the trait `.enabled(if: pythonInterpreter != nil, needsPython)`.
public let pythonInterpreter: URL? = {
  let place =
    ProcessInfo.processInfo.environment["DNNLIK_TEST_PYTHON"].map { URL(filePath: $0) }
    ?? packageRoot.appending(path: ".venv/bin/python")
  return FileManager.default.isExecutableFile(atPath: place.path) ? place : nil
}()

/// Why a test that needs Python is skipped.
public let needsPython: Comment = "needs scripts/python-environment or DNNLIK_TEST_PYTHON"

/// Why a test that needs the shared reference data is skipped.
public let needsSharedData: Comment = "needs the shared reference data beside the package"

/// There is no Python interpreter to run a script with.
public struct PythonMissing: Error, CustomStringConvertible {
  public var description: String { "no Python interpreter: \(needsPython)" }
}

/// Runs a Python script and returns what it wrote to standard output.
///
/// - Parameters:
///   - script: the program text.
///   - arguments: `sys.argv[1:]`.
/// - Throws: ``PythonMissing``, or ``ProcessFailure`` with the traceback.
@discardableResult
public func runPython(_ script: String, arguments: [String] = []) throws -> String {
  guard let pythonInterpreter else { throw PythonMissing() }
  return try withTemporaryFolder { folder in
    let file = folder.appending(path: "script.py")
    try script.write(to: file, atomically: true, encoding: .utf8)
    let result = try runProcess(pythonInterpreter, arguments: [file.path] + arguments)
    guard result.status == 0 else {
      throw ProcessFailure(command: ["python", "script.py"] + arguments, result: result)
    }
    return result.standardOutput
  }
}
