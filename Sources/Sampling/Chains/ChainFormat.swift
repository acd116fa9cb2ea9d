public import Foundation
internal import HDF5

/// The formats that chains are written to and read from.
public enum ChainFormat: String, Sendable, CaseIterable {
  /// emcee's HDF5.
  case emcee
  /// ArviZ' netCDF.
  case arviz
  /// Text files of GetDist with one root.
  case getdist

  /// The format that the ending of a name asks for: `.nc` is ArviZ', `.txt` GetDist's, anything
  /// else emcee's.
  public init(ending url: URL) {
    switch url.pathExtension.lowercased() {
    case "nc", "nc4", "netcdf": self = .arviz
    case "txt", "paramnames": self = .getdist
    default: self = .emcee
    }
  }

  /// The format of files that are there: GetDist's if there are names beside them, otherwise by
  /// the groups inside.
  ///
  /// - Throws: `HDF5Error` if there is no such file or it is not HDF5.
  public init(of url: URL) throws {
    if GetDistRoot(url).hasNames {
      self = .getdist
    } else {
      self = try HDF5File(reading: url).exists("posterior") ? .arviz : .emcee
    }
  }
}

extension Chains {
  /// Reads chains of any format: of this framework, emcee, ArviZ, or a GetDist root.
  ///
  /// - Throws: `HDF5Error`, ``SamplingError/field(_:expected:found:)``.
  public init(readingAny url: URL) throws {
    switch try ChainFormat(of: url) {
    case .emcee: try self.init(reading: url)
    case .arviz: try self.init(readingArviZ: url)
    case .getdist: try self.init(readingGetDist: url)
    }
  }

  /// Writes chains in a format.
  ///
  /// - Throws: `HDF5Error`, ``SamplingError/field(_:expected:found:)`` for names that the format
  ///   cannot hold.
  public func write(to url: URL, as format: ChainFormat) throws {
    switch format {
    case .emcee: try write(to: url)
    case .arviz: try writeArviZ(to: url)
    case .getdist: try writeGetDist(to: url)
    }
  }
}
