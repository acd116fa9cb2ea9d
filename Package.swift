// swift-tools-version: 6.2
import PackageDescription

// Language mode 6 with strict concurrency; a warning is an error.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// A library module; its tests are `Tests/<name>Tests`.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "dnnlikelihood",
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CVectorKernels"),
    module("NumericalCore", ["COpenBLAS", "CVectorKernels"]),
    module("Figures", ["NumericalCore"]),
    module("DNNLikelihood", ["NumericalCore", "Figures"]),
    tests("FiguresTests", ["Figures", "NumericalCore"]),
    tests("DNNLikelihoodTests", ["DNNLikelihood"]),
  ]
)
