public import Foundation

/// The root folder of the package: three levels above this file.
public let packageRoot: URL = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .standardizedFileURL

/// The folder of shared reference data beside the package, `nil` where it is absent.
///
/// The environment variable `DNNLIK_SHARED` names another place.
public let sharedFolder: URL? = {
  let place =
    ProcessInfo.processInfo.environment["DNNLIK_SHARED"].map { URL(filePath: $0) }
    ?? packageRoot.deletingLastPathComponent().appending(path: "shared")
  return FileManager.default.fileExists(atPath: place.path) ? place : nil
}()

/// A file under ``sharedFolder``, `nil` where it is absent.
public func sharedFile(_ path: String) -> URL? {
  guard let file = sharedFolder?.appending(path: path),
    FileManager.default.fileExists(atPath: file.path)
  else { return nil }
  return file
}

/// Runs `body` with a fresh folder that is removed afterwards.
@discardableResult
public func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = try makeTemporaryFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// Runs an asynchronous `body` with a fresh folder that is removed afterwards.
@discardableResult
public func withTemporaryFolder<Result>(
  isolation: isolated (any Actor)? = #isolation, _ body: (URL) async throws -> Result
) async throws -> Result {
  let folder = try makeTemporaryFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}

private func makeTemporaryFolder() throws -> URL {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "dnnlik-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return folder
}
