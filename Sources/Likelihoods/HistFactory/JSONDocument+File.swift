public import Foundation

extension JSONDocument {
  /// Reads a file as the formats of HistFactory have it.
  ///
  /// - Throws: ``HistFactoryError`` where the file cannot be read or is not JSON.
  public init(reading file: URL) throws(HistFactoryError) {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      let exists = FileManager.default.fileExists(atPath: file.path)
      throw HistFactoryError(
        file: file, expected: "a file that can be read",
        found: exists ? (error as NSError).localizedDescription : "no such file")
    }
    do throws(JSONSyntaxError) {
      try self.init(parsing: data, file: file)
    } catch {
      throw HistFactoryError(error, file: file)
    }
  }

  /// Writes the value as ``JSONValue/text``. The file is complete or absent: it is written beside
  /// its place and renamed.
  ///
  /// - Throws: ``HistFactoryError`` where the file cannot be written.
  public func write(to file: URL) throws(HistFactoryError) {
    do {
      try Data(root.text.utf8).write(to: file, options: .atomic)
    } catch {
      throw HistFactoryError(
        file: file, expected: "a file that can be written",
        found: (error as NSError).localizedDescription)
    }
  }
}
