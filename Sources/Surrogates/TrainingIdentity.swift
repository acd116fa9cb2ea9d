internal import Foundation

/// What decides the outcome of a training: data set, recipe, and what a likelihood adds.
public struct TrainingIdentity: Codable, Sendable, Equatable {
  /// ``Dataset/digest`` of the data.
  public let dataset: String
  /// The recipe.
  public let recipe: TrainingRecipe
  /// Whether the quadratic approximation comes from a likelihood.
  public let usesLikelihood: Bool
  /// Stands for the counts of the likelihood, where the recipe learns them.
  public let counts: String?

  /// The identity of a training.
  public init(
    dataset: Dataset, recipe: TrainingRecipe, usesLikelihood: Bool, counts: BinCounts? = nil
  ) {
    self.counts = counts?.digest
    self.dataset = dataset.digest
    self.recipe = recipe
    self.usesLikelihood = usesLikelihood
  }

  /// 16 hexadecimal digits that stand for the whole.
  public var digest: String {
    var digest = Digest()
    digest.add(dataset)
    for (path, value) in Self.leaves(of: recipe).sorted(by: { $0.key < $1.key }) {
      digest.add(path)
      digest.add(value)
    }
    digest.add(usesLikelihood ? "likelihood" : "")
    if let counts { digest.add(counts) }
    return digest.text
  }

  /// The first field in which another identity differs, with both values.
  public func difference(
    from other: TrainingIdentity
  ) -> (field: String, expected: String, found: String)? {
    if dataset != other.dataset {
      return ("data set", "the digest \(dataset)", other.dataset)
    }
    let (mine, others) = (Self.leaves(of: recipe), Self.leaves(of: other.recipe))
    for path in Set(mine.keys).union(others.keys).sorted() where mine[path] != others[path] {
      return (
        "recipe, \(path)", mine[path].map { "'\($0)'" } ?? "none",
        others[path].map { "'\($0)'" } ?? "none"
      )
    }
    if usesLikelihood != other.usesLikelihood {
      return ("--likelihood", usesLikelihood ? "one" : "none", usesLikelihood ? "none" : "one")
    }
    if counts != other.counts {
      func text(_ counts: String?) -> String { counts.map { "the digest \($0)" } ?? "none" }
      return ("--likelihood, whose counts are learned", text(counts), text(other.counts))
    }
    return nil
  }

  /// The numbers and texts of a recipe by their path, as `training.batchSize`.
  private static func leaves(of recipe: TrainingRecipe) -> [String: String] {
    guard let data = try? JSONEncoder().encode(recipe),
      let object = try? JSONSerialization.jsonObject(with: data)
    else { return [:] }
    var result: [String: String] = [:]
    func collect(_ value: Any, _ path: String) {
      switch value {
      case let fields as [String: Any]:
        if fields.isEmpty { result[path] = "" }
        for (key, field) in fields { collect(field, path.isEmpty ? key : "\(path).\(key)") }
      case let items as [Any]: result[path] = items.map { "\($0)" }.joined(separator: ", ")
      default: result[path] = "\(value)"
      }
    }
    collect(object, "")
    return result
  }
}
