import ArgumentParser
import DNNLikelihood
import Foundation

/// Arguments of the form `name=value`.
enum FixedParameters {
  static func parse(_ texts: [String]) throws -> [String: Double] {
    var result: [String: Double] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Double(parts[1]) else {
        throw ValidationError("--fix expects name=number, such as mu=1, but found '\(text)'")
      }
      guard result.updateValue(value, forKey: String(parts[0])) == nil else {
        throw ValidationError("--fix names '\(parts[0])' twice")
      }
    }
    return result
  }
}
