public import Foundation
internal import NumericalCore

extension SimplifiedLikelihoodFile {
  /// Writes the file, by way of a temporary one in the same folder.
  ///
  /// - Throws: `CocoaError` if the place cannot be written to, `EncodingError` for numbers that are
  ///   not finite.
  public func write(to url: URL) throws {
    try json().write(to: url, options: .atomic)
  }

  /// The content of the file: one key, and one row of the covariance, a line.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    let covariance = input.covariance
    let rows = try (0..<covariance.rows).map { "    " + (try text(covariance.row($0))) }
    var lines: [(key: String, value: String)] = [
      ("kind", try text(Self.kind)), ("version", "\(Self.version)"),
    ]
    if let summary { lines.append(("description", try text(summary))) }
    lines += [
      ("bins", try text(input.binNames)), ("observed", try text(input.observed)),
      ("background", try text(input.background)),
      ("covariance", "[\n\(rows.joined(separator: ",\n"))\n  ]"),
    ]
    if let thirdMoments = input.thirdMoments {
      lines.append(("thirdMoments", try text(thirdMoments)))
    }
    if input.thirdMomentPolicy != .refuse {
      lines.append(("thirdMomentPolicy", try text(input.thirdMomentPolicy)))
    }
    if let signal = input.signal {
      lines.append(("signal", try text(signal)))
      lines.append(("parameterOfInterest", try text(Strength(input.parameterOfInterest))))
    }
    if !provenance.isEmpty { lines.append(("provenance", try text(provenance))) }
    if let momentErrors { lines.append(("momentErrors", try text(momentErrors))) }
    if let accuracy { lines.append(("accuracy", try text(accuracy))) }
    let body = lines.map { "  \"\($0.key)\": \($0.value)" }.joined(separator: ",\n")
    return Data("{\n\(body)\n}\n".utf8)
  }

  /// The signal strength in JSON, which knows no infinities: null is no bound.
  private struct Strength: Encodable {
    let strength: SimplifiedLikelihoodInput.SignalStrength

    private enum CodingKeys: String, CodingKey { case name, initial, lower, upper }

    init(_ strength: SimplifiedLikelihoodInput.SignalStrength) { self.strength = strength }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(strength.name, forKey: .name)
      try values.encode(strength.initial, forKey: .initial)
      try values.encode(strength.lower.isFinite ? strength.lower : nil, forKey: .lower)
      try values.encode(strength.upper.isFinite ? strength.upper : nil, forKey: .upper)
    }
  }
}
