import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Daemon
@testable import Files
@testable import Inbox
@testable import Mining
@testable import Scheduling
@testable import Settings
@testable import Training

/// The size of a batch is based on the previous one, and huge pictures can follow small ones.
@Suite struct `A batch of pictures` {
  @Test func `begins none after a second, and leaves the others to the next`() throws {
    try withSite(["threads": "1"]) { site in
      let setup = try Setup.load(site.conf)
      let session = try Session(
        Miner(setup: setup), lock: StateLock(setup.files.ledger),
        trainingMark: TrainingMark(statePath: setup.files.ledger))
      for picture in site.pictures.prefix(10) { try site.move(picture) }
      let pictures = try Inbox(folder: setup.folders.inbox).listing().files
      #expect(pictures.count == 10)
      // Each reading of the clock is 0.3 s after the last: two before the batch, then one before each picture but the
      // first.
      let looks = Mutex(0)
      let start = ContinuousClock.now
      let clock = DaemonClock(
        now: {
          start + .milliseconds(300)
            * looks.withLock {
              $0 += 1
              return $0
            }
        },
        date: { Date() }, sleep: { _ in })
      let first = session.mine(pictures[...], clock: clock)
      #expect(first.failure == nil)
      #expect(first.taken < 10 && first.taken == first.reports.count)
      #expect(first.reports.map(\.picture) == pictures.prefix(first.taken).map(\.path))
      #expect(try site.names(in: "inbox").count == 10 - first.taken)
      let rest = session.mine(pictures[first.taken...], clock: .continuous)
      #expect(first.taken + rest.taken == 10 && rest.reports.count == rest.taken)
      #expect(try site.names(in: "inbox") == [])
    }
  }
}
