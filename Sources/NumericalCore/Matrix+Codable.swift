extension Matrix: Codable where Element: Codable {
  private enum CodingKeys: String, CodingKey { case rows, columns, elements }

  /// Reads a matrix.
  ///
  /// - Throws: `DecodingError`, also where the elements do not fill the rows.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let rows = try fields.decode(Int.self, forKey: .rows)
    let columns = try fields.decode(Int.self, forKey: .columns)
    let elements = try fields.decode([Element].self, forKey: .elements)
    guard rows >= 0, columns >= 0, elements.count == rows * columns else {
      throw DecodingError.dataCorruptedError(
        forKey: .elements, in: fields,
        debugDescription: "\(elements.count) elements cannot fill \(rows) x \(columns)")
    }
    self.init(rows: rows, columns: columns, elements: elements)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(rows, forKey: .rows)
    try fields.encode(columns, forKey: .columns)
    try fields.encode(elements, forKey: .elements)
  }
}
