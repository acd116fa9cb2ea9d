public import Foundation
internal import NumericalCore

extension SimplifiedLikelihoodFile {
  /// Reads a file.
  ///
  /// - Throws: ``SimplifiedLikelihoodError`` naming the file, the key and what was expected.
  public init(reading url: URL) throws(SimplifiedLikelihoodError) {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw .unreadable(file: url.path, reason: error.localizedDescription)
    }
    try self.init(data, file: url.path)
  }

  /// The content of a file that has been read.
  ///
  /// - Parameters:
  ///   - data: JSON.
  ///   - file: the name for messages.
  /// - Throws: ``SimplifiedLikelihoodError``.
  public init(_ data: Data, file: String) throws(SimplifiedLikelihoodError) {
    let root = try JSONPlace(file: file, data: data)
    try root.requireObject(keys: Self.keys)
    let kind = try root.member("kind")
    guard try kind.text() == Self.kind else { throw kind.failure("'\(Self.kind)'") }
    let version = try root.member("version")
    guard try version.number() == Double(Self.version) else {
      throw version.failure("the version \(Self.version)")
    }
    self.init(try Self.input(root), summary: try root.optional("description")?.text())
    do {
      let extras = try JSONDecoder().decode(Extras.self, from: data)
      provenance = extras.provenance ?? [:]
      (momentErrors, accuracy) = (extras.momentErrors, extras.accuracy)
    } catch {
      throw Self.malformed(error, file: file)
    }
  }

  /// What is carried along but not computed with.
  private struct Extras: Decodable {
    let provenance: [String: String]?
    let momentErrors: MomentErrors?
    let accuracy: SimplificationAccuracy?
  }

  private static func malformed(_ error: any Error, file: String) -> SimplifiedLikelihoodError {
    switch error as? DecodingError {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      return .malformed(
        file: file, place: context.codingPath.map(\.stringValue).joined(separator: "."),
        expected: "what this program writes there", found: context.debugDescription)
    default: return .unreadable(file: file, reason: error.localizedDescription)
    }
  }

  private static func input(
    _ root: JSONPlace
  ) throws(SimplifiedLikelihoodError) -> SimplifiedLikelihoodInput {
    let observed = try root.member("observed").numbers()
    let n = observed.count
    let moments = try PublishedMoments(root, bins: n)
    return SimplifiedLikelihoodInput(
      observed: observed, background: moments.background, covariance: moments.covariance,
      thirdMoments: moments.thirdMoments, thirdMomentPolicy: try policy(root),
      signal: try root.optional("signal")?.numbers(count: n),
      binNames: try names(root, count: n), parameterOfInterest: try signalStrength(root))
  }

  private static func names(
    _ root: JSONPlace, count: Int
  ) throws(SimplifiedLikelihoodError) -> [String]? {
    guard let place = root.optional("bins") else { return nil }
    let names = try place.texts()
    guard names.count == count else {
      throw place.failure("\(count) names (one an observed count)", found: "\(names.count)")
    }
    return names
  }

  private static func policy(
    _ root: JSONPlace
  ) throws(SimplifiedLikelihoodError) -> ThirdMoment.Policy {
    guard let place = root.optional("thirdMomentPolicy") else { return .refuse }
    guard let policy = ThirdMoment.Policy(rawValue: try place.text()) else {
      throw place.failure(ThirdMoment.Policy.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return policy
  }

  private static func signalStrength(
    _ root: JSONPlace
  ) throws(SimplifiedLikelihoodError) -> SimplifiedLikelihoodInput.SignalStrength {
    var result = SimplifiedLikelihoodInput.SignalStrength()
    guard let place = root.optional("parameterOfInterest") else { return result }
    try place.requireObject(keys: ["name", "initial", "lower", "upper"])
    if let name = try place.optional("name")?.text() { result.name = name }
    // An absent bound is the usual one; null is none.
    if let lower = place.optional("lower") {
      result.lower = lower.isNull ? -.infinity : try lower.number()
    }
    if let upper = place.optional("upper") {
      result.upper = upper.isNull ? .infinity : try upper.number()
    }
    let usual = min(max(result.initial, result.lower), result.upper)
    result.initial = try place.optional("initial")?.number() ?? usual
    return result
  }
}

/// The moments of the background in any of the forms in which they are published.
private struct PublishedMoments {
  var background: [Double]
  var covariance: Matrix<Double>
  var thirdMoments: [Double]?

  init(_ root: JSONPlace, bins n: Int) throws(SimplifiedLikelihoodError) {
    background = try root.member("background").numbers(count: n)
    thirdMoments = try root.optional("thirdMoments")?.numbers(count: n)
    let asymmetric = try Self.bifurcated(root, bins: n)
    if asymmetric != nil, let place = root.optional("thirdMoments") {
      throw place.failure(
        "either this key or uncertaintiesUp and uncertaintiesDown", found: "both")
    }
    if let asymmetric { thirdMoments = asymmetric.map(\.thirdMoment) }
    if let place = root.optional("covariance") {
      for other in ["correlation", "uncertainties"] where root.optional(other) != nil {
        throw place.failure("either this key or '\(other)'", found: "both")
      }
      covariance = try Self.matrix(place, n)
      return
    }
    guard let place = root.optional("correlation") else {
      throw root.failure(
        "the key 'covariance', or 'correlation' with uncertainties", found: "neither")
    }
    let correlation = try Self.matrix(place, n)
    try Self.requireUnitDiagonal(correlation, place)
    let widths: [Double]
    if let asymmetric {
      if let symmetric = root.optional("uncertainties") {
        throw symmetric.failure(
          "either this key or uncertaintiesUp and uncertaintiesDown", found: "both")
      }
      // Asymmetric errors are those around the most probable value.
      background = zip(background, asymmetric).map { $0 + $1.shift }
      widths = asymmetric.map { $0.variance.squareRoot() }
    } else {
      widths = try root.member("uncertainties").widths(count: n)
    }
    covariance = correlation
    for i in 0..<n { for j in 0..<n { covariance[i, j] *= widths[i] * widths[j] } }
  }

  private static func bifurcated(
    _ root: JSONPlace, bins n: Int
  ) throws(SimplifiedLikelihoodError) -> [BifurcatedNormal]? {
    guard root.optional("uncertaintiesUp") != nil || root.optional("uncertaintiesDown") != nil
    else { return nil }
    let upper = try root.member("uncertaintiesUp").widths(count: n)
    let lower = try root.member("uncertaintiesDown").widths(count: n)
    return zip(upper, lower).map { BifurcatedNormal(upper: $0, lower: $1) }
  }

  private static func matrix(
    _ place: JSONPlace, _ n: Int
  ) throws(SimplifiedLikelihoodError) -> Matrix<Double> {
    var elements: [Double] = []
    for row in try place.elements("rows", count: n) { elements += try row.numbers(count: n) }
    return Matrix(rows: n, columns: n, elements: elements)
  }

  private static func requireUnitDiagonal(
    _ matrix: Matrix<Double>, _ place: JSONPlace
  ) throws(SimplifiedLikelihoodError) {
    for i in 0..<matrix.rows where abs(matrix[i, i] - 1) > 1e-6 {
      throw place.failure("1 on the diagonal", found: "\(matrix[i, i]) in row \(i + 1)")
    }
  }
}
