/// A log density that can say why it is -∞ at a point.
public protocol ExplainedSupport: LogDensity {
  /// Why the log density is -∞ at a point, such as the bin whose expected count excludes what was
  /// observed; `nil` where it is defined or the reason is not known.
  func reasonUndefined(at point: [Double]) -> String?
}

extension HistFactoryDensity: ExplainedSupport {
  public func reasonUndefined(at point: [Double]) -> String? {
    invalidRate(at: point)?.description
  }
}

extension LikelihoodWithPrior: ExplainedSupport {
  public func reasonUndefined(at point: [Double]) -> String? {
    (base as? any ExplainedSupport)?.reasonUndefined(at: point)
  }
}
