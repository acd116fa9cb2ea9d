internal import Foundation
internal import Glibc
internal import Synchronization

/// A Python program that serves HTTP on a free port of this machine while a test runs.
///
/// It is started without `Process`, which learns of the end of a program by the closing of a
/// descriptor that other programs inherit: a server that keeps it delays them, and one that closes
/// it stops the thread that waits for all.
public final class PythonServer: Sendable {
  /// Its port.
  public let port: Int
  private let identifier: Mutex<pid_t?>

  /// A server that belongs to a whole suite ends with the tests.
  private static let watch = """
    import os as _os, threading as _threading, time as _time
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
    self.port = port
    let command = [pythonInterpreter.path, "-c", Self.watch + script, "\(port)"] + arguments
    guard let child = spawn(command) else { throw ServerMissing(port: port) }
    identifier = Mutex(child)
    for _ in 0..<1500 {
      if isListening(port) { return }
      guard waitpid(child, nil, WNOHANG) == 0 else {
        identifier.withLock { $0 = nil }
        break
      }
      usleep(20_000)
    }
    stop()
    throw ServerMissing(port: port)
  }

  /// Ends the server at once, as a crash would.
  public func stop() {
    identifier.withLock { child in
      guard let running = child else { return }
      kill(running, SIGKILL)
      waitpid(running, nil, 0)
      child = nil
    }
  }

  deinit { stop() }
}

/// Starts a program without input and output that inherits no other descriptor.
private func spawn(_ command: [String]) -> pid_t? {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for descriptor in Int32(0)...2 {
    posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
  }
  // Closing what is not open is no error here.
  for descriptor in Int32(3)..<1000 { posix_spawn_file_actions_addclose(&actions, descriptor) }
  var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
  defer { for argument in arguments { free(argument) } }
  var child: pid_t = 0
  let status = posix_spawn(&child, command[0], &actions, nil, &arguments, environ)
  return status == 0 ? child : nil
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
