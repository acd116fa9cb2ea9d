internal import Foundation
public import NumericalCore

/// A model of a server of the UM-Bridge protocol (version 1.0, https://um-bridge-benchmarks.readthedocs.io)
/// whose only output is one number, the log density.
///
/// The inputs of all blocks, one after the other, are the parameters. The protocol knows no names:
/// they are `x_1`, `x_2`, … until ``ExternalLikelihood`` gives others.
public struct UMBridgeModel: ExternalProgram {
  /// How the server is asked.
  public struct Options: Sendable, Equatable {
    /// The longest time for an answer, in seconds: a day.
    public static let longestTimeout = 86_400.0

    /// Seconds in which every request has to be answered, ``longestTimeout`` at most.
    public var timeout: Double
    /// What happens after failures that may pass.
    public var retryPolicy: RetryPolicy
    /// Requests at the same time, at most.
    public var concurrency: Int

    /// Options; by default a minute for a request, and two requests a core (4 to 8) at a time.
    public init(
      timeout: Double = 60, retryPolicy: RetryPolicy = .init(), concurrency: Int? = nil
    ) {
      self.timeout = timeout
      self.retryPolicy = retryPolicy
      let cores = ProcessInfo.processInfo.activeProcessorCount
      self.concurrency = concurrency ?? min(8, max(4, 2 * cores))
    }
  }

  /// The name of the model.
  public let name: String
  /// Sizes of the blocks of inputs.
  public let inputSizes: [Int]
  public let hasGradient: Bool
  /// How the server is asked.
  public let options: Options
  private let client: UMBridgeClient

  /// Asks the server about the model.
  ///
  /// - Throws: ``ExternalError`` if there is no server, if it does not offer the model, or if the
  ///   model does not return one number.
  public init(
    _ address: UMBridgeAddress, options: Options = .init()
  ) throws(ExternalError) {
    self.options = options
    client = UMBridgeClient(address, timeout: options.timeout, policy: options.retryPolicy)
    name = try Self.chosenModel(address, offered: Self.models(client))
    let support = try client.post("ModelInfo", ["name": .string(name)])["support"]
    guard support?["Evaluate"] == .bool(true) else {
      throw .mismatch(
        program: address.server, subject: "model '\(name)'", expected: "support of Evaluate",
        found: support?.text ?? "no list of what it supports")
    }
    hasGradient = support?["Gradient"] == .bool(true)
    inputSizes = try Self.sizes(client, "InputSizes", "inputSizes", name)
    guard inputSizes.contains(where: { $0 > 0 }) else {
      throw .mismatch(
        program: address.server, subject: "model '\(name)'", expected: "at least one parameter",
        found: "input sizes \(inputSizes)")
    }
    let outputs = try Self.sizes(client, "OutputSizes", "outputSizes", name)
    guard outputs == [1] else {
      throw .mismatch(
        program: address.server, subject: "model '\(name)'",
        expected: "one output of one number, the log density (output sizes [1])",
        found: "output sizes \(outputs)")
    }
  }

  public var location: String { "\(client.address.server)/\(name)" }

  public var parameters: [Parameter] {
    (1...inputSizes.reduce(0, +)).map { Parameter(name: "x_\($0)") }
  }

  public func values(at points: Matrix<Double>) throws(ExternalError) -> [Double] {
    try ConcurrentRequests(concurrency: options.concurrency).run(points.rows) {
      (row) throws(ExternalError) -> Double in try value(points.row(row))
    }
  }

  public func valuesAndGradients(
    at points: Matrix<Double>
  ) throws(ExternalError) -> (values: [Double], gradients: Matrix<Double>) {
    let answers = try ConcurrentRequests(concurrency: options.concurrency).run(points.rows) {
      (row) throws(ExternalError) -> (Double, [Double]) in
      let point = points.row(row)
      let value = try value(point)
      // The gradient is not asked where there is none.
      let gradient =
        value > -.infinity ? try gradient(point) : Array(repeating: 0, count: point.count)
      return (value, gradient)
    }
    return (
      answers.map(\.0),
      Matrix(rows: points.rows, columns: points.columns, elements: answers.flatMap(\.1))
    )
  }

  private func value(_ point: [Double]) throws(ExternalError) -> Double {
    ExternalCalls.count(values: 1)
    let answer = try client.post(
      "Evaluate",
      [
        "name": .string(name), "input": input(point),
        "config": .object(client.address.configuration),
      ])
    guard case .array(let blocks)? = answer["output"], blocks.count == 1,
      let numbers = blocks[0].numbers, numbers.count == 1
    else {
      throw .answer(
        client.call("POST /Evaluate of model '\(name)'"),
        expected: "the output [[log density]], one number", found: Self.shown(answer))
    }
    try check(numbers[0], at: point, "POST /Evaluate")
    return numbers[0]
  }

  private func gradient(_ point: [Double]) throws(ExternalError) -> [Double] {
    ExternalCalls.count(gradients: 1)
    var result: [Double] = []
    for (block, size) in inputSizes.enumerated() where size > 0 {
      let answer = try client.post(
        "Gradient",
        [
          "name": .string(name), "outWrt": .integer(0), "inWrt": .integer(block),
          "input": input(point), "sens": .array([.number(1)]),
          "config": .object(client.address.configuration),
        ])
      guard let numbers = answer["output"]?.numbers, numbers.count == size,
        numbers.allSatisfy(\.isFinite)
      else {
        throw .answer(
          client.call("POST /Gradient of model '\(name)'"),
          expected: "the output [derivatives], \(size) finite numbers", found: Self.shown(answer))
      }
      result += numbers
    }
    return result
  }

  private func input(_ point: [Double]) -> UMBridgeValue {
    var rest = point[...]
    return .array(
      inputSizes.map { size in
        defer { rest = rest.dropFirst(size) }
        return .array(rest.prefix(size).map { .number($0) })
      })
  }

  private static func shown(_ answer: UMBridgeValue) -> String {
    let text = answer.text
    return text.count > 200 ? text.prefix(200) + "…" : text
  }
}

// What the server says about its models.
extension UMBridgeModel {
  private static func models(_ client: UMBridgeClient) throws(ExternalError) -> [String] {
    let answer = try client.get("Info")
    guard case .array(let items)? = answer["models"] else {
      throw .answer(
        client.call("GET /Info"), expected: "a list of models", found: shown(answer))
    }
    guard answer["protocolVersion"]?.number == 1 else {
      throw .answer(
        client.call("GET /Info"), expected: "protocolVersion 1.0", found: shown(answer))
    }
    return items.compactMap { if case .string(let name) = $0 { name } else { nil } }
  }

  private static func chosenModel(
    _ address: UMBridgeAddress, offered: [String]
  ) throws(ExternalError) -> String {
    let list = offered.isEmpty ? "none" : offered.joined(separator: ", ")
    guard let wanted = address.model else {
      if offered.count == 1 { return offered[0] }
      throw .mismatch(
        program: address.server, subject: "model",
        expected: "its name in the address, as the server does not offer exactly one",
        found: "the models \(list)")
    }
    guard offered.contains(wanted) else {
      throw .mismatch(
        program: address.server, subject: "model", expected: "one that the server offers (\(list))",
        found: "'\(wanted)'")
    }
    return wanted
  }

  private static func sizes(
    _ client: UMBridgeClient, _ request: String, _ key: String, _ model: String
  ) throws(ExternalError) -> [Int] {
    let answer = try client.post(
      request,
      ["name": .string(model), "config": .object(client.address.configuration)])
    let sizes = answer[key]?.numbers.map { $0.compactMap(Int.init(exactly:)) }
    guard let sizes, sizes.count == answer[key]?.numbers?.count,
      sizes.allSatisfy({ (0...1_000_000).contains($0) })
    else {
      throw .answer(
        client.call("POST /\(request) of model '\(model)'"), expected: "a list of sizes '\(key)'",
        found: shown(answer))
    }
    return sizes
  }
}
