/// Recursive descent over the words of a condition. From the weakest: `or`, `and`, `not`,
/// comparisons, sums, products, signs.
struct ConditionParser {
  private let text: String
  private let names: [String]
  private let tokens: [(token: ConditionToken, position: Int)]
  private var next = 0
  private var depth = 0

  private enum Value {
    case number(Condition.Number)
    case truth(Condition.Truth)
  }

  static func parse(
    _ text: String, names: [String]
  ) throws(ConditionError) -> Condition.Truth {
    var parser = ConditionParser(
      text: text, names: names, tokens: try ConditionToken.scan(text))
    let truth = try parser.truth(parser.either(), at: 1)
    guard parser.token == .end else {
      throw parser.problem("an operator or the end", parser.token.description)
    }
    return truth
  }

  private init(
    text: String, names: [String], tokens: [(token: ConditionToken, position: Int)]
  ) {
    self.text = text
    self.names = names
    self.tokens = tokens
  }

  private var token: ConditionToken { tokens[next].token }
  private var position: Int { tokens[next].position }

  private func problem(
    _ expected: String, _ found: String, at place: Int? = nil
  ) -> ConditionError {
    ConditionError(text: text, position: place ?? position, expected: expected, found: found)
  }

  private mutating func take(_ token: ConditionToken) -> Bool {
    guard self.token == token else { return false }
    next += 1
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool { take(.name(word, quoted: false)) }

  private func truth(_ value: Value, at place: Int) throws(ConditionError) -> Condition.Truth {
    guard case .truth(let truth) = value else {
      throw problem("a comparison such as 'a > 0'", "a number", at: place)
    }
    return truth
  }

  private func number(_ value: Value, at place: Int) throws(ConditionError) -> Condition.Number {
    guard case .number(let number) = value else {
      throw problem("a number or a parameter", "a comparison", at: place)
    }
    return number
  }

  private mutating func either() throws(ConditionError) -> Value {
    let start = position
    var left = try both()
    while takeWord("or") {
      let place = position
      let right = try truth(both(), at: place)
      left = .truth(.or(try truth(left, at: start), right))
    }
    return left
  }

  private mutating func both() throws(ConditionError) -> Value {
    let start = position
    var left = try negation()
    while takeWord("and") {
      let place = position
      let right = try truth(negation(), at: place)
      left = .truth(.and(try truth(left, at: start), right))
    }
    return left
  }

  private mutating func negation() throws(ConditionError) -> Value {
    guard takeWord("not") else { return try comparison() }
    try enter()
    defer { depth -= 1 }
    let place = position
    return .truth(.not(try truth(negation(), at: place)))
  }

  /// One comparison, or a chain such as 0 < x < 1: both of its comparisons.
  private mutating func comparison() throws(ConditionError) -> Value {
    let start = position
    let first = try sum()
    var result: Condition.Truth?
    var left = first
    while case .symbol(let symbol) = token, let relation = Condition.Relation(rawValue: symbol) {
      next += 1
      let place = position
      let right = try sum()
      let one = Condition.Truth.compare(
        relation, try number(left, at: start), try number(right, at: place))
      result = result.map { .and($0, one) } ?? one
      left = right
    }
    return result.map { .truth($0) } ?? first
  }

  private mutating func sum() throws(ConditionError) -> Value {
    let start = position
    var left = try product()
    while true {
      let operation: Condition.Operation
      if take(.symbol("+")) {
        operation = .add
      } else if take(.symbol("-")) {
        operation = .subtract
      } else {
        return left
      }
      let place = position
      let right = try number(product(), at: place)
      left = .number(.combine(operation, try number(left, at: start), right))
    }
  }

  private mutating func product() throws(ConditionError) -> Value {
    let start = position
    var left = try sign()
    while true {
      let operation: Condition.Operation
      if take(.symbol("*")) {
        operation = .multiply
      } else if take(.symbol("/")) {
        operation = .divide
      } else {
        return left
      }
      let place = position
      let right = try number(sign(), at: place)
      left = .number(.combine(operation, try number(left, at: start), right))
    }
  }

  private mutating func sign() throws(ConditionError) -> Value {
    guard take(.symbol("-")) else {
      return take(.symbol("+")) ? .number(try number(atom(), at: position)) : try atom()
    }
    try enter()
    defer { depth -= 1 }
    let place = position
    return .number(.combine(.subtract, .constant(0), try number(sign(), at: place)))
  }

  private mutating func atom() throws(ConditionError) -> Value {
    switch token {
    case .number(let value):
      next += 1
      return .number(.constant(value))
    case .symbol("("):
      next += 1
      return try parenthesis { (parser) throws(ConditionError) in try parser.either() }
    case .name(let name, let quoted):
      return .number(try named(name, quoted))
    case .symbol, .end:
      throw problem("a parameter, a number or '('", token.description)
    }
  }

  private mutating func named(
    _ name: String, _ quoted: Bool
  ) throws(ConditionError) -> Condition.Number {
    let place = position
    next += 1
    if !quoted, let function = Condition.Function(rawValue: name), take(.symbol("(")) {
      let start = position
      let argument = try parenthesis { (parser) throws(ConditionError) in try parser.either() }
      return .apply(function, try number(argument, at: start))
    }
    guard let column = names.firstIndex(of: name) else {
      let list = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
      throw problem("one of the \(names.count) parameters (\(list))", "'\(name)'", at: place)
    }
    return .parameter(column)
  }

  /// What stands before a closing parenthesis.
  private mutating func parenthesis(
    _ content: (inout Self) throws(ConditionError) -> Value
  ) throws(ConditionError) -> Value {
    try enter()
    defer { depth -= 1 }
    let value = try content(&self)
    guard take(.symbol(")")) else { throw problem("')'", token.description) }
    return value
  }

  /// Counts nesting, which the stack has to hold.
  private mutating func enter() throws(ConditionError) {
    depth += 1
    if depth > 100 { throw problem("at most 100 levels of nesting", "more") }
  }
}
