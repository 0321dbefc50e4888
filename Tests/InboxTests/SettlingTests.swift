import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import Inbox

private let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9]
private let png: [UInt8] =
  [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
  + [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]

@Suite struct `A settled file` {
  @Test(arguments: [jpeg, png])
  func `takes a complete picture at once, and half of one not`(bytes: [UInt8]) throws {
    try withTemporaryFolder { folder in
      var settling = Settling(quietTime: .seconds(2))
      try write(bytes.dropLast(), to: folder.appending("a"))
      #expect(settling.pick(from: try listFolder(folder)).isEmpty)
      try write(bytes[...], to: folder.appending("a"))
      #expect(settling.pick(from: try listFolder(folder)) == ["a"])
    }
  }

  @Test func `takes what was written after the listing as the next listing shows it`() throws {
    try withTemporaryFolder { folder in
      var settling = Settling(quietTime: .seconds(2))
      try write(jpeg.dropLast(), to: folder.appending("a"))
      let listed = try listFolder(folder)
      try write(jpeg[...], to: folder.appending("a"))
      #expect(settling.pick(from: listed).isEmpty)
      #expect(settling.pick(from: try listFolder(folder)) == ["a"])
    }
  }

  @Test func `takes what was moved in at once`() throws {
    try withTemporaryFolder { folder in
      var settling = Settling(quietTime: .seconds(2))
      try write([1, 2, 3], to: folder.appending("moved"))
      try write([1, 2, 3], to: folder.appending("written"))
      settling.note(movedIn: ["moved"])
      #expect(settling.pick(from: try listFolder(folder)) == ["moved"])
    }
  }

  @Test func `takes any other file when it has been unchanged for long enough`() throws {
    try withTemporaryFolder { folder in
      let start = ContinuousClock.now
      var settling = Settling(quietTime: .seconds(2))
      try write([1, 2, 3], to: folder.appending("a"))
      var picked = settling.pick(from: try listFolder(folder), limit: 9, now: start)
      #expect(picked.whole.isEmpty && picked.nextLook == start + .seconds(2))
      // It grows, so the wait starts over.
      try write([1, 2, 3, 4], to: folder.appending("a"))
      picked = settling.pick(from: try listFolder(folder), limit: 9, now: start + .seconds(1))
      #expect(picked.whole.isEmpty && picked.nextLook == start + .seconds(3))
      picked = settling.pick(from: try listFolder(folder), limit: 9, now: start + .seconds(2))
      #expect(picked.whole.isEmpty && picked.nextLook == start + .seconds(3))
      picked = settling.pick(from: try listFolder(folder), limit: 9, now: start + .seconds(3))
      #expect(picked.whole.map(\.name) == ["a"] && picked.nextLook == nil)
    }
  }

  @Test func `waits for a writer, be it done or not, as long as the file is open`() throws {
    try withTemporaryFolder { folder in
      let start = ContinuousClock.now
      var settling = Settling(quietTime: .seconds(2))
      settling.note(movedIn: ["moved"])
      let writers = try ["half", "moved"].map { name in
        try write([1, 2, 3], to: folder.appending(name))
        return try #require(FileHandle(forWritingAtPath: folder.appending(name).string))
      }
      let files = try listFolder(folder)
      for seconds in [0, 3, 600] {
        let picked = settling.pick(from: files, limit: 9, now: start + .seconds(seconds))
        #expect(picked.whole.isEmpty)
        #expect(picked.nextLook == (seconds == 0 ? start + .seconds(2) : nil))
      }
      for writer in writers { try writer.close() }
      for file in files { awaitClosed(file.path) }
      let picked = settling.pick(from: files, limit: 9, now: start + .seconds(601))
      #expect(picked.whole.map(\.name) == ["half", "moved"])
    }
  }

  @Test(arguments: [jpeg, png])
  func `takes a complete picture when its writer closes it, or never does`(bytes: [UInt8]) throws {
    try withTemporaryFolder { folder in
      let start = ContinuousClock.now
      for name in ["closed", "open"] { try write(bytes[...], to: folder.appending(name)) }
      let writers = try ["closed", "open"].map {
        try #require(FileHandle(forWritingAtPath: folder.appending($0).string))
      }
      let files = try listFolder(folder)
      var settling = Settling(quietTime: .seconds(2))
      #expect(settling.pick(from: files, limit: 9, now: start).whole.isEmpty)
      try writers[0].close()
      awaitClosed(files[0].path)
      let closed = settling.pick(from: files, limit: 9, now: start + .seconds(1))
      #expect(closed.whole.map(\.name) == ["closed"])
      let open = settling.pick(from: [files[1]], limit: 9, now: start + .seconds(2))
      #expect(open.whole.map(\.name) == ["open"])
      try writers[1].close()
    }
  }

  @Test func `picks no more than it is asked for, and the others next time`() throws {
    try withTemporaryFolder { folder in
      var settling = Settling(quietTime: .seconds(2))
      for name in ["a", "b", "c"] as [FilePath.Component] {
        try write([1], to: folder.appending(name))
      }
      settling.note(movedIn: ["a", "b", "c"])
      let files = try listFolder(folder)
      #expect(settling.pick(from: files, limit: 2, now: .now).whole.map(\.name) == ["a", "b"])
      #expect(settling.pick(from: Array(files[2...])) == ["c"])
    }
  }

  @Test func `waits for a file that it may not read as for any other`() throws {
    try withTemporaryFolder { folder in
      var settling = Settling(quietTime: .seconds(2))
      try write(jpeg[...], to: folder.appending("a"))
      let files = try listFolder(folder)
      try FileManager.default.removeItem(atPath: folder.appending("a").string)
      #expect(settling.pick(from: files).isEmpty)
    }
  }
}

@Suite struct `The inbox` {
  @Test func `lists files in the order of their arrival`() throws {
    try withTemporaryFolder { folder in
      let inbox = try inbox(in: folder)
      for (name, seconds) in ["b": 1.0, "a": 2, "c": 1] as KeyValuePairs {
        let file = inbox.folder.appending(name)
        try write([1], to: file)
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: file.string)
      }
      #expect(try inbox.listing().files.map(\.name) == ["b", "c", "a"])
    }
  }

  @Test func `leaves alone what other programs keep in a folder`() throws {
    try withTemporaryFolder { folder in
      let inbox = try inbox(in: folder)
      for name in [
        ".a.jpg.Xy12", "a.jpg.draft", "a.jpg.part", "b.crdownload", "c.tmp", "d.jpg~", "e.PART",
        "#g.jpg#", "h.jpg.opdownload", "i.jpg.!ut", "j.jpg.!qB", "k.jpg.!sync", "l.jpg.temp",
        "Thumbs.db", "desktop.ini", ".DS_Store", "._m.jpg", "~syncthing~n.jpg.tmp", "~$o.jpg",
        "f.jpg",
      ] {
        try write([1], to: inbox.folder.appending(name))
      }
      for name in ["@eaDir", ".stfolder", "#recycle", "lost+found", "__MACOSX"] {
        try FileManager.default.createDirectory(
          atPath: inbox.folder.appending(name).string, withIntermediateDirectories: false)
      }
      #expect(try inbox.listing().files.map(\.name) == ["f.jpg"])
      #expect(try inbox.listing().unminable.isEmpty)
    }
  }

  @Test func `leaves alone the names that docs/operations.md lists`() throws {
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/operations.md"), encoding: .utf8)
    for entry in PassingName.all {
      let names = entry.patterns.map { "`\($0)`" }.joined(separator: ", ")
        .replacing("\r", with: "\\r")
      #expect(page.contains("| \(entry.tool) | \(names) |"), "\(entry.tool)")
    }
  }

  @Test(arguments: ["aria2", "st", "lftp-pget-status"])
  func `leaves alone a picture as long as its control file lies beside it`(ending: String) throws {
    try withTemporaryFolder { folder in
      let inbox = try inbox(in: folder)
      let control = inbox.folder.appending("scene.jpg.\(ending)")
      try write([1], to: inbox.folder.appending("scene.jpg"))
      try write([1], to: inbox.folder.appending("other.jpg"))
      try write([1], to: control)
      #expect(try inbox.listing().files.map(\.name) == ["other.jpg"])
      try FileManager.default.removeItem(atPath: control.string)
      #expect(Set(try inbox.listing().files.map(\.name)) == ["other.jpg", "scene.jpg"])
    }
  }

  @Test func `waits for whoever made an empty file, and tells of it after an hour`() throws {
    try withTemporaryFolder { folder in
      let inbox = try inbox(in: folder)
      let file = inbox.folder.appending("scene.jpg")
      try write([], to: file)
      let now = Date.now
      let early = try inbox.listing(now: now.addingTimeInterval(3500))
      #expect(early.files.isEmpty && early.unminable.isEmpty)
      let late = try inbox.listing(now: now.addingTimeInterval(3700))
      #expect(late.files.isEmpty && late.unminable.map(\.name) == ["scene.jpg"])
      try write([1], to: file)
      #expect(try inbox.listing().files.map(\.name) == ["scene.jpg"])
    }
  }

  @Test func `sets apart what can never be mined`() throws {
    try withTemporaryFolder { folder in
      let inbox = try inbox(in: folder)
      try FileManager.default.createDirectory(
        atPath: inbox.folder.appending("folder").string, withIntermediateDirectories: false)
      try FileManager.default.createSymbolicLink(
        atPath: inbox.folder.appending("link").string, withDestinationPath: "/etc/hostname")
      #expect(mkfifo(inbox.folder.appending("pipe").string, 0o600) == 0)
      let listing = try inbox.listing()
      #expect(listing.files.isEmpty)
      #expect(listing.unminable.map(\.name) == ["folder", "link", "pipe"])
    }
  }

  private func inbox(in folder: FilePath) throws -> Inbox {
    try FileManager.default.createDirectory(
      atPath: folder.appending("inbox").string, withIntermediateDirectories: false)
    return Inbox(folder: folder.appending("inbox"))
  }
}

extension Settling {
  fileprivate mutating func pick(from files: [FolderEntry]) -> [String] {
    pick(from: files, limit: .max, now: .now).whole.map(\.name)
  }
}

private func write(_ bytes: ArraySlice<UInt8>, to file: FilePath) throws {
  try Data(bytes).write(to: URL(filePath: file.string))
  awaitClosed(file)
}

/// Waits until nobody has a file open for writing: a child that another test is starting has a copy of each descriptor until its
/// program begins.
private func awaitClosed(_ file: FilePath) {
  while file.isBeingWritten { usleep(1_000) }
}
