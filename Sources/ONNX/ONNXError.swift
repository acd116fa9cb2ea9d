public import Foundation

/// Why a model could not be read, written, built or evaluated.
public enum ONNXError: Error, Equatable, Sendable {
  /// There is no file of this name.
  case missingFile(file: URL)
  /// The file cannot be opened.
  case cannotOpen(file: URL, reason: String)
  /// The file cannot be written (folder missing, not writable, disk full).
  case cannotWrite(file: URL, reason: String)
  /// The bytes are not an ONNX model, or only the beginning of one.
  case notONNX(source: String, reason: String)
  /// The graph contradicts itself: a name defined twice, or used before it is defined.
  case invalidGraph(reason: String)
  /// There is no initializer of this name; `present` lists what is there.
  case missingTensor(name: String, present: [String])
  /// A tensor holds elements of another type than was asked for.
  case wrongType(tensor: String, expected: String, found: String)
  /// A tensor has another shape than is declared or needed.
  case wrongShape(tensor: String, expected: String, found: [Int])
  /// A tensor cannot be read (data in another file, or fewer elements than its shape says).
  case unreadableTensor(tensor: String, reason: String)
  /// No value was given for an input of the model.
  case missingInput(name: String, given: [String])
  /// The interpreter does not know an operator of the graph.
  case unsupportedOperator(node: String, operatorType: String, domain: String)
  /// An operator cannot be applied to its operands.
  case failedNode(node: String, operatorType: String, reason: String)
}

extension ONNXError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingFile(let file): "\(file.path): no such file"
    case .cannotOpen(let file, let reason): "\(file.path): cannot be opened (\(reason))"
    case .cannotWrite(let file, let reason): "\(file.path): cannot be written (\(reason))"
    case .notONNX(let source, let reason): "\(source): not an ONNX model (\(reason))"
    case .invalidGraph(let reason): "invalid graph: \(reason)"
    case .missingTensor(let name, let present):
      "no initializer '\(name)'; present: \(present.joined(separator: ", "))"
    case .wrongType(let tensor, let expected, let found):
      "tensor '\(tensor)' holds \(found), expected \(expected)"
    case .wrongShape(let tensor, let expected, let found):
      "tensor '\(tensor)' has shape \(found), expected \(expected)"
    case .unreadableTensor(let tensor, let reason): "tensor '\(tensor)': \(reason)"
    case .missingInput(let name, let given):
      "no value for input '\(name)'; given: \(given.joined(separator: ", "))"
    case .unsupportedOperator(let node, let operatorType, let domain):
      "node '\(node)': operator \(domain.isEmpty ? "" : domain + ".")\(operatorType) is not known"
    case .failedNode(let node, let operatorType, let reason):
      "node '\(node)' (\(operatorType)): \(reason)"
    }
  }
}
