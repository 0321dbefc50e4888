import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Detection
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
      for _ in 1...2 {
        #expect(
          try memory.digest(of: path, maximumCount: 100) == PictureBytes(reading: path).digest)
      }
      #expect(memory.readingCount == 1)

      // Other bytes with the same size and date, as an archive may bring them.
      let time = try #require(folderEntry(at: path)).modified
      try write("second", to: path)
      try setTime(of: path, time)
      for _ in 1...2 {
        #expect(
          try memory.digest(of: path, maximumCount: 100) == PictureBytes(reading: path).digest)
      }
      #expect(memory.readingCount == 2)
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

  @Test func `passes on to the next process what it knows`() throws {
    try withTemporaryFolder { folder in
      let (path, gone) = (folder.appending("picture.jpg"), folder.appending("gone.jpg"))
      let file = folder.appending("state.sqlite.pictures")
      for (path, text) in [(path, "first."), (gone, "gone")] { try write(text, to: path) }
      let memory = PictureMemory(at: file)
      let digest = try memory.digest(of: path, maximumCount: 100)
      _ = try memory.digest(of: gone, maximumCount: 100)
      try FileManager.default.removeItem(atPath: gone.string)
      memory.save()
      #expect(PictureMemoryFile(path: file).read().keys.map(\.string) == [path.string])

      let next = PictureMemory(at: file)
      #expect(try next.digest(of: path, maximumCount: 100) == digest)
      #expect(next.readingCount == 0)
      let saved = try #require(folderEntry(at: file))
      next.save()
      #expect(folderEntry(at: file) == saved)

      let time = try #require(folderEntry(at: path)).modified
      try write("second", to: path)
      try setTime(of: path, time)
      #expect(try next.digest(of: path, maximumCount: 100) == PictureBytes(reading: path).digest)
      next.save()
      #expect(folderEntry(at: file) != saved)
    }
  }

  @Test(arguments: ["damaged", ""])
  func `replaces what is left of its file`(text: String) throws {
    try withTemporaryFolder { folder in
      let (path, file) = (
        folder.appending("picture.jpg"), folder.appending("state.sqlite.pictures")
      )
      try write("first.", to: path)
      try write(text, to: file)
      let memory = PictureMemory(at: file)
      _ = try memory.digest(of: path, maximumCount: 100)
      memory.save()
      #expect(PictureMemoryFile(path: file).read().count == 1)
    }
  }

  @Test func `is saved later where it could not be`() throws {
    try withTemporaryFolder { folder in
      let (path, file) = (
        folder.appending("picture.jpg"), folder.appending("state.sqlite.pictures")
      )
      try write("first.", to: path)
      try FileManager.default.createDirectory(
        atPath: file.string, withIntermediateDirectories: false)
      let memory = PictureMemory(at: file)
      _ = try memory.digest(of: path, maximumCount: 100)
      memory.save()
      #expect(try #require(folderEntry(at: file)).kind == .folder)
      try FileManager.default.removeItem(atPath: file.string)
      memory.save()
      #expect(PictureMemoryFile(path: file).read().count == 1)
    }
  }

  /// They take each other's draft away. That made a training fail.
  @Test func `may be saved by several at once`() async throws {
    try await withTemporaryFolder { folder in
      let file = PictureMemoryFile(path: folder.appending("state.sqlite.pictures"))
      let path = folder.appending("picture.jpg")
      try write("first.", to: path)
      let known = PictureMemory.Known(version: try #require(FileVersion(at: path)))
      await withTaskGroup { group in
        for _ in 0..<50 { group.addTask { _ = file.write([path: known]) } }
      }
      #expect(file.write([path: known]))
      #expect(file.read().count == 1)
    }
  }

  @Test func `comes back whole from its file, or not at all`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending("state.sqlite.pictures")
      // A name need not be text.
      let path = try #require(FilePath(bytes: folder.appending("picture").bytes + [0xFF]))
      let content = try FileDescriptor.open(
        path, .writeOnly, options: [.create], permissions: .ownerReadWrite)
      try content.closeAfter { _ = try content.writeAll("first.".utf8) }
      var known = PictureMemory.Known(version: try #require(FileVersion(at: path)))
      known.digest = try PictureBytes(reading: path).digest
      known.hash = DifferenceHash(bits: .max - 1)
      known.sizes = PictureMemory.Sizes(
        seen: PixelSize(width: 3, height: 2), stored: PixelSize(width: 2, height: 3))
      #expect(PictureMemoryFile(path: file).write([path: known]))
      let read = try #require(PictureMemoryFile(path: file).read()[path])
      #expect(
        read.version == known.version && read.digest == known.digest && read.hash == known.hash)
      #expect(read.sizes?.seen == known.sizes?.seen && read.sizes?.stored == known.sizes?.stored)

      let bytes = try Data(contentsOf: URL(filePath: file.string))
      for count in [0, 10, bytes.count / 2, bytes.count - 1] {
        try bytes.prefix(count).write(to: URL(filePath: file.string))
        #expect(PictureMemoryFile(path: file).read().isEmpty, "cut short after \(count)")
      }
      var damaged = bytes
      damaged[bytes.count - 1] ^= 1
      try damaged.write(to: URL(filePath: file.string))
      #expect(PictureMemoryFile(path: file).read().isEmpty)
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
