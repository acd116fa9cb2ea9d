public import Foundation
internal import SwiftProtobuf

extension ONNXModel {
  /// Reads a model from a file.
  ///
  /// - Throws: ``ONNXError``: missing, unreadable, not ONNX, truncated, contradictory graph.
  public init(reading url: URL) throws {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw ONNXError.missingFile(file: url)
    }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw ONNXError.cannotOpen(file: url, reason: error.localizedDescription)
    }
    try self.init(serialized: bytes, source: url.path)
  }

  /// Reads a model from the bytes of a file.
  ///
  /// - Parameter source: names the origin in error messages.
  /// - Throws: ``ONNXError``: not ONNX, truncated, contradictory graph.
  public init(serialized bytes: Data, source: String = "data") throws {
    let message: Onnx_ModelProto
    do {
      message = try Onnx_ModelProto(serializedBytes: bytes)
    } catch {
      throw ONNXError.notONNX(source: source, reason: "\(error)")
    }
    guard message.hasGraph, message.irVersion > 0, !message.graph.output.isEmpty else {
      throw ONNXError.notONNX(source: source, reason: "it has no graph with an output")
    }
    try self.init(message)
    try validate()
  }

  /// The bytes of the file; the same model makes the same bytes.
  public func serialized() throws -> Data {
    try proto.serializedBytes()
  }

  /// Writes the model: under a temporary name in the same folder, then renamed.
  ///
  /// - Throws: ``ONNXError/cannotWrite(file:reason:)``.
  public func write(to url: URL) throws {
    let temporary = url.deletingLastPathComponent()
      .appending(path: ".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).part")
    let bytes = try serialized()
    do {
      try bytes.write(to: temporary)
      let handle = try FileHandle(forUpdating: temporary)
      try handle.synchronize()
      try handle.close()
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw ONNXError.cannotWrite(file: url, reason: error.localizedDescription)
    }
    guard rename(temporary.path, url.path) == 0 else {
      let reason = String(cString: strerror(errno))
      try? FileManager.default.removeItem(at: temporary)
      throw ONNXError.cannotWrite(file: url, reason: reason)
    }
  }
}

extension ONNXModel {
  private var proto: Onnx_ModelProto {
    var message = Onnx_ModelProto()
    message.irVersion = Int64(irVersion)
    message.producerName = producerName
    message.producerVersion = producerVersion
    message.docString = documentation
    var set = Onnx_OperatorSetIdProto()
    set.domain = ""
    set.version = Int64(opset)
    message.opsetImport = [set]
    message.metadataProps = metadata.sorted { $0.key < $1.key }.map { key, value in
      var entry = Onnx_StringStringEntryProto()
      entry.key = key
      entry.value = value
      return entry
    }
    message.graph.name = graphName
    message.graph.input = inputs.map(\.proto)
    message.graph.output = outputs.map(\.proto)
    message.graph.initializer = initializers.map(\.proto)
    message.graph.node = nodes.map(\.proto)
    return message
  }

  private init(_ message: Onnx_ModelProto) throws {
    let graph = message.graph
    let initializers = try graph.initializer.map(ONNXTensor.init)
    let constants = Set(initializers.map(\.name))
    let entries = message.metadataProps.map { ($0.key, $0.value) }
    let standardSet = message.opsetImport.first { ["", "ai.onnx"].contains($0.domain) }
    self.init(
      graphName: graph.name,
      inputs: try graph.input.filter { !constants.contains($0.name) }.map(ONNXValue.init),
      outputs: try graph.output.map(ONNXValue.init), initializers: initializers,
      nodes: try graph.node.map(ONNXNode.init),
      metadata: Dictionary(entries) { first, _ in first }, documentation: message.docString,
      producerName: message.producerName, producerVersion: message.producerVersion,
      opset: Int(standardSet?.version ?? 1), irVersion: Int(message.irVersion))
  }
}
