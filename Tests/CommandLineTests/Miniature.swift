import Foundation
import TestSupport
import Testing

/// The first stages of the pipeline, as small as they go: 64 chains of 80 draws, a network of
/// 2 x 16 units.
enum Miniature {
  static let sample = [
    "sample", "toy-lhc", "-o", "chains.h5", "--chains", "64", "--draws", "5120", "--warm-up",
    "100", "--seed", "3",
  ]

  /// Makes `chains.h5` and, of 3000 draws, `data.h5`.
  static func data(in folder: URL) throws {
    try Program.run(sample + ["--allow-unconverged"], in: folder, status: 0)
    try Program.run(
      [
        "dataset", "build", "toy-lhc", "--chains", "chains.h5", "-o", "data.h5", "--points", "3000",
      ],
      in: folder, status: 0)
  }

  /// Makes `chains.h5`, `data.h5` and the folder `model`.
  static func model(in folder: URL) throws {
    try data(in: folder)
    try Program.run(train, in: folder, status: 0)
  }

  static let train = [
    "train", "data.h5", "-o", "model", "--width", "16", "--epochs", "8", "--likelihood", "toy-lhc",
    "--seed", "5",
  ]
}
