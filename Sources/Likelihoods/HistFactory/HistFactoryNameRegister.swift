/// The names of a workspace, to find those that must not come twice.
struct NameRegister {
  /// What names belong to; names of different kinds have nothing to do with each other.
  enum Kind: Hashable { case channel, sample, modifier }

  private struct Key: Hashable {
    let kind: Kind
    let name: String
  }

  /// The channels so far.
  var channels: [String] = []
  /// Where a shapesys of a name stands.
  var shapesys: [String: String] = [:]
  /// The first spelling of every name, and where it stands.
  private var spellings: [Key: (name: String, place: HistFactoryError.Place)] = [:]

  /// Refuses a name that equals an earlier one as text but has other code points: é as U+00E9 and
  /// as e with U+0301. pyhf keeps such names apart; here they would become one.
  mutating func requireOneSpelling(
    of name: String, _ kind: Kind, _ item: HistFactoryCursor
  ) throws(HistFactoryError) {
    let key = Key(kind: kind, name: name)
    guard let first = spellings[key] else {
      spellings[key] = (name, item.place)
      return
    }
    guard !first.name.utf8.elementsEqual(name.utf8) else { return }
    throw item.member("name").failure(
      expected: "equal names to have equal code points: \(Self.codes(first.name)) as in "
        + "\(first.place)",
      found: Self.codes(name))
  }

  private static func codes(_ name: String) -> String {
    "'" + name.unicodeScalars.map { $0.escaped(asASCII: true) }.joined() + "'"
  }
}
