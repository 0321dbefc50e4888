import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import Mining
@testable import Pictures
@testable import Settings

@Suite struct `Remembering pictures` {
  @Test func `reads a file again only when it has changed`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("picture.jpg")
      let memory = PictureMemory()
      try write("first.", to: path)
      let first = try memory.digest(of: path, maximumCount: 100)
      let time = try #require(folderEntry(at: path)).modified
      let later = FileTime(seconds: time.seconds + 1, nanoseconds: time.nanoseconds)

      // Other bytes with the same size and time: the old value shows that nothing was read.
      try write("second", to: path)
      try setTime(of: path, time)
      #expect(try memory.digest(of: path, maximumCount: 100) == first)
      try setTime(of: path, later)
      #expect(try memory.digest(of: path, maximumCount: 100) == PictureBytes(reading: path).digest)

      try write("longer than that", to: path)
      try setTime(of: path, later)
      #expect(try memory.digest(of: path, maximumCount: 100) == PictureBytes(reading: path).digest)
      try FileManager.default.removeItem(atPath: path.string)
      #expect(throws: PictureUnreadable.self) { try memory.digest(of: path, maximumCount: 100) }
    }
  }

  @Test func `tells which of many pictures cannot be used`() throws {
    try withTemporaryFolder { folder in
      let paths = ["first.jpg", "missing.jpg", "last.jpg", "long.jpg"].map { folder.appending($0) }
      try write("first.", to: paths[0])
      try write("last", to: paths[2])
      let reader = PictureReader(maximumMegapixels: 1, keepsColors: false, threads: 2)
      let long = [UInt8](repeating: 0, count: reader.maximumByteCount + 1)
      try Data(long).write(to: URL(filePath: paths[3].string))
      let leftOut = LeftOut()
      let digests = try PictureMemory().digests(of: paths, by: reader, leftOut)
      #expect(
        try digests == [
          PictureBytes(reading: paths[0]).digest, nil, PictureBytes(reading: paths[2]).digest, nil,
        ])
      #expect(leftOut.sentences.joined().contains("2 pictures that cannot be used"))
    }
  }

  @Test func `reads through a link each time`() throws {
    try withTemporaryFolder { folder in
      let (path, link) = (folder.appending("picture.jpg"), folder.appending("link.jpg"))
      try write("first.", to: path)
      try FileManager.default.createSymbolicLink(
        atPath: link.string, withDestinationPath: path.string)
      let memory = PictureMemory()
      let first = try memory.digest(of: link, maximumCount: 100)
      try write("second", to: path)
      #expect(try memory.digest(of: link, maximumCount: 100) != first)
    }
  }

  /// Writes in place, so that the file keeps its inode.
  private func write(_ text: String, to path: FilePath) throws {
    try Data(text.utf8).write(to: URL(filePath: path.string))
  }

  private func setTime(of path: FilePath, _ time: FileTime) throws {
    let time = timespec(tv_sec: time.seconds, tv_nsec: time.nanoseconds)
    #expect(utimensat(AT_FDCWD, path.string, [time, time], 0) == 0)
  }
}
