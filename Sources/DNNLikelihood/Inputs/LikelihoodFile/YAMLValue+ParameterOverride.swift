internal import Likelihoods

extension YAMLValue {
  /// The keys of a parameter's settings.
  static let settingKeys = ["initial", "lower", "upper", "fixed", "role", "scale", "label"]
}

extension ParameterOverride {
  /// The settings among the values of a parameter (``YAMLValue/settingKeys``).
  init(_ fields: [String: YAMLValue]) throws(InputError) {
    self.init(
      initial: try fields["initial"]?.number(), lower: try fields["lower"]?.numberOrInfinity(),
      upper: try fields["upper"]?.numberOrInfinity(), fixed: try fields["fixed"]?.boolean(),
      role: try fields["role"]?.choice(of: ParameterRole.self),
      scale: try fields["scale"]?.positive(), label: try fields["label"]?.text())
  }
}
