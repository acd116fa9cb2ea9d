import DNNLikelihood
import Foundation
import NumericalCore
import Surrogates
import TestSupport
import Testing

@Suite("Import of samples") struct SampleImportTests {
  private static let header = "a,b,logl\n"
  private static let rows = "0,1,-1\n1,2,-2\n2,0,-3\n"

  @Test("rows that cannot be used are counted by column and reason") func dropped() throws {
    var settings = SampleImport()
    settings.bounds = ["b": 0...5]
    let text =
      Self.header + Self.rows
      + "nan,1,-1\n,1,-1\ninf,1,-1\n1,-1,-1\n1,5,-1\n1,1,-inf\n1,1,nan\n1,1,inf\nnan,nan,nan\n"
    let (data, report) = try imported("s.csv", text: text, settings)
    #expect(data.count == 4 && report.rowsKept == 4 && report.rowsRead == 12)
    let found = Dictionary(
      uniqueKeysWithValues: report.dropped.map { ("\($0.column) \($0.reason.rawValue)", $0.rows) })
    #expect(
      found == [
        "a notANumber": 3, "a infinite": 1, "b outsideBounds": 1,
        "log-likelihood outsideSupport": 1, "log-likelihood notANumber": 1,
        "log-likelihood infinite": 1,
      ])
    #expect(report.table.contains("left out: 3 with 'a' missing or not a number"))
  }

  @Test("repeats share a role or are merged; contradictions are an error or a count")
  func repeats() throws {
    var text = Self.header
    for i in 0..<40 { for _ in 0...(i % 3) { text += "\(i % 2 == 0 ? "" : "-")\(i),0.0,-\(i)\n" } }
    text += "0,-0.0,0\n0,1,-7\n"
    var settings = SampleImport()
    (settings.validation, settings.test) = (0.25, 0.25)
    let (data, report) = try imported("s.csv", text: text, settings)
    #expect(report.distinctPoints == 41 && data.count == 81 && report.repeatedRows == 40)
    var roles: [[Double]: Set<Split.Role>] = [:]
    for i in 0..<data.count { roles[data.points.row(i), default: []].insert(data.split.roles[i]) }
    #expect(roles.count == 41 && roles.values.allSatisfy { $0.count == 1 })
    settings.mergesRepeats = true
    #expect(try imported("s.csv", text: text, settings).dataset.count == 41)
    text += "3,0,-3.1\n-3,0,-3.1\n5,0,-5.0000001\n"
    let error = #expect(throws: InputError.self) { try imported("s.csv", text: text, settings) }
    #expect(error?.description.contains("(such rows: 1); --allow-conflicts") == true)
    #expect(error?.description.contains("line 84: expected the log density -3.0") == true)
    settings.allowsConflicts = true
    #expect(try imported("s.csv", text: text, settings).report.conflictingRows == 1)
  }

  @Test("parameters are chosen, ordered, bounded; initial values and scales are of the sample")
  func parameters() throws {
    var settings = SampleImport()
    settings.columns.parameters = ["b", "weight"]
    settings.interest = ["b"]
    settings.bounds = ["b": -1...2]
    let text = "a,b,weight,my_nll\n0,1,3,1\n1,2,5,0.5\n2,0,4,3\n"
    settings.columns.roles = [.logLikelihood: "-my_nll"]
    let (data, report) = try imported("s.csv", text: text, settings)
    #expect(data.parameters.names == ["b", "weight"])
    #expect(data.parameters.parameterOfInterest == 0)
    let b = data.parameters.parameters[0]
    #expect(b.lower == -1 && b.upper == 2 && b.initial == 2)
    #expect(abs(b.scale - (2.0 / 3).squareRoot()) < 1e-15)
    #expect(report.files[0].ignored == ["a"] && report.weights == nil)
    #expect(report.columnsTakenAsParameters.isEmpty && !report.table.contains("taken as"))
    settings.columns.parameters = nil
    settings.columns.roles[.weight] = "weight"
    let taken = try imported("s.csv", text: text, settings).report
    #expect(taken.columnsTakenAsParameters == ["a", "b"])
    #expect(taken.table.contains("(--parameters, --ignore): a, b\n"))
    #expect(report.files[0].columns == ["logLikelihood": "-my_nll"])
    #expect(Set(data.logPosteriors) == [-1, -0.5, -3])
  }

  @Test("a posterior is separated by a prior, a flat prior, or stays whole") func densities() throws
  {
    let text = "a,b,logpost\n0,1,-1\n1,2,-2\n"
    var settings = SampleImport()
    settings.prior = .unknown
    let whole = try imported("s.csv", text: text, settings).dataset
    #expect(whole.logLikelihoods == nil && whole.logPriors == nil)
    settings.prior = .flat
    settings.bounds = ["a": -1...2, "b": 0...3]
    let flat = try imported("s.csv", text: text, settings).dataset
    #expect(flat.logLikelihoods == flat.logPosteriors && flat.logPriors == [0, 0])
    #expect(
      flat.prior?.logDensities(at: Matrix(rows: [[0, 1], [0, 4]], columns: 2)) == [0, -.infinity])
    let three = "a,b,logpost,loglike,logprior\n0,1,-8,-1,-2\n1,2,-10.00001,-2,-3\n"
    let (data, report) = try imported("s.csv", text: three)
    #expect(
      Set(data.logPosteriors) == [-3, -5]
        && report.notes.contains { $0.contains("the constant -5.0") })
  }

  @Test("several files are samples; columns are matched by name") func several() throws {
    try withTemporaryFolder { folder in
      let texts = ["one.csv": "a,b,logl\n0,1,-1\n1,2,-2\n", "two.csv": "b,chi2,a\n7,6,5\n"]
      for (name, text) in texts { try Data(text.utf8).write(to: folder.appending(path: name)) }
      let tables = try ["one.csv", "two.csv"].map {
        try SampleReading().read(folder.appending(path: $0))
      }
      let (data, _) = try SampleImport().run(tables)
      #expect(data.sampleNames == ["one", "two"])
      let row = data.sampleOfPoint.firstIndex(of: 1) ?? 0
      #expect(data.points.row(row) == [5, 7] && data.logPosteriors[row] == -3)
    }
  }

  /// Name and content of a file, and what the message has to say.
  static let wrong: [(name: String, text: String, message: [String])] = [
    ("s.csv", "", ["rows: expected at least one, found none"]),
    ("s.csv", "a,b,logl\n", ["rows: expected at least one"]),
    ("s.csv", "1,2,3\n", ["3 of them with --columns", "found none"]),
    ("s.csv", "a,b,logl\n1,2,-1\n1,2\n", ["line 3: expected 3 columns, found 2"]),
    ("s.csv", "a,b,logl\n\n1,2,-1,0\n", ["line 3: expected 3 columns, found 4"]),
    ("s.csv", "a,b,logl\n1,two,-1\n", ["line 2, column 'b': expected a number, found 'two'"]),
    ("s.csv", "a,b,logl\n1,2 3,-1\n", ["line 2, column 'b'", "'2 3'"]),
    ("s.csv", "a,b,logl\n1,0x,-1\n", ["line 2, column 'b'", "'0x'"]),
    ("s.csv", "a,b,logl\n1,1.5e,-1\n", ["line 2, column 'b'", "'1.5e'"]),
    ("s.csv", "a,a,logl\n1,2,-1\n", ["expected each name once, found 'a' twice"]),
    ("s.csv", "a,,logl\n1,2,-1\n", ["column 2: expected a name"]),
    ("s.csv", "a,b\n1,2\n", ["expected a log-likelihood", "'a', 'b'"]),
    (
      "s.csv", "a,logl,loglike\n1,2,2\n",
      ["one logLikelihood", "--log-likelihood", "'logl', 'loglike'"]
    ),
    ("s.csv", "a,chi2,loglike\n1,2,2\n", ["'chi2', 'loglike'"]),
    ("s.csv", "a,logl,chi2_flavour\n1,2,2\n", ["unknown ones: 'chi2_flavour'", "--ignore"]),
    ("s.csv", "chain,a,logl\n1,2,2\n", ["unknown ones: 'chain'"]),
    ("s.csv", "logl,weight\n1,2\n", ["expected at least one parameter"]),
    (
      "s.csv", "a,logpost\n1,2\n2,3\n", ["--flat-prior", "--posterior-only", "cannot be separated"]
    ),
    (
      "s.csv", "a,logl\n1,2\n1,2\n",
      ["s.csv, column 'a': expected", "--ignore a", "1.0 in all rows"]
    ),
    ("s.csv", "a,logl\n1,nan\n2,inf\n", ["found none of 2", "1 with 'log-likelihood' infinite"]),
    (
      "s.csv", "a,logl,weight\n1,2,-1\n2,3,1\n",
      ["line 2, weight: expected a number not below zero"]
    ),
    ("s.csv", "a,logl,logprior,logpost\n1,2,3,5\n2,3,4,8\n", ["line 3", "its parts", "found 8.0"]),
    ("s.npy", "no array", ["signature of a .npy file"]),
    ("s.npz", "no zip", ["the directory of a zip file"]),
    ("s.npz", "PK\u{5}\u{6}" + String(repeating: "\u{1}", count: 18), ["byte", "zip"]),
    ("s.h5", "no HDF5", ["not an HDF5 file"]),
    ("s.nc", "CDF\u{1} classic netCDF", ["not an HDF5 file"]),
    ("s.root", "root", ["expected samples as .csv"]),
  ]

  @Test("wrong files end with a message that says where", arguments: wrong)
  func wrongFiles(_ name: String, _ text: String, _ message: [String]) {
    let error = #expect(throws: (any Error).self) { try imported(name, text: text) }
    let found = error.map { "\($0)" } ?? ""
    for part in message { #expect(found.contains(part), "'\(part)' is not in: \(found)") }
    #expect(found.contains(name))
  }

  @Test("wrong options end with a message that names what there is") func options() {
    func message(
      _ reading: SampleReading = SampleReading(), _ change: (inout SampleImport) -> Void = { _ in }
    ) -> String {
      var settings = SampleImport()
      change(&settings)
      do {
        _ = try imported("s.csv", text: Self.header + Self.rows, reading: reading, settings)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message(SampleReading(ignored: ["c"])).contains("expected 'c' of --ignore, found 'a'"))
    #expect(message(SampleReading(columns: ["x"])).contains("as --columns names them"))
    #expect(message { $0.columns.parameters = ["c"] }.contains("'c' of --parameters"))
    #expect(message { $0.columns.parameters = ["a", "a"] }.contains("columns once"))
    #expect(
      message { $0.columns.parameters = ["a", "logl"] }.contains("expected a log-likelihood"))
    #expect(message { $0.columns.roles = [.logPrior: "c"] }.contains("'c' of --log-prior"))
    #expect(
      message { $0.columns.roles = [.logPrior: "a", .weight: "a"] }.contains("a column of its own"))
    #expect(
      message { $0.interest = ["c"] }.contains("--poi: expected one of the parameters 'a', 'b'"))
    #expect(message { $0.bounds = ["c": 0...1] }.contains("--bounds"))
    #expect(message { $0.bounds = ["a": 10...11] }.contains("3 with 'a' outside its bounds"))
    #expect(message { ($0.validation, $0.test) = (0.5, 0.5) }.contains("fractions"))
    #expect(message() == "")
  }

  /// A zip entry that is cut, changed or promises too much must not get through, nor end the
  /// program.
  @Test(
    "damaged archives, arrays and HDF5 files", .enabled(if: pythonInterpreter != nil, needsPython))
  func damaged() throws {
    try withTemporaryFolder { folder in
      for (name, script) in [
        ("d.npz", "np.savez_compressed(path, a=x[:, 0], b=x[:, 1], logl=logl)"),
        ("e.npz", "np.savez(path, a=x[:, 0], b=x[:, 1], logl=logl)"),
        ("f.npy", "np.save(path, np.rec.fromarrays([x[:, 0], x[:, 1], logl], names='a,b,logl'))"),
      ] {
        let url = folder.appending(path: name)
        try runPython(Sampled.python + script, arguments: [url.path])
        let whole = try Data(contentsOf: url)
        let table = try SampleReading().read(url)
        for k in stride(from: 0, to: whole.count, by: 3) {
          try whole.prefix(k).write(to: url)
          #expect(throws: InputError.self) { try SampleReading().read(url) }
          var changed = whole
          changed[k] ^= 0xff
          try changed.write(to: url)
          // A changed byte is found, or it was none of the data (a date, a checksum of nothing).
          let found = try? SampleReading().read(url)
          let isSame = found.map { $0.points.elements == table.points.elements } ?? true
          #expect(isSame || name == "f.npy", "byte \(k) of \(name)")
        }
      }
    }
  }
}
