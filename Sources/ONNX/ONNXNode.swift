internal import Foundation

/// A constant that configures an operator.
public enum ONNXAttribute: Sendable, Equatable {
  case int(Int)
  case float(Float)
  case string(String)
  case ints([Int])
  case floats([Float])
  case strings([String])
  case tensor(ONNXTensor)
  /// A kind that is not supported here (sub-graphs, sparse tensors).
  case other(String)
}

/// One operation of a graph: named inputs, an operator, named outputs.
public struct ONNXNode: Sendable, Equatable {
  /// Its name; for messages only.
  public var name: String
  /// The operator, e.g. `Gemm`.
  public var operatorType: String
  /// The set the operator belongs to; empty for the standard one.
  public var domain: String
  /// Names of the operands; empty for an optional one that is left out.
  public var inputs: [String]
  /// Names of the results.
  public var outputs: [String]
  /// Constants of the operator.
  public var attributes: [String: ONNXAttribute]

  /// An operation of the standard set.
  public init(
    name: String, operatorType: String, inputs: [String], outputs: [String],
    attributes: [String: ONNXAttribute] = [:], domain: String = ""
  ) {
    self.name = name
    self.operatorType = operatorType
    self.domain = domain
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }

  /// The message that stands for the node in a file.
  var proto: Onnx_NodeProto {
    var message = Onnx_NodeProto()
    message.name = name
    message.opType = operatorType
    message.domain = domain
    message.input = inputs
    message.output = outputs
    // In the order of their names, so that the same graph makes the same bytes.
    message.attribute = attributes.sorted { $0.key < $1.key }.map { $1.proto(name: $0) }
    return message
  }

  /// Reads the message.
  init(_ message: Onnx_NodeProto) throws {
    let pairs = try message.attribute.map { ($0.name, try ONNXAttribute($0)) }
    self.init(
      name: message.name, operatorType: message.opType, inputs: message.input,
      outputs: message.output, attributes: Dictionary(pairs) { first, _ in first },
      // Both spellings mean the standard set.
      domain: message.domain == "ai.onnx" ? "" : message.domain)
  }
}

extension ONNXAttribute {
  func proto(name: String) -> Onnx_AttributeProto {
    var message = Onnx_AttributeProto()
    message.name = name
    switch self {
    case .int(let value):
      message.type = .int
      message.i = Int64(value)
    case .float(let value):
      message.type = .float
      message.f = value
    case .string(let value):
      message.type = .string
      message.s = Data(value.utf8)
    case .ints(let values):
      message.type = .ints
      message.ints = values.map(Int64.init)
    case .floats(let values):
      message.type = .floats
      message.floats = values
    case .strings(let values):
      message.type = .strings
      message.strings = values.map { Data($0.utf8) }
    case .tensor(let value):
      message.type = .tensor
      message.t = value.proto
    case .other:
      message.type = .undefined
    }
    return message
  }

  init(_ message: Onnx_AttributeProto) throws {
    self =
      switch message.type {
      case .int: .int(Int(message.i))
      case .float: .float(message.f)
      case .string: .string(String(decoding: message.s, as: UTF8.self))
      case .ints: .ints(message.ints.map(Int.init))
      case .floats: .floats(message.floats)
      case .strings: .strings(message.strings.map { String(decoding: $0, as: UTF8.self) })
      case .tensor: .tensor(try ONNXTensor(message.t))
      default: .other("\(message.type)")
      }
  }
}
