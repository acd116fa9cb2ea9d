internal import NumericalCore

/// The metric as numbers in rows: JSON keeps every bit of them.
extension Metric: Codable {
  private enum Key: String, CodingKey { case widths, factor }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let widths = try container.decodeIfPresent([Double].self, forKey: .widths) {
      self = .diagonal(widths)
      return
    }
    let rows = try container.decode([[Double]].self, forKey: .factor)
    guard rows.allSatisfy({ $0.count == rows.count }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .factor, in: container, debugDescription: "the factor of a metric is square")
    }
    self = .dense(
      Matrix(rows: rows.count, columns: rows.count, elements: rows.flatMap { $0 }))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .diagonal(let widths): try container.encode(widths, forKey: .widths)
    case .dense(let lower):
      try container.encode((0..<lower.rows).map { Array(lower.row($0)) }, forKey: .factor)
    }
  }
}
