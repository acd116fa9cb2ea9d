/// Names that something is said about: a list, or all.
public enum NameSelection: Sendable, Equatable {
  /// Every name.
  case all
  /// The given names.
  case names(Set<String>)

  /// No name.
  public static let none = NameSelection.names([])

  /// Whether a name is selected.
  public func contains(_ name: String) -> Bool {
    switch self {
    case .all: true
    case .names(let names): names.contains(name)
    }
  }

  /// The names of a list, sorted; none for all.
  var listed: [String] {
    switch self {
    case .all: []
    case .names(let names): names.sorted()
    }
  }
}
