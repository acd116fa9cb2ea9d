internal import Foundation

/// A HistFactory workspace as pyhf's JSON format, schema 1.0.0, has it: channels of samples of
/// modifiers, observations, and measurements (pyhf; CERN-OPEN-2012-016).
///
/// A value of this type obeys the rules of the schema and of lengths and names; reading it is
/// the only way in.
public struct HistFactoryWorkspace: Sendable, Equatable {
  /// A region of the measurement with its expected yields.
  public struct Channel: Sendable, Equatable {
    /// Unique in the workspace.
    public let name: String
    /// At least one.
    public let samples: [Sample]
    /// Number of bins, the same in all samples.
    public var binCount: Int { samples.first?.data.count ?? 0 }
  }

  /// A process that contributes to a channel.
  public struct Sample: Sendable, Equatable {
    /// Unique in its channel.
    public let name: String
    /// The nominal yield of every bin.
    public let data: [Double]
    /// What changes the yield.
    public let modifiers: [Modifier]
  }

  /// An effect on the yield of a sample, governed by the parameter (or parameters) of its name.
  public struct Modifier: Sendable, Equatable {
    /// Name of the parameter; equal names mean the same parameter.
    public let name: String
    /// The effect.
    public let effect: Effect
  }

  /// The kinds of effect, each with its data.
  public enum Effect: Sendable, Equatable {
    /// Multiplies all bins by a free factor.
    case normfactor
    /// Multiplies every bin by a free factor of its own.
    case shapefactor
    /// Multiplies all bins by a factor interpolated between `low` at α = -1 and `high` at α = +1.
    case normsys(low: Double, high: Double)
    /// Adds the interpolated difference to templates at α = -1 and α = +1.
    case histosys(low: [Double], high: [Double])
    /// Multiplies all bins by the luminosity.
    case lumi
    /// Multiplies every bin by a factor with a Poisson constraint; absolute uncertainties.
    case shapesys([Double])
    /// Multiplies every bin by a factor with a Gaussian constraint which the samples of the
    /// channel share; absolute uncertainties of this sample.
    case staterror([Double])

    /// The name of the kind in JSON.
    public var type: String {
      switch self {
      case .normfactor: "normfactor"
      case .shapefactor: "shapefactor"
      case .normsys: "normsys"
      case .histosys: "histosys"
      case .lumi: "lumi"
      case .shapesys: "shapesys"
      case .staterror: "staterror"
      }
    }
  }

  /// The counts observed in a channel; real numbers, as an Asimov data set has them.
  public struct Observation: Sendable, Equatable {
    /// Name of the channel.
    public let name: String
    /// One count a bin.
    public let data: [Double]
  }

  /// A question to the workspace: the parameter of interest, and settings of parameters.
  public struct Measurement: Sendable, Equatable {
    /// Unique in the workspace.
    public let name: String
    /// Nil where the workspace says "".
    public let parameterOfInterest: String?
    /// Settings that replace the defaults, by parameter name.
    public let parameters: [ParameterSettings]
  }

  /// Settings of one parameter (which may have several components); nil where the default stays.
  public struct ParameterSettings: Sendable, Equatable {
    /// Name of the parameter; unique in the measurement.
    public let name: String
    /// Initial values.
    public let inits: [Double]?
    /// Closed intervals; the bounds may coincide.
    public let bounds: [ClosedRange<Double>]?
    /// Values of the auxiliary measurements.
    public let auxdata: [Double]?
    /// Scale τ of Poisson auxiliary measurements.
    public let factors: [Double]?
    /// Widths of Gaussian auxiliary measurements.
    public let sigmas: [Double]?
    /// Whether all components keep their initial values.
    public let fixed: Bool?
  }

  /// In the order of the file.
  public let channels: [Channel]
  /// In the order of the file.
  public let observations: [Observation]
  /// In the order of the file; the first is the default.
  public let measurements: [Measurement]
  /// The file that it was read from, for the messages of the model; nil where the text came from
  /// elsewhere.
  var file: URL?

  /// Whether the contents are equal, whatever the files are.
  public static func == (a: HistFactoryWorkspace, b: HistFactoryWorkspace) -> Bool {
    a.channels == b.channels && a.observations == b.observations
      && a.measurements == b.measurements
  }
}
