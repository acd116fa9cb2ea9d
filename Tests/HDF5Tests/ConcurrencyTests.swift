import Dispatch
import Foundation
@testable import HDF5
import Synchronization
import TestSupport
import Testing

/// Many threads may use files at the same time.
@Suite struct ConcurrencyTests {
  @Test func oneFilePerThreadAndOneForAll() throws {
    try withTemporaryFolder { folder in
      let common = try HDF5File(creating: folder.appending(path: "common.h5"))
      let total = try common.createExtendableDataset("x", of: Int.self, rowShape: [4])
      let errors = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 32) { thread in
        do {
          let url = folder.appending(path: "\(thread).h5")
          let values = (0..<400).map { thread * 1000 + $0 }
          try HDF5File.writeAtomically(to: url) { file in
            let data = try file.createExtendableDataset("x", of: Int.self, rowShape: [4])
            for start in stride(from: 0, to: 400, by: 20) {
              try data.append(Array(values[start..<start + 20]))
              try total.append([Int](repeating: thread, count: 4))
            }
            try file.setAttribute("thread", thread)
          }
          // An error on another thread must not disturb these.
          #expect(throws: HDF5Error.self) { try HDF5File(reading: url).dataset("y") }
          let back = try HDF5File(reading: url)
          guard try back.dataset("x").read(as: Int.self) == values,
            try back.attribute("thread", as: Int.self) == thread
          else { throw CocoaError(.fileReadCorruptFile) }
        } catch {
          errors.withLock { $0.append("\(thread): \(error)") }
        }
      }
      #expect(errors.withLock { $0 } == [])
      let rows = try total.read(as: Int.self)
      #expect(rows.count == 32 * 20 * 4)
      let expected = 80 * 496
      #expect(rows.reduce(0, +) == expected)
    }
  }

  /// How many threads are behind the door now, and how many there were at most.
  private final class Visitors: Sendable {
    let inside = Atomic<Int>(0)
    let most = Atomic<Int>(0)
    let finished = DispatchSemaphore(value: 0)
  }

  /// One thread at a time is behind the door, and the same thread may enter it again.
  @Test func theDoorAdmitsOneThread() {
    let visitors = Visitors()
    // Threads of their own: those of Dispatch may all be busy with other tests.
    for _ in 0..<8 {
      Thread {
        HDF5Library.locked {
          HDF5Library.locked {
            let present = visitors.inside.add(1, ordering: .sequentiallyConsistent).newValue
            visitors.most.max(present, ordering: .sequentiallyConsistent)
            Thread.sleep(forTimeInterval: 0.01)
            visitors.inside.subtract(1, ordering: .sequentiallyConsistent)
          }
        }
        visitors.finished.signal()
      }.start()
    }
    for _ in 0..<8 { visitors.finished.wait() }
    #expect(visitors.most.load(ordering: .sequentiallyConsistent) == 1)
  }
}
