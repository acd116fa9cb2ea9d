import Foundation
import HDF5
import TestSupport
import Testing

/// h5py reads what is written here, and the reverse.
@Suite(.enabled(if: pythonInterpreter != nil, needsPython))
struct PythonTests {
  @Test func h5pyReadsOurs() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "ours.h5")
      try HDF5File.writeAtomically(to: url) { file in
        let group = try file.createGroup("mcmc")
        let chain = try group.createExtendableDataset("chain", of: Double.self, rowShape: [8, 3])
        try chain.append((0..<48).map { Double($0) / 7 })
        try chain.append((48..<120).map { Double($0) / 7 })
        try group.writeDataset(
          "x", (0..<6).map(Float.init), shape: [2, 3], layout: .compressed())
        try group.writeDataset("accepted", [1, 2, 3] as [Int32], shape: [3])
        try group.writeDataset("flags", [1, 0] as [UInt8], shape: [2])
        try group.writeStrings("names", ["μ", "δ_1"])
        try group.setAttribute("version", "3.1.6")
        try group.setAttribute("has_blobs", false)
        try group.setAttribute("iteration", 5)
        try group.setAttribute("state", [UInt32.max, 7])
        try group.setAttribute("labels", ["α", "b"])
      }
      try runPython(
        """
        import sys, h5py, numpy as np
        group = h5py.File(sys.argv[1])["mcmc"]
        chain = group["chain"]
        assert chain.shape == (5, 8, 3) and chain.maxshape == (None, 8, 3), chain.shape
        assert chain.compression == "gzip" and chain.compression_opts == 1 and chain.shuffle
        assert chain.chunks == (5461, 8, 3), chain.chunks
        assert (chain[...] == (np.arange(120) / 7).reshape(5, 8, 3)).all()
        assert group["x"].dtype == np.float32
        assert (group["x"][...] == np.arange(6).reshape(2, 3)).all()
        assert group["accepted"].dtype == np.int32 and list(group["accepted"]) == [1, 2, 3]
        assert group["flags"].dtype == np.uint8 and list(group["flags"]) == [1, 0]
        assert list(group["names"].asstr()) == ["μ", "δ_1"]
        assert group.attrs["version"] == "3.1.6" and type(group.attrs["version"]) is str
        assert group.attrs["has_blobs"].dtype == np.bool_ and not group.attrs["has_blobs"]
        assert group.attrs["iteration"].dtype == np.int64 and group.attrs["iteration"] == 5
        assert list(group.attrs["state"]) == [2**32 - 1, 7]
        assert group.attrs["state"].dtype == np.uint32
        assert list(group.attrs["labels"]) == ["α", "b"]
        """, arguments: [url.path])
    }
  }

  @Test func weReadH5py() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "theirs.h5")
      try runPython(
        """
        import sys, h5py, numpy as np
        with h5py.File(sys.argv[1], "w") as f:
            f["single"] = np.arange(6, dtype="f4").reshape(2, 3) / 3
            f["big_endian"] = np.array([1, -2, 3], dtype=">i2")
            f["truth"] = np.array([True, False, True])
            f["half"] = np.array([0.5, 65504], dtype="f2")
            f["fixed"] = np.array([b"mu", b"delta"], dtype="S8")
            f.create_dataset("text", data=["μ", "", "delta"], dtype=h5py.string_dtype())
            f["records"] = np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "i4"), ("b", "f8")])
            f["scalar"] = 42
            f["nothing"] = h5py.Empty("f8")
            f["broken"] = h5py.SoftLink("/absent")
            f.attrs["fixed"] = np.bytes_("old style")
            f.attrs.create("utf8", "µ".encode(), dtype=h5py.string_dtype("utf-8", 12))
            f.attrs["yes"] = True
            f.attrs["pair"] = (1.5, 2.5)
            f.attrs["huge"] = np.uint64(2**63)
        """, arguments: [url.path])
      let file = try HDF5File(reading: url)
      #expect(try file.dataset("single").read(as: Double.self)[5] == Double(Float(5) / 3))
      #expect(try file.dataset("big_endian").read(as: Int.self) == [1, -2, 3])
      #expect(try file.dataset("truth").elementType == .boolean)
      #expect(try file.dataset("truth").read(as: UInt8.self) == [1, 0, 1])
      #expect(try file.dataset("half").read(as: Float.self) == [0.5, 65504])
      #expect(try file.dataset("fixed").readStrings() == ["mu", "delta"])
      #expect(try file.dataset("text").readStrings() == ["μ", "", "delta"])
      #expect(try file.dataset("records").readField("a", as: Int.self) == [1, 3])
      #expect(try file.dataset("records").readField("b", as: Double.self) == [2.5, 4.5])
      #expect(throws: HDF5Error.self) {
        try file.dataset("records").readField("c", as: Double.self)
      }
      #expect(try file.dataset("scalar").read(as: Int.self) == [42])
      #expect(throws: HDF5Error.self) { try file.dataset("nothing").read(as: Double.self) }
      #expect(try !file.exists("broken"))
      #expect(try !file.datasetNames().contains("broken"))
      #expect(try file.textAttribute("fixed") == "old style")
      #expect(try file.textAttribute("utf8") == "µ")
      #expect(try file.flagAttribute("yes"))
      #expect(try file.attributeValues("pair", as: Double.self) == [1.5, 2.5])
      #expect(try file.attribute("huge", as: UInt64.self) == 1 << 63)
      #expect(throws: HDF5Error.self) { try file.attribute("huge", as: Int.self) }
    }
  }

  /// The layout that ArviZ wants: dimension scales attached to every variable.
  @Test func arviZReadsDimensionScales() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "ours.nc")
      try HDF5File.writeAtomically(to: url) { file in
        let group = try file.createGroup("posterior")
        let chain = try group.writeDataset("chain", [0, 1], shape: [2])
        let draw = try group.writeDataset("draw", [0, 1, 2], shape: [3])
        let mu = try group.writeDataset("mu", [1.0, 2, 3, 4, 5, 6], shape: [2, 3])
        try chain.makeDimensionScale()
        try draw.makeDimensionScale()
        try mu.attachScale(chain, axis: 0)
        try mu.attachScale(draw, axis: 1)
      }
      let text = try runPython(
        """
        import sys, arviz
        mu = arviz.from_netcdf(sys.argv[1]).posterior["mu"]
        print(mu.dims, mu.sel(chain=1, draw=2).item())
        """, arguments: [url.path])
      #expect(text.contains("('chain', 'draw') 6.0"))
    }
  }

  /// emcee opens a file with its layout and continues the chain in it.
  @Test func emceeResumes() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "chain.h5")
      try HDF5File.writeAtomically(to: url) { file in
        let group = try file.createGroup("mcmc")
        try group.setAttribute("version", "3.1.6")
        try group.setAttribute("nwalkers", 8)
        try group.setAttribute("ndim", 2)
        try group.setAttribute("iteration", 3)
        try group.setAttribute("has_blobs", false)
        try group.writeDataset("accepted", [Double](repeating: 1, count: 8), shape: [8])
        let values = (0..<48).map { cos(3 * Double($0)) }
        let logDensities = (0..<24).map { walker -> Double in
          let x = values[2 * walker]
          let y = values[2 * walker + 1]
          return -0.5 * (x * x + y * y)
        }
        try group.createExtendableDataset("chain", of: Double.self, rowShape: [8, 2])
          .append(values)
        try group.createExtendableDataset("log_prob", of: Double.self, rowShape: [8])
          .append(logDensities)
      }
      try runPython(
        """
        import sys, emcee, numpy as np
        backend = emcee.backends.HDFBackend(sys.argv[1])
        assert backend.get_chain().shape == (3, 8, 2)
        assert abs(backend.get_chain()[2, 7, 1] - np.cos(3 * 47)) < 1e-15
        np.random.seed(1)
        sampler = emcee.EnsembleSampler(8, 2, lambda x: -0.5 * np.sum(x**2), backend=backend)
        sampler.run_mcmc(None, 4)
        """, arguments: [url.path])
      let group = try HDF5File(reading: url).group("mcmc")
      #expect(try group.attribute("iteration", as: Int.self) == 7)
      #expect(try group.dataset("chain").shape == [7, 8, 2])
    }
  }
}
