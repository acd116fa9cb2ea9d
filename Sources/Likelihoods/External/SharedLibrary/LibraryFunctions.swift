internal import CLikelihoodInterface
internal import Foundation
internal import Synchronization

/// The functions of a library, found by name and checked once.
final class LibraryFunctions: Sendable {
  let library: LibraryHandle
  let value: dnnlik_value_function
  let gradient: dnnlik_gradient_function?
  let batch: dnnlik_batch_function?
  let isThreadSafe: Bool
  private let message: dnnlik_text_function?
  private let turn = Mutex(())

  init(_ path: String, configuration: String) throws(ExternalError) {
    library = try LibraryHandle(path)
    let version = try Self.required(
      "dnnlik_abi_version", in: library, as: dnnlik_integer_function.self)()
    guard version == DNNLIK_ABI_VERSION else {
      throw .mismatch(
        program: path, subject: "dnnlik_abi_version", expected: "\(DNNLIK_ABI_VERSION)",
        found: "\(version)")
    }
    value = try Self.required(
      "dnnlik_log_likelihood", in: library, as: dnnlik_value_function.self)
    gradient = library.function(
      "dnnlik_log_likelihood_gradient", as: dnnlik_gradient_function.self)
    batch = library.function("dnnlik_log_likelihood_batch", as: dnnlik_batch_function.self)
    message = library.function("dnnlik_error_message", as: dnnlik_text_function.self)
    isThreadSafe =
      library.function("dnnlik_thread_safe", as: dnnlik_integer_function.self)?() == 1
    if let start = library.function(
      "dnnlik_initialize", as: dnnlik_initialize_function.self)
    {
      try check(start(configuration), "dnnlik_initialize")
    }
  }

  private static func required<Function>(
    _ name: String, in library: LibraryHandle, as type: Function.Type
  ) throws(ExternalError) -> Function {
    guard let found = library.function(name, as: type) else {
      throw .mismatch(
        program: library.path, subject: "function", expected: "\(name) of dnnlik_likelihood.h",
        found: "no such symbol")
    }
    return found
  }

  /// Runs a call of the library, one at a time if it is not thread-safe.
  func exclusively<Value>(_ body: () -> Value) -> Value {
    if isThreadSafe { return body() }
    return turn.withLock { _ in body() }
  }

  /// Turns a code that is not 0 into an error with the library's text for it.
  func check(_ code: Int32, _ name: String) throws(ExternalError) {
    guard code != 0 else { return }
    let text = message?(code).map { ": " + String(cString: $0) } ?? ""
    throw .refused(
      .init(program: library.path, request: name), reason: "error code \(code)\(text)")
  }

  /// What the library says about its parameters.
  func parameters() throws(ExternalError) -> [Parameter] {
    let count = try Self.required(
      "dnnlik_parameter_count", in: library, as: dnnlik_integer_function.self)()
    let name = try Self.required(
      "dnnlik_parameter_name", in: library, as: dnnlik_text_function.self)
    guard (1...1_000_000).contains(count) else {
      throw .mismatch(
        program: library.path, subject: "dnnlik_parameter_count", expected: "at least 1",
        found: "\(count)")
    }
    let bounds = library.function("dnnlik_parameter_bounds", as: dnnlik_pair_function.self)
    let start = library.function("dnnlik_parameter_start", as: dnnlik_pair_function.self)
    let role = library.function("dnnlik_parameter_role", as: dnnlik_role_function.self)
    var result: [Parameter] = []
    for index in 0..<count {
      guard let text = name(index) else {
        throw .mismatch(
          program: library.path, subject: "dnnlik_parameter_name", expected: "a name",
          found: "NULL for parameter \(index)")
      }
      var parameter = Parameter(name: String(cString: text))
      bounds?(index, &parameter.lower, &parameter.upper)
      start?(index, &parameter.initial, &parameter.scale)
      if role?(index) == DNNLIK_PARAMETER_OF_INTEREST { parameter.role = .parameterOfInterest }
      result.append(parameter)
    }
    return result
  }
}
