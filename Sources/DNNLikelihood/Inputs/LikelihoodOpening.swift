internal import Foundation
internal import Likelihoods
internal import Surrogates

/// Opens what a LIKELIHOOD argument names, by its kind.
struct LikelihoodOpening {
  var options: LikelihoodOptions
  var folder: URL?
  var doublePrecision: Bool
  /// The YAML files that led here, which must not be opened again.
  var files: [URL] = []

  func open(_ argument: String) throws -> any Posterior {
    if let found = LikelihoodLocator.builtIn.first(where: { $0.name == argument }) {
      return try choosing(found.make(), "the built-in likelihood '\(argument)'")
    }
    if UMBridgeAddress.isAddress(argument) {
      let server = try ExternalLikelihood(UMBridgeModel(UMBridgeAddress(argument)))
      return try choosing(differentiable(server), "a model server")
    }
    let url = URL(filePath: argument, relativeTo: folder).standardizedFileURL
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw InputError.unknownLikelihood(
        argument, known: LikelihoodLocator.builtIn.map(\.name))
    }
    switch url.pathExtension.lowercased() {
    case "yaml", "yml": return try choosing(openYAML(url), "a YAML file; it states them itself")
    case "so", "dylib":
      let library = try ExternalLikelihood(SharedLibrary(url.path))
      return try choosing(differentiable(library), "a shared library")
    case "json": return try openJSON(url)
    default: break
    }
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    guard isFolder.boolValue || url.pathExtension == "onnx" else {
      throw InputError.unsupported(
        url,
        expected: "a built-in name ("
          + LikelihoodLocator.builtIn.map(\.name).joined(separator: ", ")
          + "), a workspace or a simplified likelihood (.json), an .onnx file made by dnnlik, a "
          + ".yaml file, a shared library (.so), or the address of a model server")
    }
    let surrogate = try LikelihoodLocator.surrogate(url.path)
    return try choosing(doublePrecision ? surrogate.inDoublePrecision : surrogate, "a surrogate")
  }

  /// A HistFactory workspace, or a simplified likelihood if the file says so.
  private func openJSON(_ url: URL) throws -> any Posterior {
    let document = try JSONDocument(reading: url)
    if case .object(let object) = document.root,
      object["kind"] == .string(SimplifiedLikelihoodFile.kind)
    {
      return try choosing(SimplifiedLikelihood(reading: url), "a simplified likelihood")
    }
    let patches = try options.patches.map { text in
      // A patch stands where the file that names it stands.
      try HistFactoryPatchReference(
        folder.map { URL(filePath: text, relativeTo: $0).standardizedFileURL.path } ?? text)
    }
    return try HistFactoryDensity(
      HistFactoryWorkspace(document: try patches.reduce(document) { try $1.applied(to: $0) }),
      measurement: options.measurement, parameterOfInterest: options.parameterOfInterest,
      interpolation: options.histFactoryInterpolation())
  }

  private func openYAML(_ url: URL) throws -> any Posterior {
    let file = url.resolvingSymlinksInPath()
    guard !files.contains(file) else {
      throw InputError.unreadable(
        url,
        reason: "it refers to itself: "
          + (files + [file]).map(\.lastPathComponent).joined(separator: " -> "))
    }
    let whole = try YAMLValue.read(url)
    switch try LikelihoodKind(of: whole) {
    case .external: return differentiable(try ExternalConfiguration(whole).likelihood())
    case .combination, .posterior:
      return try LikelihoodFile(whole).load { reference, options, folder in
        try LikelihoodOpening(
          options: options, folder: folder, doublePrecision: doublePrecision, files: files + [file]
        ).open(reference)
      }
    }
  }

  private func differentiable(_ likelihood: ExternalLikelihood) -> any Posterior {
    likelihood.differentiable ?? DifferencedGradient(likelihood) as any Posterior
  }

  /// The density with the parameter of interest of the options, which is the only option that
  /// likelihoods other than workspaces know.
  private func choosing(_ density: any Posterior, _ kind: String) throws -> any Posterior {
    guard let name = options.names.first(where: { $0 != "poi" }) else {
      guard let interest = options.parameterOfInterest else { return density }
      return try LikelihoodFile.interested(density, in: interest)
    }
    throw InputError.value(name, expected: "no such option for \(kind)", found: "'\(name)'")
  }
}
