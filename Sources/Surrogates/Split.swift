internal import NumericalCore

/// What the points of a data set are for.
public struct Split: Sendable, Equatable {
  /// The use of a point.
  public enum Role: UInt8, Sendable, CaseIterable {
    /// Gradients are taken of its loss.
    case training = 0
    /// Its loss is watched during the training.
    case validation = 1
    /// Seen by nothing but the final comparison.
    case test = 2
  }

  /// One role per point.
  public let roles: [Role]

  /// Given roles.
  public init(roles: [Role]) { self.roles = roles }

  /// A random split of `count` points with the given fractions for validation and test; the rest
  /// is for training. The same seed gives the same split.
  ///
  /// - Throws: ``DatasetError/fractions(_:_:)``.
  public init(count: Int, validation: Double, test: Double, seed: UInt64) throws {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw DatasetError.fractions(validation, test)
    }
    var random = RandomStream(seed: seed, purpose: "split").sequence()
    let order = random.permutation(count)
    let validationCount = Int((validation * Double(count)).rounded())
    let testCount = Int((test * Double(count)).rounded())
    var roles = [Role](repeating: .training, count: count)
    for i in order.prefix(validationCount) { roles[i] = .validation }
    for i in order.dropFirst(validationCount).prefix(testCount) { roles[i] = .test }
    self.init(roles: roles)
  }

  /// A random split in which all points of a group have the same role.
  ///
  /// - Parameter groups: for every point the number of its group, counted from zero without gaps.
  /// - Throws: ``DatasetError/fractions(_:_:)``.
  public init(groups: [Int], validation: Double, test: Double, seed: UInt64) throws {
    let roles = try Split(
      count: (groups.max() ?? -1) + 1, validation: validation, test: test, seed: seed
    ).roles
    self.init(roles: groups.map { roles[$0] })
  }
}
