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

  /// A picture that takes long to decode was no suspect any more when it was decoded, and ended each process anew.
  @Test func `stay suspects where a process has not gone through with them`() throws {
    try withTemporaryFolder { folder in
      let state = folder.appending("state.sqlite")
      let inbox = Inbox(folder: folder.appending("inbox"))
      try FileManager.default.createDirectory(
        atPath: inbox.folder.string, withIntermediateDirectories: false)
      try Data("a".utf8).write(to: URL(filePath: inbox.folder.appending("a").string))
      let pictures = try inbox.listing().files[...]

      /// Ends a process with the pictures in hand, as of a fault.
      func die(_ process: inout PicturesInHand) throws {
        do {
          try process.hold(pictures) { throw Killed() }
        } catch is Killed {}
        let file = try FileHandle(
          forWritingTo: URL(filePath: folder.appending("state.sqlite.in-hand").string))
        try file.seekToEnd()
        try file.write(contentsOf: Data("fault\n".utf8))
        try file.close()
      }

      var first = try PicturesInHand(statePath: state)
      try die(&first)
      var second = try PicturesInHand(statePath: state)
      // Slow, the first time.
      try second.hold(pictures, isDone: { _ in false }) {}
      let isGivenUpAtOnce = second.isGivenUp(pictures[0])
      #expect(!isGivenUpAtOnce)
      try die(&second)
      let third = try PicturesInHand(statePath: state)
      let isGivenUp = third.isGivenUp(pictures[0])
      #expect(isGivenUp)
    }
  }
}
