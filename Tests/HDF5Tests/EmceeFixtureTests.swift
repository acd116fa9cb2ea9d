import Foundation
import HDF5
import TestSupport
import Testing

private let fixture = sharedFile("data/samplers/emcee_3.1.6_blobs_8walkers_3dim_5steps.h5")
private let numbers = sharedFile("data/samplers/emcee_3.1.6_blobs_8walkers_3dim_5steps.json")

/// A file that emcee 3.1.6 wrote through h5py, compared with what Python printed of it.
@Suite(.enabled(if: fixture != nil && numbers != nil, needsSharedData))
struct EmceeFixtureTests {
  private struct Reference: Decodable {
    struct Attributes: Decodable {
      let has_blobs: Bool
      let iteration, ndim, nwalkers: Int
      let random_state_0: String
      let random_state_1: [UInt32]
      let version: String
    }
    let attrs: Attributes
    let chain: [[[Double]]]
    let log_prob: [[Double]]
    let accepted: [Double]
    let blobs: [[[Double]]]
  }

  @Test func sameNumbers() throws {
    let reference = try JSONDecoder().decode(
      Reference.self, from: try Data(contentsOf: try #require(numbers)))
    let group = try HDF5File(reading: try #require(fixture)).group("mcmc")
    #expect(try group.childNames() == ["accepted", "blobs", "chain", "log_prob"])

    #expect(try group.attributeType("has_blobs") == .boolean)
    #expect(try group.flagAttribute("has_blobs") == reference.attrs.has_blobs)
    #expect(try group.attribute("iteration", as: Int.self) == reference.attrs.iteration)
    #expect(try group.attribute("ndim", as: Int.self) == reference.attrs.ndim)
    #expect(try group.attribute("nwalkers", as: Int.self) == reference.attrs.nwalkers)
    #expect(try group.textAttribute("version") == reference.attrs.version)
    #expect(try group.textAttribute("random_state_0") == reference.attrs.random_state_0)
    #expect(
      try group.attributeValues("random_state_1", as: UInt32.self)
        == reference.attrs.random_state_1)

    let chain = try group.dataset("chain")
    #expect(try chain.shape == [5, 8, 3])
    #expect(try chain.maximumShape == [nil, 8, 3])
    #expect(try chain.chunkShape == [256, 2, 2])
    #expect(try chain.read(as: Double.self) == reference.chain.flatMap { $0 }.flatMap { $0 })
    #expect(
      try chain.readRows(3..<4, as: Double.self) == reference.chain[3].flatMap { $0 })
    #expect(
      try group.dataset("log_prob").read(as: Double.self) == reference.log_prob.flatMap { $0 })
    #expect(try group.dataset("accepted").read(as: Double.self) == reference.accepted)

    // Each blob is an array of two doubles.
    let blobs = try group.dataset("blobs")
    #expect(try blobs.shape == [5, 8, 2])
    #expect(try blobs.read(as: Double.self) == reference.blobs.flatMap { $0 }.flatMap { $0 })
    #expect(
      try blobs.readRows(1..<5, stride: 2, as: Double.self)
        == (reference.blobs[1] + reference.blobs[3]).flatMap { $0 })
  }
}
