import Foundation
import TestSupport
import Testing

/// train: data sets and scan files that cannot be used, and what is said about them.
@Suite("Input of training", .serialized) struct TrainInputTests {
  /// Copies of data.h5 with something wrong.
  private static let damage = """
    import h5py, numpy as np, shutil, sys
    def make(name, change):
        shutil.copy("data.h5", name)
        with h5py.File(name, "r+") as f: change(f)
    def rows(f, keep):
        for k in list(f):
            values = f[k][()][keep]
            del f[k]
            f[k] = values
    def put(name, place, value):
        def change(f): f[name][place] = value
        return change
    split = h5py.File("data.h5")["split"][()]
    first = [int(np.argmax(split == k)) for k in (0, 1, 2)]
    make("one.h5", lambda f: rows(f, [first[0]]))
    make("alone.h5", lambda f: rows(f, first))
    make("unchecked.h5", lambda f: rows(f, split != 1))
    make("checked.h5", lambda f: rows(f, (split != 0) | (np.arange(len(split)) < 50)))
    make("constant.h5", put("log_posterior", slice(None), -300.0))
    make("nan.h5", put("log_posterior", 7, np.nan))
    make("point.h5", put("points", (3, 1), np.inf))
    make("slope.h5", put("gradient", (4, 0), np.nan))
    make("likelihood.h5", put("log_likelihood", 3, np.nan))
    make("prior.h5", put("log_prior", 5, -np.inf))
    make("same.h5", put("points", slice(None), 0.0))
    make("column.h5", put("points", (slice(None), 5), 0.3))
    """

  @Test(
    "data sets", .enabled(if: pythonInterpreter != nil, needsPython))
  func dataSets() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      try runPython(
        "import os, sys\nos.chdir(sys.argv[1])\n" + Self.damage, arguments: [folder.path])
      for (name, parts) in [
        ("one.h5", ["1 training points", "at least 2"]),
        ("alone.h5", ["1 training points", "at least 2"]),
        ("unchecked.h5", ["0 validation points", "at least 1"]),
        ("checked.h5", ["validation points", "at most as many as the", "training points"]),
        ("constant.h5", ["same log-posterior -300.0", "nothing to learn"]),
        ("nan.h5", ["log-posterior of point 7 is nan", "finite"]),
        ("point.h5", ["parameter 'delta_1' of point 3 is inf", "finite"]),
        ("slope.h5", ["gradient", "parameter 'mu'", "point 4", "finite"]),
        ("likelihood.h5", ["log-likelihood of point 3 is nan", "finite"]),
        ("prior.h5", ["log-prior of point 5 is -inf", "finite"]),
      ] {
        try expectRefusal(["train", name, "-o", "model"], [name] + parts, in: folder)
        try Data("repeats: 2\n".utf8).write(to: folder.appending(path: "scan.yaml"))
        try expectRefusal(
          ["train", name, "-o", "model", "--scan", "scan.yaml"], [name] + parts, in: folder)
      }
      for (name, part) in [
        ("same.h5", "parameters 'mu', 'delta_1', 'delta_2' and 92 more have one value alone"),
        ("column.h5", "parameter 'delta_5' has one value alone"),
      ] {
        for members in ["1", "2"] {
          try expectRefusal(
            ["train", name, "-o", "model", "--members", members],
            ["\(name): the covariance of the training points is singular: \(part)"], in: folder)
        }
      }
      // What is refused leaves no folder behind.
      #expect(!(try files(below: folder).contains("model")))
    }
  }

  static let scans: [(content: String, parts: [String])] = [
    ("", ["line 1", "expected a mapping"]),
    ("repeats: 1\n", ["line 1", "'grid', or 'random' and 'ranges'"]),
    ("repeats: 0\ngrid: {width: 8}\n", ["line 1, repeats", "at least 1", "'0'"]),
    ("grids: {width: 8}\n", ["line 1, grids", "repeats, seed, grid, random, ranges", "'grids'"]),
    ("grid:\n  widht: [8]\n", ["line 2, grid.widht", "one of the keys", "'widht'"]),
    ("grid:\n  width: [8, 0]\n", ["line 2, grid.width[1]", "at least 1", "'0'"]),
    ("grid:\n  width: []\n", ["line 2, grid.width", "at least one value"]),
    ("grid:\n  width: [8, 8]\n", ["line 2, grid.width[1]", "every value once"]),
    ("grid:\n  width: wide\n", ["line 2, grid.width", "whole number", "'wide'"]),
    ("grid:\n  widths: [[8, 0]]\n", ["line 2, grid.widths[0][1]", "at least 1"]),
    ("grid:\n  learningRate: -0.1\n", ["line 2, grid.learningRate", "above 0", "'-0.1'"]),
    ("grid:\n  dropout: [0, 1]\n", ["line 2, grid.dropout[1]", "not including, 1", "'1'"]),
    (
      "grid:\n  batchNormalization: [true, 1]\n",
      ["line 2, grid.batchNormalization[1]", "true or false", "'1'"]
    ),
    (
      "grid:\n  batchNormalization: true\n  batchSize: [8, 1]\n",
      ["batchSize", "at least 2 for batch normalisation", "found 1"]
    ),
    ("grid:\n  l2: -1\n", ["line 2, grid.l2", "at least 0", "'-1'"]),
    ("grid:\n  points: [1, 1000]\n", ["line 2, grid.points[0]", "at least 2", "'1'"]),
    ("grid:\n  optimizer: adagrad\n", ["line 2, grid.optimizer", "'nesterov'", "'adagrad'"]),
    ("grid:\n  initializer: zeros\n", ["line 2, grid.initializer", "'lecunNormal'", "'zeros'"]),
    ("grid:\n  earlyStopping: 0\n", ["line 2, grid.earlyStopping", "at least 1", "'0'"]),
    ("grid:\n  huberThreshold: 0\n", ["line 2, grid.huberThreshold", "above 0", "'0'"]),
    ("grid:\n  momentum: [0.9, 1]\n", ["line 2, grid.momentum[1]", "not including, 1", "'1'"]),
    ("grid:\n  momentum: 0.9\n", ["momentum", "none without optimizer sgd"]),
    ("grid:\n  activation: [silu, swish]\n", ["line 2, grid.activation[1]", "'selu'", "'swish'"]),
    ("grid:\n  loss: rmse\n", ["line 2, grid.loss", "'mse' or 'mae'", "'rmse'"]),
    (
      "grid:\n  recipe: mine\n",
      ["line 2, grid.recipe", "'enhanced' or 'counts' or 'paper'", "'mine'"]
    ),
    ("grid:\n  dropout: 0.1\n  alphaDropout: 0.1\n", ["alphaDropout", "0 beside dropout"]),
    ("grid:\n  width: 8\n  widths: [[8]]\n", ["'widths', or 'width'", "both"]),
    ("grid:\n  points: [100, 1000000]\n", ["points", "at most the", "data.h5", "1000000"]),
    ("random: 3\n", ["line 1, random", "beside ranges", "no ranges"]),
    ("ranges:\n  width: [8, 16]\n", ["ranges", "beside ranges", "no random"]),
    (
      "random: 3\nranges:\n  width: {uniform: [16, 8]}\n", ["ranges.width.uniform", "rising order"]
    ),
    ("random: 3\nranges:\n  width: {normal: [8, 16]}\n", ["ranges.width.normal", "uniform"]),
    (
      "random: 3\nranges:\n  l2: {logUniform: [0, 1]}\n",
      ["ranges.l2.logUniform", "rising order, above 0"]
    ),
    (
      "random: 3\nranges:\n  loss: {uniform: [0, 1]}\n",
      ["line 3, ranges.loss", "a list of values"]
    ),
    ("random: 2\nranges: {width: 8}\ngrid: {width: 8}\n", ["ranges", "every field once", "width"]),
    ("grid: {width: 8\n", ["line", "YAML"]),
  ]

  @Test("scan files") func scanFiles() throws {
    try withTemporaryFolder { folder in
      try Miniature.data(in: folder)
      let command = ["train", "data.h5", "-o", "scans", "--scan", "scan.yaml"]
      for (content, parts) in Self.scans {
        try Data(content.utf8).write(to: folder.appending(path: "scan.yaml"))
        try expectRefusal(command, ["scan.yaml"] + parts, in: folder)
      }
      try expectRefusal(
        ["train", "data.h5", "-o", "scans", "--scan", "none.yaml"], ["none.yaml"], in: folder)
      try Data("grid: {width: 8}\n".utf8).write(to: folder.appending(path: "scan.yaml"))
      try expectRefusal(
        command + ["--sort", "error"], ["--sort", "testRMSE", "found error"], in: folder)
      #expect(!(try files(below: folder).contains { $0.hasPrefix("scans") }))
    }
  }

  @Test(
    "options outside their range",
    arguments: [
      ["--learning-rate", "-1"], ["--learning-rate", "0"], ["--dropout", "1"], ["--l2", "-1"],
      ["--alpha-dropout", "nan"], ["--dropout", "0.1", "--alpha-dropout", "0.1"],
      ["--batch-size", "0"], ["--batch-size", "1", "--batch-normalization"], ["--layers", "0"],
      ["--activation", "swish"], ["--loss", "rmse"],
      ["--resume", "--overwrite"], ["--sort", "testRMSE"], ["--scan", "s.yaml", "--resume"],
      ["--checkpoint", "-1"], ["--sample-weights", "steep"], ["--optimizer", "adagrad"],
      ["--momentum", "0.9"], ["--optimizer", "sgd", "--momentum", "1"], ["--weight-decay", "0.1"],
      ["--early-stopping", "0"], ["--huber-threshold", "2"], ["--initializer", "zeros"],
    ])
  func options(_ arguments: [String]) throws {
    let result = try Program.run(["train", "d.h5", "-o", "m"] + arguments, status: 64)
    #expect(result.standardOutput.isEmpty)
    #expect(result.standardError.contains("Usage: dnnlik"))
  }
}
