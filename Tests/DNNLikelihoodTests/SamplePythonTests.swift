import DNNLikelihood
import Foundation
import NumericalCore
import Surrogates
import TestSupport
import Testing

/// Files made by the programs whose formats they are.
@Suite("Formats of samples, files of numpy, h5py, emcee, ArviZ and GetDist")
struct SamplePythonTests {
  static let available = pythonInterpreter != nil
  static let hasGetDist =
    (try? runPython("import importlib.util as u; assert u.find_spec('getdist')")) != nil

  static let scripts: [(name: String, script: String)] = [
    ("savez.npz", "np.savez(path, a=x[:, 0], b=x[:, 1], logl=logl, logprior=logp)"),
    (
      "compressed.npz",
      "np.savez_compressed(path, samples=np.asfortranarray(x), names=['a', 'b'], loglike=logl, "
        + "log_prior=logp.astype('>f4'))"
    ),
    (
      "bytes.npz",
      "np.savez(path, theta=x, names=np.array([b'a', b'b']), chi2=-2*logl, minuslogprior=-logp)"
    ),
    (
      "records.npy",
      """
      r = np.zeros(4, dtype=np.dtype([("a", "<f8"), ("b", ">f4"), ("logl", "f8"),
                                      ("logprior", "f4")], align=True))
      r["a"], r["b"], r["logl"], r["logprior"] = x[:, 0], x[:, 1], logl, logp
      np.save(path, r)
      """
    ),
    (
      "records.npz",
      "np.savez_compressed(path, np.rec.fromarrays([x[:, 0], x[:, 1], logl, logp], "
        + "names='a,b,logl,logprior'))"
    ),
    (
      "savetxt.txt",
      "np.savetxt(path, np.column_stack([x, logl, logp]), header='a b loglike logprior')"
    ),
    (
      "pandas.csv",
      """
      import pandas as pd
      pd.DataFrame(dict(a=x[:, 0], b=x[:, 1], loglike=logl, logprior=logp)).to_csv(path, index=False)
      """
    ),
    (
      "columns.h5",
      """
      import h5py
      with h5py.File(path, "w") as f:
          f["a"], f["b"], f["logl"], f["logprior"] = x[:, 0], x[:, 1], logl, logp
      """
    ),
    (
      "block.h5",
      """
      import h5py
      with h5py.File(path, "w") as f:
          d = f.create_dataset("table", data=np.column_stack([x, logl, logp]), compression="gzip")
          d.attrs["columns"] = ["a", "b", "logl", "logprior"]
      """
    ),
    (
      "records.h5",
      """
      import h5py
      with h5py.File(path, "w") as f:
          f["t"] = np.rec.fromarrays([x[:, 0], x[:, 1], logl, logp], names="a,b,logl,logprior")
      """
    ),
    (
      "arviz.nc",
      """
      import arviz as az, xarray as xr
      def grid(v): return v.reshape(2, 2, *v.shape[1:])
      data = az.from_dict(posterior=dict(a=grid(x[:, 0]), b=grid(x[:, 1])),
          log_likelihood=dict(y=grid(np.stack([logl - 1, np.ones(4)], axis=1))),
          sample_stats=dict(lp=grid(logl + logp + 7)))
      half = (("chain", "draw"), grid(logp / 2))
      data.add_groups(dict(log_prior=xr.Dataset(dict(a=half, b=half))))
      data.to_netcdf(path)
      """
    ),
  ]

  @Test(
    "the same numbers from every format", .enabled(if: available, needsPython), arguments: scripts)
  func formats(_ name: String, _ script: String) throws {
    let (data, report) = try imported(name) { url in
      try runPython(Sampled.python + script, arguments: [url.path])
    }
    #expect(data.parameters.names == ["a", "b"])
    #expect(sortedRows(data) == expectedRows, "\(name)")
    #expect(report.rowsKept == 4)
  }

  @Test("ArviZ: vector-valued variables, lp as the posterior", .enabled(if: available, needsPython))
  func arviz() throws {
    var settings = SampleImport()
    settings.prior = .flat
    let (data, report) = try imported("v.nc", settings) { url in
      try runPython(
        Sampled.python + """
          import arviz as az
          t = np.arange(16.0).reshape(2, 4, 2)
          m = np.arange(32.0).reshape(2, 4, 2, 2)
          az.from_dict(posterior=dict(t=t, m=m, s=t[..., 0] * 2),
              sample_stats=dict(lp=-t[..., 0], diverging=t[..., 0] > 3)).to_netcdf(path)
          """, arguments: [url.path])
    }
    #expect(
      data.parameters.names == ["m[0,0]", "m[0,1]", "m[1,0]", "m[1,1]", "s", "t[0]", "t[1]"])
    let rows = sortedRows(data)
    for (i, row) in rows.enumerated() {
      let k = Double(i)
      #expect(
        row == [4 * k, 4 * k + 1, 4 * k + 2, 4 * k + 3, 4 * k, 2 * k, 2 * k + 1, -2 * k, 0, -2 * k])
    }
    #expect(report.notes.contains { $0.contains("Jacobian") })
  }

  @Test("emcee: unfinished steps, named blobs, repeats", .enabled(if: available, needsPython))
  func emcee() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "e.h5")
      let output = try runPython(
        Sampled.python + """
          import emcee
          def density(p):
              prior = -0.5 * (p**2).sum()
              return -2 * (p**2).sum() + prior, prior, 1.0
          dtype = [("log_prior", float), ("other", float)]
          np.random.seed(3)
          b = emcee.backends.HDFBackend(path)
          b.reset(8, 2)
          s = emcee.EnsembleSampler(8, 2, density, backend=b, blobs_dtype=dtype)
          s.run_mcmc(np.random.normal(size=(8, 2)), 25)
          b.grow(10, np.zeros(8, dtype=dtype))
          chain = s.get_chain(flat=True)
          print(len(chain), len(np.unique(chain, axis=0)))
          """, arguments: [url.path])
      let counts = output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
      let table = try SampleReading(columns: ["u", "v"]).read(url)
      let (data, report) = try SampleImport().run([table])
      #expect(data.parameters.names == ["u", "v"])
      #expect(report.rowsRead == counts[0] && report.distinctPoints == counts[1])
      #expect(report.repeatedRows == counts[0] - counts[1] && data.count == counts[0])
      #expect(report.files[0].ignored == ["other"])
      for i in 0..<data.count {
        let square = data.points.row(i).reduce(0) { $0 + $1 * $1 }
        #expect(abs((data.logLikelihoods?[i] ?? 0) + 2 * square) < 1e-12 * (1 + square))
        #expect(abs((data.logPriors?[i] ?? 0) + 0.5 * square) < 1e-12 * (1 + square))
      }
      var merging = SampleImport()
      merging.mergesRepeats = true
      #expect(try merging.run([table]).dataset.count == counts[1])
    }
  }

  @Test("GetDist's own files", .enabled(if: hasGetDist, "needs the package getdist"))
  func getdist() throws {
    try withTemporaryFolder { folder in
      let root = folder.appending(path: "chains")
      try runPython(
        Sampled.python + """
          from getdist import MCSamples
          s = MCSamples(samples=[x[:2], x[2:]], loglikes=[-(logl + logp)[:2], -(logl + logp)[2:]],
              weights=[np.array([1., 3.]), np.array([2., 1.])], names=["a", "b"],
              labels=[r"\\alpha", "b_0"], ranges=dict(a=[-4, None], b=[None, 6]))
          s.saveAsText(path, make_dirs=False)
          for i, c in enumerate([slice(0, 2), slice(2, 4)]):
              MCSamples(samples=x[c], loglikes=-(logl + logp)[c], weights=np.array([1., 2.]),
                  names=["a", "b"]).saveAsText(path + "-single", chain_index=i)
          """, arguments: [root.path])
      var settings = SampleImport()
      settings.prior = .flat
      let (data, report) = try settings.run([try SampleReading().read(root)])
      #expect(
        sortedRows(data).map { [$0[0], $0[1], $0[4]] }
          == expectedRows.map { [$0[0], $0[1], $0[4]] })
      #expect(report.weights?.sum == 7)
      #expect(data.parameters.parameters.map(\.label) == ["\\alpha", "b_0"])
      #expect(data.parameters.parameters[0].lower == -4 && data.parameters.parameters[1].upper == 6)
      let several = folder.appending(path: "chains-single")
      #expect(try SampleReading().read(several).points.rows == 4)
    }
  }

  @Test("numbers of text are those of Python, bit for bit", .enabled(if: available, needsPython))
  func rounding() throws {
    try withTemporaryFolder { folder in
      let text = folder.appending(path: "n.csv")
      let bytes = folder.appending(path: "n.npy")
      try runPython(
        """
        import random, struct, sys, numpy as np
        random.seed(5); rows = []
        hard = ["0", "-0.0", "1e22", "1e23", "9007199254740993", "9007199254740992.5", "1e-22",
          "2.2250738585072011e-308", "4.9e-324", "1.7976931348623157e308", "+.5", "5.", "1E+05",
          "0.1000000000000000055511151231257827", "123456789012345678901234567890", "1e-400"]
        for i in range(4000):
            x = struct.unpack("<d", random.randbytes(8))[0]
            if x != x or abs(x) == float("inf"): x = random.gauss(0, 1)
            y = random.gauss(0, 1)
            rows.append([random.choice(["%.17g", "%.6g", "%.25e"]) % x,
                random.choice(["%.17g", "%.18e", "%.3f", "%.8g"]) % y,
                hard[i] if i < len(hard) else str(i)])
        open(sys.argv[1], "w").write("x,y,z\\n" + "\\n".join(map(",".join, rows)) + "\\n")
        np.save(sys.argv[2], np.array([[float(f) for f in r] for r in rows]))
        """, arguments: [text.path, bytes.path])
      let found = try SampleReading().read(text).points
      let expected = try NumpyArray.readMatrix(bytes)
      #expect(found.rows == 4000)
      let different = zip(found.elements, expected.elements)
        .filter { $0.bitPattern != $1.bitPattern }
      #expect(different.isEmpty, "\(different.prefix(5))")
    }
  }
}
