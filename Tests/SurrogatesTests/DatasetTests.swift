import Foundation
import HDF5
import Likelihoods
import NumericalCore
import Surrogates
import TestSupport
import Testing

@Suite struct SplitTests {
  @Test func fractions() throws {
    let split = try Split(count: 1000, validation: 0.1, test: 0.25, seed: 4)
    #expect(split.roles.count == 1000)
    #expect(split.roles.filter { $0 == .validation }.count == 100)
    #expect(split.roles.filter { $0 == .test }.count == 250)
    // Spread over the whole range, not taken from one end.
    let firstHalf = split.roles.prefix(500).filter { $0 == .test }.count
    #expect((90...160).contains(firstHalf))
  }

  @Test func seeds() throws {
    let a = try Split(count: 300, validation: 0.1, test: 0.1, seed: 4)
    #expect(try Split(count: 300, validation: 0.1, test: 0.1, seed: 4) == a)
    #expect(try Split(count: 300, validation: 0.1, test: 0.1, seed: 5) != a)
  }

  @Test func impossibleFractions() {
    for (validation, test) in [(0.5, 0.5), (-0.1, 0.2), (0.2, -0.1), (.nan, 0.1), (1.5, 0)] {
      let error = #expect(throws: DatasetError.self) {
        try Split(count: 10, validation: validation, test: test, seed: 1)
      }
      #expect(error?.description.contains("leave nothing to train") == true)
    }
  }
}

@Suite struct DatasetTests {
  @Test func pointsOutsideTheSupportAreLeftOutAndCounted() throws {
    let density = try Skewed()
    var points = density.points(60)
    for i in [3, 17, 40] { points[i, 0] = 3.5 }
    let data = try Dataset(
      samples: [.init("S1", points.rows(in: 0..<20)), .init("S2", points.rows(in: 20..<60))],
      of: density, withGradients: true, validation: 0.1, test: 0.1, seed: 2)
    #expect(data.count == 57 && data.provenance["outside_support"] == "3")
    #expect(data.sampleNames == ["S1", "S2"])
    #expect(data.sampleOfPoint.filter { $0 == 0 }.count == 18)
    let gradients = try #require(data.gradients)
    let exact = density.logDensitiesAndGradients(at: data.points)
    #expect(gradients == exact.gradients && data.logPosteriors == exact.values)
    let parts = zip(try #require(data.logLikelihoods), try #require(data.logPriors))
    for (sum, posterior) in zip(parts.map(+), data.logPosteriors) {
      #expect(abs(sum - posterior) < 1e-12)
    }
    // Labels followed their points into the random order.
    let first = Set((0..<20).map { points[$0, 1] })
    for i in 0..<data.count {
      #expect(first.contains(data.points[i, 1]) == (data.sampleOfPoint[i] == 0))
    }
    #expect(data.indices(.training).count + data.indices(.test).count == 51)
    #expect(data.indices(.test, sample: "S1").allSatisfy { data.sampleOfPoint[$0] == 0 })
    #expect(data.indices(.test, sample: "none").isEmpty)
  }

  @Test func seedsDecideTheOrder() throws {
    let density = try Skewed()
    let points = density.points(50)
    func build(_ seed: UInt64) throws -> Matrix<Double> {
      try Dataset(
        samples: [.init("S1", points)], of: density, validation: 0.1, test: 0.1, seed: seed
      ).points
    }
    #expect(try build(1) == build(1))
    #expect(try build(1) != build(2))
  }

  @Test func inconsistentParts() throws {
    let space = try ParameterSpace([Parameter(name: "a"), Parameter(name: "b")])
    let points = Matrix<Double>(rows: [[1, 2], [3, 4]], columns: 2)
    #expect(throws: DatasetError.length("log-posteriors", expected: 2, found: 1)) {
      try Dataset(parameters: space, points: points, logPosteriors: [0])
    }
    #expect(throws: DatasetError.length("log-priors", expected: 2, found: 3)) {
      try Dataset(
        parameters: space, points: points, logPosteriors: [0, 1], logPriors: [1, 2, 3])
    }
    #expect(throws: DatasetError.length("columns of the points", expected: 2, found: 1)) {
      try Dataset(
        parameters: space, points: Matrix(rows: [[1]], columns: 1), logPosteriors: [0])
    }
    #expect(throws: DatasetError.length("columns of the gradients", expected: 2, found: 1)) {
      try Dataset(
        parameters: space, points: points, logPosteriors: [0, 1],
        gradients: Matrix(rows: [[1], [2]], columns: 1))
    }
    #expect(throws: DatasetError.notFinite("log-posterior", row: 1, value: .infinity)) {
      try Dataset(parameters: space, points: points, logPosteriors: [0, .infinity])
    }
    let error = #expect(throws: DatasetError.self) {
      try Dataset(
        parameters: space, points: Matrix(rows: [[1, 2], [3, .nan]], columns: 2),
        logPosteriors: [0, 1])
    }
    #expect(error?.description == "the parameter 'b' of point 1 is nan, expected a finite number")
    #expect(throws: DatasetError.empty) {
      try Dataset(
        parameters: space, points: Matrix(rows: 0, columns: 2, elements: []), logPosteriors: [])
    }
    #expect(throws: DatasetError.unknownSample) {
      try Dataset(
        parameters: space, points: points, logPosteriors: [0, 1], sampleOfPoint: [0, 1])
    }
  }

  @Test func samplesOfAnotherWidth() throws {
    let error = #expect(throws: DatasetError.self) {
      try Dataset(
        samples: [.init("S1", Matrix<Double>(rows: 3, columns: 4, repeating: 0))], of: Skewed(),
        validation: 0.1, test: 0.1, seed: 1)
    }
    #expect(error == .length("columns of sample 'S1'", expected: 5, found: 4))
  }
}

@Suite struct DatasetFileTests {
  @Test func roundTrip() throws {
    for withGradients in [true, false] {
      var data = try Skewed().dataset(40, withGradients: withGradients)
      data.provenance["note"] = "größer"
      try withTemporaryFolder { folder in
        let url = folder.appending(path: "d.h5")
        try data.write(to: url)
        let copy = try Dataset(reading: url)
        #expect(copy.parameters == data.parameters && copy.points == data.points)
        #expect(copy.logPosteriors == data.logPosteriors && copy.logPriors == data.logPriors)
        #expect(copy.logLikelihoods == data.logLikelihoods && copy.gradients == data.gradients)
        #expect(copy.sampleNames == data.sampleNames && copy.split == data.split)
        #expect(copy.sampleOfPoint == data.sampleOfPoint && copy.provenance == data.provenance)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["d.h5"])
      }
    }
  }

  @Test func damagedAndForeignFiles() throws {
    let data = try Skewed().dataset(40)
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "d.h5")
      #expect(throws: HDF5Error.missingFile(file: url)) { try Dataset(reading: url) }
      try data.write(to: url)
      let bytes = try Data(contentsOf: url)
      try bytes.prefix(bytes.count / 2).write(to: url)
      #expect(throws: HDF5Error.self) { try Dataset(reading: url) }
      try Data("points".utf8).write(to: url)
      #expect(throws: HDF5Error.notHDF5(file: url)) { try Dataset(reading: url) }
    }
  }

  /// Every part that is missing or of another shape is named, with the file.
  @Test func messagesNameThePart() throws {
    func message(
      parameters: String = "[{\"name\": \"a\", \"role\": \"nuisance\", \"initial\": 0}]",
      split: [UInt8]? = [0, 1, 2], posteriors: [Double] = [1, 2, 3]
    ) throws -> String {
      try withTemporaryFolder { folder in
        let url = folder.appending(path: "part.h5")
        try HDF5File.writeAtomically(to: url) { file in
          try file.setAttribute("parameters", parameters)
          try file.setAttribute("sample_names", ["S1"])
          try file.writeDataset("points", [1.0, 2, 3], shape: [3, 1])
          try file.writeDataset("log_posterior", posteriors, shape: [posteriors.count])
          try file.writeDataset("sample", [UInt8](repeating: 0, count: 3), shape: [3])
          if let split { try file.writeDataset("split", split, shape: [split.count]) }
        }
        do {
          _ = try Dataset(reading: url)
          return ""
        } catch {
          #expect(error is HDF5Error || error is DatasetError, "\(type(of: error))")
          return "\(error)"
        }
      }
    }
    #expect(try message() == "")
    #expect(try message(parameters: "{").contains("part.h5"))
    #expect(try message(parameters: "[]").contains("points"))
    #expect(try message(split: [0, 1]).contains("split"))
    #expect(try message(split: [0, 1, 7]).contains("'split' holds 7"))
    #expect(try message(split: nil).contains("split"))
    #expect(try message(posteriors: [1, 2]).contains("log_posterior"))
    #expect(try message(posteriors: [1, .nan, 2]).contains("log-posterior of point 1 is nan"))
  }

  @Test func nothingIsLeftWhereItCannotBeWritten() throws {
    let data = try Skewed().dataset(40)
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "plain")
      try Data().write(to: file)
      #expect(throws: HDF5Error.self) { try data.write(to: file.appending(path: "d.h5")) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["plain"])
    }
  }
}

/// A rejected step repeats a draw: equal points must not be on both sides of a split.
@Suite struct EqualPointsTests {
  @Test func equalPointsHaveOneRole() throws {
    let search = ToyLHCSearch()
    let distinct = search.prior.draw(300, stream: RandomStream(seed: 3, purpose: "test"))
    // Every point three times.
    let points = distinct.appending(distinct).appending(distinct)
    let data = try Dataset(
      samples: [.init("S1", points)], of: search, validation: 0.2, test: 0.3, seed: 1)
    var roles: [[Double]: Set<UInt8>] = [:]
    for i in 0..<data.count {
      roles[data.points.row(i), default: []].insert(data.split.roles[i].rawValue)
    }
    #expect(roles.values.allSatisfy { $0.count == 1 })
    let test = Double(data.indices(.test).count) / Double(data.count)
    #expect(abs(test - 0.3) < 0.02)
    // The plain split, by contrast, would put some of them on both sides.
    let plain = try Split(count: data.count, validation: 0.2, test: 0.3, seed: 1)
    var plainRoles: [[Double]: Set<UInt8>] = [:]
    for i in 0..<data.count {
      plainRoles[data.points.row(i), default: []].insert(plain.roles[i].rawValue)
    }
    #expect(plainRoles.values.contains { $0.count > 1 })
  }

  @Test func thePriorTravelsWithTheData() throws {
    let search = ToyLHCSearch()
    let points = search.prior.draw(50, stream: RandomStream(seed: 4, purpose: "test"))
    let data = try Dataset(
      samples: [.init("S1", points)], of: search, validation: 0.2, test: 0.2, seed: 1)
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "data.h5")
      try data.write(to: file)
      #expect(try Dataset(reading: file).prior == search.prior)
    }
  }
}
