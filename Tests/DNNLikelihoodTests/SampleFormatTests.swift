import DNNLikelihood
import Foundation
import HDF5
import Likelihoods
import NumericalCore
import Sampling
import Surrogates
import TestSupport
import Testing

/// Points, log-likelihood and log-prior that every format below holds; all numbers are exact in
/// single precision, so that no format rounds them.
enum Sampled {
  static let names = ["a", "b"]
  static let points = Matrix<Double>(
    rows: [[0.5, -1], [1.25, 2], [-3, 0.75], [0, 0.125]], columns: 2)
  static let likelihoods = [-1.5, -4.25, -9, -0.125]
  static let priors = [-0.5, -0.75, -1, -0.25]
  static let posteriors = [-2, -5, -10, -0.375]

  /// The same as a Python program.
  static let python = """
    import sys, numpy as np
    x = np.array([[0.5, -1], [1.25, 2], [-3, 0.75], [0, 0.125]])
    logl = np.array([-1.5, -4.25, -9, -0.125]); logp = np.array([-0.5, -0.75, -1, -0.25])
    path = sys.argv[1]

    """
}

/// Everything about an import that has no random order: the rows as they are in the data set,
/// sorted by the first parameter.
func sortedRows(_ data: Dataset) -> [[Double]] {
  (0..<data.count).map { i in
    data.points.row(i) + [
      data.logLikelihoods?[i] ?? .nan, data.logPriors?[i] ?? .nan, data.logPosteriors[i],
    ]
  }.sorted { $0[0] < $1[0] }
}

/// What ``sortedRows(_:)`` gives for ``Sampled``.
let expectedRows: [[Double]] = (0..<4).map { i in
  Sampled.points.row(i) + [Sampled.likelihoods[i], Sampled.priors[i], Sampled.posteriors[i]]
}.sorted { $0[0] < $1[0] }

/// Writes a file and imports it.
func imported(
  _ name: String, reading: SampleReading = SampleReading(), _ settings: SampleImport = .init(),
  _ make: (URL) throws -> Void
) throws -> (dataset: Dataset, report: ImportReport) {
  try withTemporaryFolder { folder in
    let url = folder.appending(path: name)
    try make(url)
    return try settings.run([try reading.read(url)])
  }
}

func imported(
  _ name: String, text: String, reading: SampleReading = SampleReading(),
  _ settings: SampleImport = .init()
) throws -> (dataset: Dataset, report: ImportReport) {
  try imported(name, reading: reading, settings) { try Data(text.utf8).write(to: $0) }
}

@Suite("Formats of samples, files by hand") struct SampleFormatTests {
  @Test(
    "text with every separator and header",
    arguments: [
      ("s.csv", "a,b,logl,log_prior\n0.5,-1,-1.5,-0.5\n1.25,2,-4.25,-0.75\n"),
      ("s.csv", "\u{FEFF}logl, a ,log_prior,\"b\"\r\n-1.5,5e-1,-0.5,-1\r\n-4.25,1.25,-.75, 2\r\n"),
      ("s.csv", "a;b;chi2;minuslogprior\n0.5;-1;3;0.5\n1.25;2;8.5;0.75"),
      ("s.tsv", "a\tb\tlnL\tlogprior\n0.5\t-1\t-1.5\t-0.5\n\n# more\n1.25\t2\t-4.25\t-0.75\n"),
      ("s.txt", "# a b logpost minusloglike\n 0.5 -1  -2 1.5\n1.25\t2 -5.0D0 4.25\n"),
      ("s.dat", "a b log_prob log-prior\n0.5 -1 -2 -0.5\n1.25 2 -5 -0.75"),
    ])
  func text(_ name: String, _ text: String) throws {
    let (data, report) = try imported(name, text: text)
    #expect(data.parameters.names == ["a", "b"])
    #expect(sortedRows(data) == [[0.5, -1, -1.5, -0.5, -2], [1.25, 2, -4.25, -0.75, -5]])
    #expect(report.rowsRead == 2 && report.rowsKept == 2 && report.rowsDropped == 0)
  }

  @Test("our own chains, and blobs that are the prior") func chains() throws {
    var settings = SampleImport()
    settings.prior = .flat
    let chains = Chains(
      names: ["a", "b"], walkers: 2, ensembles: 1, positions: Sampled.points,
      logDensities: Sampled.posteriors, acceptance: [1, 1])
    let (flat, report) = try imported("c.h5", settings) { try chains.write(to: $0) }
    #expect(sortedRows(flat).map { $0[4] } == expectedRows.map { $0[4] })
    #expect(flat.logLikelihoods == flat.logPosteriors)
    #expect(report.files[0].format == .emcee)
    let (data, _) = try imported("c.h5") { url in
      try chains.write(to: url)
      let file = try HDF5File(updating: url)
      try file.group("mcmc").writeDataset("blobs", Sampled.priors, shape: [2, 2])
      try file.close()
      // An unnamed blob is a derived column; named as the prior it is one.
    } chosen: {
      $0.columns.roles[.logPrior] = "blob"
    }
    #expect(sortedRows(data) == expectedRows)
  }

  @Test("HDF5 with named columns, and with a block") func hdf5() throws {
    let (columns, _) = try imported("s.h5") { url in
      try HDF5File.writeAtomically(to: url) { file in
        try file.writeDataset("a", Sampled.points.column(0), shape: [4])
        try file.writeDataset("b", Sampled.points.column(1).map { Float($0) }, shape: [4])
        try file.writeDataset("loglike", Sampled.likelihoods, shape: [4])
        try file.writeDataset("logprior", Sampled.priors, shape: [4])
      }
    }
    #expect(sortedRows(columns) == expectedRows)
    for isOnGroup in [false, true] {
      let (block, _) = try imported("s.h5", reading: SampleReading(group: "g")) { url in
        try HDF5File.writeAtomically(to: url) { file in
          let group = try file.createGroup("g")
          let samples = try group.writeDataset("x", Sampled.points.elements, shape: [4, 2])
          if isOnGroup {
            try group.setAttribute("columns", Sampled.names)
          } else {
            try samples.setAttribute("names", Sampled.names)
          }
          try group.writeDataset("logl", Sampled.likelihoods, shape: [4])
          try group.writeDataset("logprior", Sampled.priors, shape: [4])
        }
      }
      #expect(sortedRows(block) == expectedRows)
    }
  }

  @Test("GetDist chains: names, labels, bounds, derived columns, weights") func getdist() throws {
    try withTemporaryFolder { folder in
      func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
      try write("run.paramnames", "a \\alpha_s\nb\nminuslogprior* -\\log\\pi\nsum* a+b\n")
      try write("run.ranges", "a -10 10\nb N 5\nfixed 1 1\n")
      try write("run_1.txt", "  3 2.0 0.5 -1 0.5 -0.5\n 1 5 1.25 2 0.75 3.25\n")
      try write("run_2.txt", "2 10 -3 0.75 1 -2.25\n0.5 0.375 0 0.125 0.25 0.125\n")
      try write("run_x.txt", "not a chain")
      for name in ["run", "run.paramnames"] {
        let table = try SampleReading().read(folder.appending(path: name))
        let (data, report) = try SampleImport().run([table])
        #expect(sortedRows(data) == expectedRows)
        #expect(data.parameters.parameters.map(\.label) == ["\\alpha_s", "b"])
        #expect(data.parameters.parameters[0].lower == -10)
        #expect(data.parameters.parameters[1].lower == -.infinity)
        #expect(data.parameters.parameters[1].upper == 5)
        #expect(report.files[0].ignored == ["sum"])
        #expect(report.weights?.sum == 6.5 && report.weights?.effectiveRows == 42.25 / 14.25)
      }
      let one = try SampleReading().read(folder.appending(path: "run_2.txt"))
      #expect(one.points.rows == 2 && one.logPosteriors == [-10, -0.375])
    }
  }
}

/// As ``imported(_:reading:_:_:)``, with settings that a closure changes.
private func imported(
  _ name: String, _ make: (URL) throws -> Void, chosen: (inout SampleImport) -> Void
) throws -> (dataset: Dataset, report: ImportReport) {
  var settings = SampleImport()
  chosen(&settings)
  return try imported(name, settings, make)
}
