/// What a YAML file describes, as its key `kind` says.
enum LikelihoodKind: String, CaseIterable {
  /// Several likelihoods together (``LikelihoodFile``).
  case combination
  /// A likelihood with other priors (``LikelihoodFile``).
  case posterior
  /// A likelihood that another program computes (``ExternalConfiguration``).
  case external

  /// The kind of a file, if it is one of those given.
  ///
  /// - Throws: ``InputError`` with the line, and the kinds that could stand there.
  init(
    of whole: YAMLValue, among kinds: [LikelihoodKind] = LikelihoodKind.allCases
  ) throws(InputError) {
    let words = kinds.map { "'kind: \($0.rawValue)'" }
    let expected =
      words.dropLast().joined(separator: ", ") + (words.count > 1 ? " or " : "")
      + (words.last ?? "")
    let pairs = try whole.mapping(of: "keys, among them \(expected)")
    guard let value = pairs.first(where: { $0.key == "kind" })?.value else {
      throw whole.error(expected: expected, found: "no key 'kind'")
    }
    guard let text = try? value.text(), let kind = kinds.first(where: { $0.rawValue == text })
    else { throw value.error(expected: expected) }
    self = kind
  }
}
