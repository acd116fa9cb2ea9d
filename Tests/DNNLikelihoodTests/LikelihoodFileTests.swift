import DNNLikelihood
import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Surrogates
import TestSupport
import Testing

/// Writes `text` to `like.yaml`, beside the given further files, and loads it.
private func load(_ text: String, _ others: [String: String] = [:]) throws -> any Posterior {
  try withTemporaryFolder { folder in
    for (name, contents) in others {
      try contents.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    try surrogate().write(to: folder.appending(path: "net.onnx"))
    let file = folder.appending(path: "like.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try LikelihoodLocator.load(file.path)
  }
}

/// The message of the error that loading ends with, from the file's name on.
private func problem(_ text: String, _ others: [String: String] = [:]) -> String {
  do {
    _ = try load(text, others)
    return ""
  } catch {
    let message = "\(error)"
    guard let start = message.range(of: "like.yaml") else { return message }
    return String(message[start.lowerBound...])
  }
}

/// A network with random weights that stands for a posterior of `mu` and `delta_93`.
private func surrogate() throws -> SurrogateLikelihood {
  let architecture = NetworkArchitecture(inputs: 2, hiddenWidths: [8], activation: .silu)
  return SurrogateLikelihood(
    parameters: try ParameterSpace([
      Parameter(name: "mu", role: .parameterOfInterest, lower: -1, upper: 5),
      Parameter(name: "delta_93"),
    ]), preconditioner: .identity(dimension: 2),
    network: .double(MultilayerPerceptron(architecture, seed: 3)),
    prior: ProductPrior([
      .uniform(lower: -1, upper: 5, logDensity: -log(5)),
      .normal(mean: 0, standardDeviation: 1),
    ]))
}

@Suite struct LikelihoodFileTests {
  @Test func posterior() throws {
    let density = try load(
      """
      # Another prior for the signal strength.
      kind: posterior
      likelihood: toy-lhc
      priors:
        mu: {half-normal: {sd: 2}}
        delta_1: {normal: {mean: 0.5, sd: 0.1, lower: 0}}
        delta_2: {log-normal: {log-mean: 0, log-sd: 1}}
        delta_3: {gamma: {shape: 2, rate: 1}}
        delta_4: {flat: true}
        delta_5: {flat: [-3, .inf]}
        delta_6: {uniform: [-2, 2]}
      constraints:
        - {parameters: [delta_93, delta_94], mean: [0, 0], sds: [1, 1], correlation: [[1, 0.5], [0.5, 1]]}
        - {parameters: [delta_7], mean: [0], covariance: [[4]], replaces: false}
      parameters:
        mu: {initial: 1.5, upper: 4}
        delta_8: {scale: 0.5, label: "η"}
      fix: {delta_9: 0.25}
      parameter-of-interest: delta_8
      """)
    let space = density.parameters
    #expect(space.parameterOfInterest == 8 && space.parameters[8].label == "η")
    #expect(space.parameters[0].upper == 4 && space.parameters[0].initial == 1.5)
    #expect(space.parameters[0].role == .nuisance && space.parameters[0].lower == 0)
    #expect(space.parameters[9].fixed && space.parameters[9].initial == 0.25)
    #expect(space.parameters[5].lower == -3 && space.parameters[6].upper == 2)
    var point = space.initialValues
    point[94] = 0.3
    let rows = Matrix(rows: [point], columns: 95)
    let normal = ParameterPrior.normal(mean: 0, standardDeviation: 1)
    var prior = try ParameterPrior.halfNormal(standardDeviation: 2).logDensity(1.5)
    prior += try ParameterPrior.normal(mean: 0.5, standardDeviation: 0.1).truncated(lower: 0)
      .logDensity(point[1])
    prior += ParameterPrior.logNormal(logMean: 0, logStandardDeviation: 1).logDensity(point[2])
    prior += ParameterPrior.gamma(shape: 2, rate: 1).logDensity(point[3]) - log(4)
    for k in 7...92 { prior += normal.logDensity(point[k]) }
    prior += ParameterPrior.normal(mean: 0, standardDeviation: 2).logDensity(point[7])
    prior -= 0.5 * (0.09 / 0.75) + log(2 * Double.pi) + 0.5 * log(0.75)
    let expected = ToyLHCSearch().logLikelihoods(at: rows)[0] + prior
    #expect(abs(try density.logDensities(at: rows)[0] - expected) < 1e-12 * abs(expected))
    #expect(try density.logLikelihoods(at: rows) == ToyLHCSearch().logLikelihoods(at: rows))
    #expect(try density.holdingFixedParameters().parameters.count == 94)
  }

  /// The toy search and a surrogate that shares two of its parameters, in a file beside another.
  @Test func combinationWithASurrogate() throws {
    let density = try load(
      """
      kind: combination
      likelihoods:
        - {name: a, likelihood: inner.yml, rename: {delta_94: cr}}
        - name: b
          likelihood: net.onnx
      shared: [mu, delta_93]
      """,
      ["inner.yml": "kind: posterior\nlikelihood: toy-lhc\nparameters: {mu: {lower: 0}}\n"])
    #expect(density.parameters.count == 95 && density.parameters.names[94] == "cr")
    let toy = ToyLHCSearch()
    let network = try surrogate()
    var points = toy.prior.draw(20, stream: RandomStream(seed: 1, purpose: "points"))
    for i in 0..<20 {
      points[i, 0] = Double(i) * 0.2
      for k in 1..<95 { points[i, k] *= 0.4 }
    }
    let small = Matrix(
      rows: 20, columns: 2, elements: (0..<20).flatMap { [points[$0, 0], points[$0, 93]] })
    let (values, gradients) = try density.logDensitiesAndGradients(at: points)
    let expected = zip(toy.logDensities(at: points), network.logLikelihoods(at: small)).map {
      $0 + $1
    }
    for (a, b) in zip(values, expected) { #expect(abs(a - b) < 1e-12 * abs(b)) }
    for j in [0, 5, 92, 93, 94] {
      var moved = points
      for i in 0..<20 { moved[i, j] += 1e-5 }
      let up = try density.logDensities(at: moved)
      for i in 0..<20 { moved[i, j] -= 2e-5 }
      let down = try density.logDensities(at: moved)
      for i in 1..<20 where abs(points[i, j]) > 1e-3 {
        let slope = (up[i] - down[i]) / 2e-5
        #expect(abs(slope - gradients[i, j]) < 1e-5 * max(1, abs(slope)), "\(i) \(j)")
      }
    }
    #expect(try density.logDensity(at: [-0.5] + Array(repeating: 0, count: 94)) == -.infinity)
  }

  /// A data set of a combination carries its prior, so that a surrogate of it can be given
  /// another.
  @Test func combinationToDataset() throws {
    let text = """
      kind: combination
      likelihoods:
        - {name: a, likelihood: net.onnx}
        - {name: b, likelihood: net.onnx, rename: {delta_93: other}}
      shared: all
      constraints:
        - {parameters: [delta_93, other], mean: [0, 0], covariance: [[1, 0.5], [0.5, 1]]}
      """
    let density = try load(text)
    func dataset(_ density: some Posterior) throws -> Dataset {
      let points = Matrix<Double>(
        rows: (0..<30).map { [0.1 * Double($0), 0.05 * Double($0) - 1, 0.3] }, columns: 3)
      return try Dataset(
        samples: [.init("S1", points)], of: density, validation: 0.2, test: 0.2, seed: 1)
    }
    let data = try dataset(density)
    let prior = try #require(data.prior)
    #expect(prior.blocks.count == 1 && prior.factors[1] == .flat())
    let found = prior.logDensities(at: data.points)
    for (a, b) in zip(found, data.logPriors ?? []) { #expect(abs(a - b) < 1e-12) }
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "data.h5")
      try data.write(to: file)
      #expect(try Dataset(reading: file).prior == prior)
    }
  }

  // MARK: - Files that are wrong

  private static let head = "kind: posterior\nlikelihood: toy-lhc\n"
  private static let pair = """
    kind: combination
    likelihoods:
      - {name: a, likelihood: toy-lhc}
      - {name: b, likelihood: toy-lhc}

    """

  /// Files and what the message about each contains.
  private static let wrong: [(text: String, message: String)] = {
    var cases: [(text: String, message: String)] = []
    func add(_ text: String, _ message: String) { cases.append((text, message)) }
    // Structure.
    add("", "like.yaml, line 1: expected a mapping, found nothing")
    add("- 1\n", "line 1: expected a mapping of keys, among them 'kind: combination'")
    add(
      "likelihood: toy-lhc\n",
      "line 1: expected 'kind: combination', 'kind: posterior' or 'kind: external', found no key"
    )
    add(
      "# one\nkind: study\n", "line 2, kind: expected 'kind: combination', 'kind: posterior' or "
    )
    add("kind: study\n", "'kind: external', found 'study'")
    add("kind: [external]\n", "'kind: external', found a list of 1")
    add(
      "kind: external\n", "line 1: expected an external likelihood with the key 'address' or 'lib"
    )
    add("kind: posterior\n", "line 1: expected a posterior with the key 'likelihood', found none")
    add(
      "kind: posterior\nlikelihoods: []\n", "line 2, likelihoods: expected one of the keys of a pos"
    )
    add("kind: [1\n", "expected YAML, found an error: did not find expected")
    add("kind: posterior\nlikelihood: a\nlikelihood: b\n", "twice the key 'likelihood'")
    add(
      "kind: combination\nlikelihoods: []\n", "line 2, likelihoods: expected at least one likelih")
    add(
      "kind: combination\nlikelihoods:\n  - {name: a}\n", "line 3, likelihoods[0]: expected a likel"
    )
    add(
      "kind: combination\nlikelihoods:\n  - {name: a, likelihood: toy-lhc, colour: red}\n",
      "line 3, likelihoods[0].colour: expected one of the keys of a likelihood (name, likelihood"
    )
    add(
      "kind: combination\nlikelihoods:\n  - {name: a, likelihood: toy-lhc}\n"
        + "  - {name: a, likelihood: toy-lhc}\n",
      "line 4, likelihoods[1].name: expected a name of its own for every likelihood, found 'a'"
    )
    // References.
    add(
      "kind: posterior\nlikelihood: toy-lhx\n", "line 2, likelihood: there is no likelihood 'toy-l")
    add("kind: posterior\nlikelihood: like.yaml\n", "it refers to itself: like.yaml -> like.yaml")
    add(
      head + "measurement: m\n", "line 2, likelihood: measurement: expected no such option for")
    // Priors.
    add(
      head + "priors: 3\n", "line 3, priors: expected a mapping of priors by parameter, found '3'")
    add(
      head + "priors:\n  mu: {normal: {mean: 0}}\n", "line 4, priors.mu.normal: expected a normal p"
    )
    add(
      head + "priors:\n  mu: {normal: {mean: 0, sd: -1}}\n",
      "line 4, priors.mu.normal: normal prior: the standard deviation must be a positive number"
    )
    add(
      head + "priors:\n  mu: {normal: {mean: 0, sd: \"1\"}}\n",
      "line 4, priors.mu.normal.sd: expected a number, found '1'"
    )
    add(
      head + "priors: {mu: {cauchy: {x: 1}}}\n", "line 3, priors.mu.cauchy: expected a distributio")
    add(
      head + "priors: {mu: {uniform: [3, 1]}}\n", "uniform prior: the lower bound 3.0 is not below")
    add(
      head + "priors: {mu: {uniform: [1]}}\n", "expected the two ends of an interval, found a list")
    add(head + "priors: {mu: {uniform: [0, .inf]}}\n", "the upper bound must be a finite number")
    add(head + "priors: {mu: {normal: {mean: .nan, sd: 1}}}\n", "expected a number, found '.nan'")
    add(
      head + "\npriors:\n  nu: {uniform: [0, 1]}\n", "line 5, priors.nu: there is no parameter 'nu'"
    )
    add(
      head + "priors: {mu: {uniform: [6, 7]}}\n", "line 3, priors.mu: parameter 'mu': the lower bo")
    // Constraints.
    add(
      head + "constraints:\n  - {parameters: [mu, delta_1], mean: [0, 0], "
        + "covariance: [[1, 2], [2, 1]]}\n",
      "line 4, constraints[0]: normal block of the parameters [mu, delta_1]: expected a positive-d"
    )
    add(
      head + "constraints:\n  - {parameters: [mu], mean: [0], sds: [1]}\n",
      "line 4, constraints[0]: expected either 'covariance' or both 'sds' and 'correlation'"
    )
    add(
      head
        + "constraints:\n  - {parameters: [mu, delta_1], mean: [0, 0], covariance: [[1, 2], [2]]}",
      "line 4, constraints[0].covariance[1]: expected 2 numbers, as many as there are rows"
    )
    add(
      head + "priors: {mu: {flat: true}}\nconstraints:\n"
        + "  - {parameters: [mu], mean: [0], covariance: [[1]]}\n",
      "line 5, constraints[0]: expected one prior or constraint for every parameter"
    )
    add(
      head + "constraints:\n  - {parameters: [mv], mean: [0], covariance: [[1]]}\n",
      "line 4, constraints[0].parameters[0]: there is no parameter 'mv'"
    )
    // Parameters.
    add(
      head + "parameters: {mu: {start: 1}}\n", "line 3, parameters.mu.start: expected one of the k")
    add(
      head + "parameters: {mu: {role: poi}}\n", "expected 'parameterOfInterest' or 'nuisance', fo")
    add(
      head + "parameters: {mu: {fixed: 1}}\n", "parameters.mu.fixed: expected true or false, found")
    add(
      head + "parameters: {mu: {upper: 1e999}}\n", "upper: expected a number within the range of")
    add(
      head + "parameters: {mu: {upper: 9}}\n", "line 3, parameters.mu: parameter 'mu': the bounds")
    add(
      head + "parameters: {mu: {initial: 9}}\n", "line 3, parameters.mu: parameter 'mu': the value")
    add(
      head + "fix: {mu: 9}\n", "line 3, fix.mu: parameter 'mu': the value 9.0 is outside its bound")
    add(
      head + "parameters: {mu: {initial: 1}}\nfix: {mu: 1}\n",
      "line 4, fix.mu: expected a parameter whose value is not set under 'parameters' too"
    )
    add(
      head + "parameter-of-interest: nu\n", "line 3, parameter-of-interest: there is no parameter")
    add(
      head + "parameter-of-interest: mu\nparameters: {delta_1: {role: parameterOfInterest}}\n",
      "line 4, parameters.delta_1.role: expected one parameter of interest"
    )
    // Sharing.
    add(
      pair, "line 3, likelihoods[0].likelihood: the likelihoods 'a', 'b' all have a parameter 'del")
    add(pair + "shared: yes\n", "line 5, shared: expected 'all' or a list of names, found 'yes'")
    add(pair + "shared: [mu, mu]\n", "line 5, shared[1]: expected every name once, found 'mu'")
    add(
      pair + "distinct: all\nshared:\n  - nu\n", "line 7, shared[0]: the parameter 'nu' is said to")
    add(
      "kind: combination\nlikelihoods:\n  - {name: a, likelihood: toy-lhc, rename: {nu: xi}}\n",
      "line 3, likelihoods[0].likelihood: rename in 'a': there is no parameter 'nu'"
    )
    return cases
  }()

  @Test(arguments: wrong.indices)
  func wrongFiles(index: Int) {
    let (text, message) = Self.wrong[index]
    let found = problem(text)
    #expect(found.contains(message), "\(text)\n\(found)")
    #expect(found.hasPrefix("like.yaml"), "\(found)")
  }

  /// The readers of one kind refuse files of another.
  @Test func otherKinds() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "like.yaml")
      func write(_ text: String) throws { try Data(text.utf8).write(to: file) }
      try write("kind: external\naddress: umbridge+http://h:1/m\n")
      let external = #expect(throws: InputError.self) { _ = try LikelihoodFile(reading: file) }
      #expect(
        external?.description.hasSuffix(
          "line 1, kind: expected 'kind: combination' or 'kind: posterior', found 'external'")
          == true)
      try write(Self.head)
      let posterior = #expect(throws: InputError.self) {
        _ = try ExternalConfiguration(reading: file)
      }
      #expect(
        posterior?.description.hasSuffix(
          "line 1, kind: expected 'kind: external', found 'posterior'") == true)
    }
  }

  @Test func filesThatReferToEachOther() {
    let found = problem(
      "kind: posterior\nlikelihood: other.yaml\n",
      ["other.yaml": "kind: posterior\nlikelihood: like.yaml\n"])
    #expect(found.hasPrefix("like.yaml, line 2, likelihood: "))
    #expect(found.contains("other.yaml, line 2, likelihood: "))
    #expect(found.contains("like.yaml -> other.yaml -> like.yaml"))
  }

  @Test func optionsReachTheLoader() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "like.yaml")
      try """
      kind: combination
      likelihoods:
        - name: a
          likelihood: a.json
          measurement: meas
          poi: mu_sig
          patch: [first.json, "set.json:point"]
          interpolation: {histosys: 4p, normsys: 4}
          rename: {mu_sig: mu}
      """.write(to: file, atomically: true, encoding: .utf8)
      var seen: [(String, LikelihoodOptions, URL)] = []
      _ = try? LikelihoodFile(reading: file).load { reference, options, folder in
        seen.append((reference, options, folder))
        return ToyLHCSearch()
      }
      #expect(seen.count == 1 && seen[0].0 == "a.json")
      #expect(
        seen[0].1
          == LikelihoodOptions(
            measurement: "meas", parameterOfInterest: "mu_sig",
            patches: ["first.json", "set.json:point"],
            interpolation: ["histosys": "4p", "normsys": "4"]))
      #expect(seen[0].2.standardizedFileURL.path == folder.standardizedFileURL.path)
    }
  }
}
