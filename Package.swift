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

/// The tests of a module. `Reference/` beside them holds numbers of independent programs, with
/// the scripts that made them.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], reference: Bool = false
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: reference ? ["Reference"] : [],
    swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "dnnlikelihood",
  products: [
    .library(name: "DNNLikelihood", targets: ["DNNLikelihood"]),
    .executable(name: "dnnlik", targets: ["dnnlik"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // MARK: 0 - system libraries and C kernels
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CVectorKernels"),
    .systemLibrary(name: "CLikelihoodInterface"),

    // MARK: 1 - doors to the formats
    module("HDF5", ["CHDF5"]),
    module("ONNX", [.product(name: "SwiftProtobuf", package: "swift-protobuf")]),

    // MARK: 2 - numerics
    module("NumericalCore", ["COpenBLAS", "CVectorKernels"]),

    // MARK: 3 - mathematics and physics
    module("Statistics", ["NumericalCore"]),
    module(
      "Likelihoods",
      ["NumericalCore", "CVectorKernels", "COpenSSL", "CLikelihoodInterface"]),
    module("NeuralNetworks", ["NumericalCore", "CVectorKernels"]),
    module("Optimization", ["NumericalCore"]),

    // MARK: 4 - chains and figures
    module("Sampling", ["Likelihoods", "Statistics", "NumericalCore", "HDF5"]),
    module("Figures", ["Statistics", "NumericalCore"]),

    // MARK: 5 - surrogates and inference
    module(
      "Surrogates",
      [
        "Likelihoods", "NeuralNetworks", "Statistics", "NumericalCore", "CVectorKernels", "HDF5",
        "ONNX",
      ]),
    module("Inference", ["Likelihoods", "Optimization", "Statistics", "NumericalCore"]),

    // MARK: 6 - what a user imports
    module(
      "DNNLikelihood",
      [
        "NumericalCore", "Statistics", "Likelihoods", "NeuralNetworks", "Optimization", "Sampling",
        "Figures", "Surrogates", "Inference", "HDF5", "ONNX", "CZlib",
        .product(name: "Yams", package: "Yams"),
      ]),

    // MARK: 7 - the command line
    .executableTarget(
      name: "dnnlik", dependencies: ["DNNLikelihood", "HDF5", "ONNX", argumentParser],
      swiftSettings: settings),

    // MARK: tests
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    tests("HDF5Tests", ["HDF5", "TestSupport"]),
    tests("ONNXTests", ["ONNX", "TestSupport"]),
    tests("NumericalCoreTests", ["NumericalCore", "CVectorKernels"], reference: true),
    tests("StatisticsTests", ["Statistics", "NumericalCore"], reference: true),
    tests(
      "LikelihoodsTests", ["Likelihoods", "NumericalCore", "TestSupport"], reference: true),
    tests("NeuralNetworksTests", ["NeuralNetworks", "NumericalCore"], reference: true),
    tests("OptimizationTests", ["Optimization", "NumericalCore"], reference: true),
    tests(
      "SamplingTests",
      ["Sampling", "Likelihoods", "Statistics", "NumericalCore", "HDF5", "TestSupport"],
      reference: true),
    tests("FiguresTests", ["Figures", "Statistics", "NumericalCore"]),
    tests(
      "SurrogatesTests",
      [
        "Surrogates", "Likelihoods", "NeuralNetworks", "Statistics", "NumericalCore", "HDF5",
        "ONNX", "TestSupport",
      ]),
    tests(
      "InferenceTests",
      ["Inference", "Likelihoods", "Optimization", "Statistics", "NumericalCore", "TestSupport"],
      reference: true),
    tests(
      "DNNLikelihoodTests",
      [
        "DNNLikelihood", "HDF5", "Inference", "Likelihoods", "NeuralNetworks", "NumericalCore",
        "Sampling", "Surrogates", "TestSupport",
      ]),
    tests("CommandLineTests", ["TestSupport"]),
  ]
)
