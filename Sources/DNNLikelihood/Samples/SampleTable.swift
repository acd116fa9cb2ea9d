public import Foundation
public import NumericalCore

/// A table of points with what is known of their densities, as one of the readers found it in a
/// file: every format becomes this value, and ``SampleImport`` makes a data set of it.
public struct SampleTable: Sendable {
  /// The file, or the root of several.
  public var source: URL
  /// What kind of file it was.
  public var format: SampleFormat
  /// Names of the columns of ``points``. Densities may be among them until
  /// ``SampleColumns/assign(_:)`` has moved them to their places.
  public var names: [String]
  /// Labels, LaTeX in most files, by name.
  public var labels: [String: String] = [:]
  /// One point a row.
  public var points: Matrix<Double>
  /// The log-likelihood of every row.
  public var logLikelihoods: [Double]?
  /// The log-prior of every row.
  public var logPriors: [Double]?
  /// The log-posterior of every row, up to a constant.
  public var logPosteriors: [Double]?
  /// The multiplicity of every row.
  public var weights: [Double]?
  /// Columns that the file declares to be functions of the parameters.
  public var derived: Set<String> = []
  /// Bounds that the file states, by name.
  public var bounds: [String: ClosedRange<Double>] = [:]
  /// Columns that were left out.
  public var ignored: [String] = []
  /// What a reader of the result should know about this file.
  public var notes: [String] = []
  /// The line of every row, where the file is text.
  public var lines: [Int]?

  /// A table of named columns.
  public init(
    source: URL, format: SampleFormat, names: [String], points: Matrix<Double>,
    logPosteriors: [Double]? = nil, weights: [Double]? = nil
  ) {
    self.source = source
    self.format = format
    self.names = names
    self.points = points
    self.logPosteriors = logPosteriors
    self.weights = weights
  }

  /// How a message names a row.
  func place(_ row: Int) -> String { lines.map { "line \($0[row])" } ?? "row \(row + 1)" }

  /// Throws unless every column has a name of its own.
  func checkNames() throws {
    var seen: Set<String> = []
    for (k, name) in names.enumerated() {
      guard !name.isEmpty else {
        throw InputError.malformed(
          source, place: "column \(k + 1)", expected: "a name", found: "none")
      }
      guard seen.insert(name).inserted else {
        throw InputError.malformed(
          source, place: "names of the columns", expected: "each name once",
          found: "'\(name)' twice")
      }
    }
  }
}

/// What a file of samples can be.
public enum SampleFormat: String, Sendable, CaseIterable, Codable {
  /// Text with commas, semicolons or tabs, or between blanks.
  case text
  /// One NumPy array, `.npy`.
  case npy
  /// Several NumPy arrays, `.npz`.
  case npz
  /// A backend of emcee, or chains of this framework.
  case emcee
  /// ArviZ' netCDF.
  case arviz
  /// HDF5 with named columns.
  case hdf5
  /// Text chains of GetDist, CosmoMC and Cobaya with a `.paramnames` file.
  case getdist
}
