internal import Foundation

/// A Python program that serves HTTP on a free port of this machine while a test runs.
public final class PythonServer: Sendable {
  /// Its port.
  public let port: Int
  private let process: Process

  /// A server that belongs to a whole suite ends with the tests. It must not keep what it inherits
  /// open: `Process` learns of the end of other programs by the closing of such descriptors.
  private static let watch = """
    import os as _os, threading as _threading, time as _time
    _os.closerange(3, 4096)
    def _watch(parent=_os.getppid()):
        while _os.getppid() == parent: _time.sleep(0.5)
        _os._exit(0)
    _threading.Thread(target=_watch, daemon=True).start()

    """

  /// Starts the script with the number of a free port as first argument, and waits until something
  /// listens there.
  ///
  /// - Throws: ``PythonMissing``, ``ServerMissing`` if nothing listens after 30 s.
  public init(_ script: String, arguments: [String] = [], port chosen: Int? = nil) throws {
    guard let pythonInterpreter else { throw PythonMissing() }
    let port = try chosen ?? freePort()
    let process = Process()
    process.executableURL = pythonInterpreter
    process.arguments = ["-c", Self.watch + script, "\(port)"] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.port = port
    self.process = process
    for _ in 0..<1500 {
      if isListening(port) { return }
      guard process.isRunning else { break }
      usleep(20_000)
    }
    stop()
    throw ServerMissing(port: port)
  }

  /// Ends the server at once, as a crash would.
  public func stop() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  deinit { stop() }
}

/// A server that did not begin to listen.
public struct ServerMissing: Error, CustomStringConvertible {
  /// The port it should have listened on.
  public let port: Int
  public var description: String { "no server listens on port \(port)" }
}

private func address(_ port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}

private func withSocket<Result>(_ body: (Int32) -> Result) -> Result {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  return body(descriptor)
}

/// A port of this machine that nobody listens on.
public func freePort() throws -> Int {
  var own = address(0)
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  withSocket { descriptor in
    withUnsafeMutablePointer(to: &own) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, size)
        _ = getsockname(descriptor, $0, &size)
      }
    }
  }
  return Int(in_port_t(bigEndian: own.sin_port))
}

private func isListening(_ port: Int) -> Bool {
  var place = address(port)
  return withSocket { descriptor in
    withUnsafePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
