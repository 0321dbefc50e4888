import Foundation
import Mining
import SystemPackage
import TestSupport
import Testing

@testable import Daemon
@testable import Inbox

@Suite struct `Pictures in hand` {
  private struct Killed: Error {}

  @Test func `are mined alone first where a process ended with them, and by none suspected`() throws
  {
    try withTemporaryFolder { folder in
      let state = folder.appending("state.sqlite")
      let inbox = Inbox(folder: folder.appending("inbox"))
      try FileManager.default.createDirectory(
        atPath: inbox.folder.string, withIntermediateDirectories: false)
      for name in ["a", "b", "c"] {
        try Data(name.utf8).write(to: URL(filePath: inbox.folder.appending(name).string))
      }
      let pictures = try inbox.listing().files[...]

      var killed = try PicturesInHand(statePath: state)
      let batch = killed.batch(of: pictures)
      #expect(batch.count == 3)
      do {
        try killed.hold(pictures) { throw Killed() }
      } catch is Killed {}

      var next = try PicturesInHand(statePath: state)
      let faultedCount = next.faultedCount
      #expect(faultedCount == 0)
      for index in pictures.indices {
        let batch = next.batch(of: pictures[index...])
        #expect(batch.count == 1)
        let isGivenUp = next.isGivenUp(pictures[index])
        #expect(!isGivenUp)
        try next.hold(batch) {}
      }
      let all = next.batch(of: pictures)
      #expect(all.count == 3)
    }
  }
}
