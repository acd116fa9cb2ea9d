internal import Foundation
public import NumericalCore

/// A condition on parameters, such as `mu > 0 and abs(delta_91) < 2`.
///
/// Numbers and parameters (in back quotes where a name is not made of letters, digits and `_`),
/// `+ - * /`, `abs sqrt exp log`, the comparisons `< <= > >= == !=` (also chained: `0 < mu < 1`),
/// `and`, `or`, `not`, and parentheses. A comparison with a value that is not a number, such as
/// the logarithm of a negative one, is false.
public struct Condition: Sendable, CustomStringConvertible {
  /// The text.
  public let text: String
  private let root: Truth

  public var description: String { text }

  /// Understands a condition on parameters of the given names.
  ///
  /// - Throws: ``ConditionError`` with the position of what is wrong.
  public init(_ text: String, names: [String]) throws(ConditionError) {
    self.text = text
    root = try ConditionParser.parse(text, names: names)
  }

  /// Whether each row of `points` satisfies the condition; columns in the order of the names.
  public func holds(at points: Matrix<Double>) -> [Bool] { root.holds(points) }

  enum Relation: String {
    case less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    case equal = "==", notEqual = "!="

    func holds(_ a: Double, _ b: Double) -> Bool {
      switch self {
      case .less: a < b
      case .lessOrEqual: a <= b
      case .greater: a > b
      case .greaterOrEqual: a >= b
      case .equal: a == b
      case .notEqual: a < b || a > b
      }
    }
  }

  enum Operation { case add, subtract, multiply, divide }

  enum Function: String {
    case abs, sqrt, exp, log

    func callAsFunction(_ x: Double) -> Double {
      switch self {
      case .abs: Swift.abs(x)
      case .sqrt: x.squareRoot()
      case .exp: Foundation.exp(x)
      case .log: Foundation.log(x)
      }
    }
  }

  /// An expression with a number as its value.
  indirect enum Number: Sendable {
    case constant(Double)
    case parameter(Int)
    case combine(Operation, Number, Number)
    case apply(Function, Number)

    /// The values at all rows: one pass over the expression, not one for each row.
    func values(_ points: Matrix<Double>) -> [Double] {
      switch self {
      case .constant(let value): return Array(repeating: value, count: points.rows)
      case .parameter(let column): return (0..<points.rows).map { points[$0, column] }
      case .apply(let function, let argument): return argument.values(points).map { function($0) }
      case .combine(let operation, let left, let right):
        let pairs = zip(left.values(points), right.values(points))
        switch operation {
        case .add: return pairs.map { $0 + $1 }
        case .subtract: return pairs.map { $0 - $1 }
        case .multiply: return pairs.map { $0 * $1 }
        case .divide: return pairs.map { $0 / $1 }
        }
      }
    }
  }

  /// An expression that is true or false.
  indirect enum Truth: Sendable {
    case compare(Relation, Number, Number)
    case and(Truth, Truth)
    case or(Truth, Truth)
    case not(Truth)

    func holds(_ points: Matrix<Double>) -> [Bool] {
      switch self {
      case .compare(let relation, let left, let right):
        return zip(left.values(points), right.values(points)).map { relation.holds($0, $1) }
      case .and(let left, let right):
        return zip(left.holds(points), right.holds(points)).map { $0 && $1 }
      case .or(let left, let right):
        return zip(left.holds(points), right.holds(points)).map { $0 || $1 }
      case .not(let inner): return inner.holds(points).map { !$0 }
      }
    }
  }
}
