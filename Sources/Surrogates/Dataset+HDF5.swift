public import Foundation
internal import HDF5
internal import Likelihoods
internal import NumericalCore

/// File layout: data sets `points` (N, d), `log_posterior`, `log_likelihood`, `log_prior` (N),
/// `gradient` (N, d), `sample` (N, integers), `split` (N, bytes: 0 training, 1 validation, 2 test);
/// attributes `parameters` (JSON), `sample_names`, `provenance_…`.
extension Dataset {
  /// Writes the data set to an HDF5 file.
  ///
  /// - Throws: `HDF5Error`; nothing is left behind then.
  public func write(to url: URL) throws {
    let description = try JSONEncoder().encode(parameters)
    try HDF5File.writeAtomically(to: url) { file in
      try file.setAttribute("format", "dnnlikelihood-dataset-1")
      try file.setAttribute("parameters", String(decoding: description, as: UTF8.self))
      try file.setAttribute("sample_names", sampleNames)
      if let prior {
        let text = String(decoding: try JSONEncoder().encode(prior), as: UTF8.self)
        try file.setAttribute("prior", text)
      }
      for (key, value) in provenance { try file.setAttribute("provenance_" + key, value) }
      let n = count
      try file.writeDataset("points", points.elements, shape: [n, points.columns])
      try file.writeDataset("log_posterior", logPosteriors, shape: [n])
      if let logLikelihoods {
        try file.writeDataset("log_likelihood", logLikelihoods, shape: [n])
      }
      if let logPriors { try file.writeDataset("log_prior", logPriors, shape: [n]) }
      if let gradients {
        try file.writeDataset("gradient", gradients.elements, shape: [n, points.columns])
      }
      try file.writeDataset("sample", sampleOfPoint.map { Int32($0) }, shape: [n])
      try file.writeDataset("split", split.roles.map(\.rawValue), shape: [n])
    }
  }

  /// Reads a data set written by ``write(to:)``.
  ///
  /// - Throws: `HDF5Error` naming the file and what is missing, ``DatasetError``.
  public init(reading url: URL) throws {
    let file = try HDF5File(reading: url)
    let parameters: ParameterSpace
    let description = try file.textAttribute("parameters")
    do {
      parameters = try JSONDecoder().decode(ParameterSpace.self, from: Data(description.utf8))
    } catch {
      throw HDF5Error.failed(
        file: url, name: "parameters", operation: "reading the parameters", reason: "\(error)")
    }
    let table = try file.dataset("points")
    try table.requireShape([nil, parameters.count])
    let n = try table.shape[0]
    func numbers(_ name: String) throws -> [Double] {
      try file.dataset(name).read(as: Double.self, shape: [n])
    }
    let roles = try file.dataset("split").read(as: UInt8.self, shape: [n]).map { value in
      guard let role = Split.Role(rawValue: value) else {
        throw HDF5Error.valueOutOfRange(
          file: url, name: "split", value: "\(value)",
          type: "role (0 training, 1 validation, 2 test)")
      }
      return role
    }
    var provenance: [String: String] = [:]
    for name in try file.attributeNames() where name.hasPrefix("provenance_") {
      provenance[String(name.dropFirst("provenance_".count))] = try file.textAttribute(name)
    }
    try self.init(
      parameters: parameters,
      points: Matrix(
        rows: n, columns: parameters.count, elements: try table.read(as: Double.self)),
      logPosteriors: try numbers("log_posterior"),
      logLikelihoods: try file.exists("log_likelihood") ? numbers("log_likelihood") : nil,
      logPriors: try file.exists("log_prior") ? numbers("log_prior") : nil,
      gradients: try file.exists("gradient")
        ? Matrix(
          rows: n, columns: parameters.count,
          elements: try file.dataset("gradient").read(
            as: Double.self, shape: [n, parameters.count])) : nil,
      sampleNames: try file.textAttributes("sample_names"),
      sampleOfPoint: try file.dataset("sample").read(as: Int.self, shape: [n]),
      split: Split(roles: roles), prior: try Self.prior(file, url), provenance: provenance)
  }

  private static func prior(_ file: HDF5File, _ url: URL) throws -> ProductPrior? {
    guard try file.hasAttribute("prior") else { return nil }
    do {
      return try JSONDecoder().decode(
        ProductPrior.self, from: Data(file.textAttribute("prior").utf8))
    } catch let error as DecodingError {
      throw HDF5Error.failed(
        file: url, name: "prior", operation: "reading the prior", reason: "\(error)")
    }
  }
}
