public import Foundation

/// A C compiler, `nil` where there is none; Swift's toolchain brings one.
public let cCompiler: URL? = {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
  for name in ["cc", "clang"] {
    for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
      return URL(filePath: "\(folder)/\(name)")
    }
  }
  return nil
}()

/// The C file of `Examples/c-likelihood`.
public let exampleLibrarySource: URL = packageRoot.appending(
  path: "Examples/c-likelihood/counting.c")

/// There is no C compiler.
public struct CompilerMissing: Error {}

/// Compiles a C file to a shared library in `folder`, as `Examples/c-likelihood/Makefile` does.
///
/// - Parameters:
///   - source: the file.
///   - flags: further flags, such as definitions.
///   - name: the name of the library's file.
public func compileLibrary(
  _ source: URL, flags: [String] = [], name: String = "liblikelihood.so", in folder: URL
) throws -> URL {
  let library = folder.appending(path: name)
  let header = packageRoot.appending(path: "Sources/CLikelihoodInterface")
  guard let cCompiler else { throw CompilerMissing() }
  let arguments =
    ["-O1", "-fPIC", "-shared", "-I\(header.path)"] + flags
    + ["-o", library.path, source.path, "-lm"]
  let result = try runProcess(cCompiler, arguments: arguments)
  guard result.status == 0 else {
    throw ProcessFailure(command: [cCompiler.path] + arguments, result: result)
  }
  return library
}
