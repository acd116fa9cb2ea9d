// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nothing here reaches users of the library.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "dnnlikelihood", path: "..")],
  targets: [
    "DensityBenchmark", "HistFactoryBenchmark", "HypothesisTestBenchmark", "NetworkBenchmark",
    "SamplerBenchmark",
  ].map {
    .executableTarget(
      name: $0, dependencies: [.product(name: "DNNLikelihood", package: "dnnlikelihood")],
      swiftSettings: [.swiftLanguageMode(.v6)])
  }
)
