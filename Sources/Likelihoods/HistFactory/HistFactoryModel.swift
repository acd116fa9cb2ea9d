internal import CVectorKernels

/// A statistical model of a HistFactory workspace: the expected counts of all bins and auxiliary
/// measurements as functions of the parameters.
///
/// The rate of bin b is ν_b = Σ_s (nominal_sb + Σ_p Δ_psb(α_p)) Π_m κ_msb(θ), over the samples s
/// of its channel: additive shifts (histosys) first, then all factors (CERN-OPEN-2012-016, pyhf
/// 0.7.6). Parameters, auxiliary measurements, defaults and order are those of pyhf.
public struct HistFactoryModel: Sendable {
  /// A channel of the model.
  public struct Channel: Sendable, Equatable {
    public let name: String
    /// Its bins among those of all channels.
    public let bins: Range<Int>
    /// Names of its samples, sorted.
    public let samples: [String]
  }

  /// All parameters; bounds and initial values are those of the workspace, the scale is the width
  /// of the constraint, or for free parameters an estimate of the statistical uncertainty. The
  /// bounds of a fixed parameter widen to hold its value, and by one scale to both sides of it
  /// where they coincide.
  public let parameters: ParameterSpace
  /// The parameters by modifier name, in the order of ``parameters``.
  public let parameterSets: [HistFactoryParameterSet]
  /// Channels sorted by name, the order of the bins.
  public let channels: [Channel]
  /// Name of the measurement that was chosen.
  public let measurement: String
  /// The codes of interpolation.
  public let interpolation: HistFactoryInterpolation
  /// The observed counts, and the outcomes of the auxiliary measurements.
  public let observed: ModelData
  /// The auxiliary measurement of every parameter, with its outcome in the workspace.
  public let constraints: [HistFactoryConstraint]
  let tables: HistFactoryTables
  // The bounds once more, in the form that evaluation reads.
  let lower, upper: [Double]

  /// Compiles a workspace.
  ///
  /// - Parameters:
  ///   - workspace: channels, samples, modifiers, observations.
  ///   - measurement: name of the measurement; the first one unless given.
  ///   - parameterOfInterest: a parameter that takes the place of the measurement's.
  ///   - interpolation: codes of interpolation.
  /// - Throws: ``HistFactoryError`` that names the file, and channel, sample and modifier, or
  ///   measurement and parameter: names that need different parameters, settings of the wrong length or that the
  ///   parameter does not use, a lumi without settings, factors that are not positive, a parameter
  ///   of interest that does not exist or has several components.
  public init(
    _ workspace: HistFactoryWorkspace, measurement: String? = nil,
    parameterOfInterest: String? = nil,
    interpolation: HistFactoryInterpolation = HistFactoryInterpolation()
  ) throws(HistFactoryError) {
    do throws(HistFactoryError) {
      try self.init(
        compiling: workspace, measurement: measurement, parameterOfInterest: parameterOfInterest,
        interpolation: interpolation)
    } catch {
      throw error.located(in: workspace)
    }
  }

  private init(
    compiling workspace: HistFactoryWorkspace, measurement: String?, parameterOfInterest: String?,
    interpolation: HistFactoryInterpolation
  ) throws(HistFactoryError) {
    let chosen = try Self.measurement(measurement, of: workspace)
    let layout = HistFactoryLayout(workspace)
    let requirements = try Self.requirements(layout, chosen)
    let sets = Self.parameterSets(requirements)
    let constraints = requirements.flatMap(\.constraints)
    let tables = try HistFactoryTables(
      layout, sets: Dictionary(sets.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a }),
      parameterCount: constraints.count, interpolation: interpolation)
    self.measurement = chosen.name
    self.interpolation = interpolation
    self.constraints = constraints
    self.tables = tables
    parameterSets = sets
    channels = layout.channels.map { channel in
      Channel(
        name: channel.name, bins: channel.bins,
        samples: channel.groups.map { layout.groups[$0].sample })
    }
    observed = ModelData(
      main: try Self.observedCounts(layout, workspace),
      auxiliary: constraints.compactMap(\.observed))
    let interest = try Self.position(
      of: parameterOfInterest ?? chosen.parameterOfInterest, sets, measurement: chosen.name)
    parameters = try Self.parameterSpace(
      requirements, constraints, interest, tables, measurement: chosen.name)
    lower = parameters.parameters.map(\.lower)
    upper = parameters.parameters.map(\.upper)
  }

  /// Number of bins of all channels.
  public var binCount: Int { tables.layout.binCount }

  /// Positions of the constrained parameters, the order of the auxiliary data.
  public var constrainedParameters: [Int] {
    constraints.indices.filter { constraints[$0] != .none }
  }

  /// Whether a data set has one number for every bin and one for every constrained parameter.
  public func accepts(_ data: ModelData) -> Bool {
    data.main.count == binCount && data.auxiliary.count == observed.auxiliary.count
  }
}
