import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Durable

/// The bytes of a file as text; nil if there is no file.
private func text(_ path: FilePath) -> String? {
  FileManager.default.contents(atPath: path.string).map { String(decoding: $0, as: UTF8.self) }
}

/// This process's descriptors of a file.
private func descriptors(of path: FilePath) throws -> [FileDescriptor] {
  try names("/proc/self/fd").compactMap { name in
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
    return target == path.string ? Int32(name).map { FileDescriptor(rawValue: $0) } : nil
  }
}

private func names(_ folder: FilePath) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
}

private struct Refusal: Error {}

/// A folder on another file system than the temporary folder.
private let otherDisk = FilePath("/dev/shm")

/// The system's disk; counts the attempts to rename a file.
private final class RenamesCountingDisk: Disk {
  private let renames = Atomic(0)

  var count: Int { renames.load(ordering: .relaxed) }

  func perform(_ operation: DiskOperation) throws(DurableError) {
    if case .rename = operation { renames.wrappingAdd(1, ordering: .relaxed) }
    try SystemDisk().perform(operation)
  }
}

@Suite struct `Replacing a file` {
  @Test func `leaves the new bytes and no draft`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending("model.hdf5")
      try Durable.write("old".utf8, to: file)
      try Durable.write("new".utf8, to: file)
      #expect(text(file) == "new")
      #expect(try names(folder) == ["model.hdf5"])
    }
  }

  @Test func `keeps the old bytes when writing the new ones fails`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending("model.hdf5")
      try Durable.write("old".utf8, to: file)
      #expect(throws: Refusal.self) {
        try Durable.replace(file) { draft in
          #expect(draft == folder.appending("model.hdf5.draft"))
          try "half".write(toFile: draft.string, atomically: false, encoding: .utf8)
          throw Refusal()
        }
      }
      #expect(text(file) == "old")
      #expect(try names(folder) == ["model.hdf5"])
    }
  }

  @Test func `replaces what a symbolic link leads to`() throws {
    try withTemporaryFolder { folder in
      try Durable.createFolder(folder.appending("elsewhere"))
      let real = folder.appending("elsewhere/features.hdf5")
      let link = folder.appending("features.hdf5")
      try Durable.write("old".utf8, to: real)
      try FileManager.default.createSymbolicLink(
        atPath: link.string, withDestinationPath: "elsewhere/features.hdf5")
      try Durable.write("new".utf8, to: link)
      #expect(text(real) == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.string) != "")
    }
  }

  @Test func `begins nothing without the room for it`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending("huge.hdf5")
      let error = try #require(throws: DurableError.self) {
        try Durable.replace(file, size: 1 << 60) { _ in Issue.record("it began") }
      }
      #expect(error.isDiskFull)
      #expect(error.description.contains("\(file): it needs 1152921504607 MB"))
      #expect(try names(folder) == [])
    }
  }
}

@Suite struct `Moving files` {
  @Test func `never overwrites one of the same name`() throws {
    try withTemporaryFolder { folder in
      let inbox = folder.appending("inbox")
      let mined = folder.appending("mined")
      try Durable.createFolder(inbox)
      try Durable.createFolder(mined)
      for content in ["first", "second", "third"] {
        try Durable.write(content.utf8, to: inbox.appending("car.jpg"))
        try Durable.move(inbox.appending("car.jpg"), into: mined)
      }
      #expect(try names(mined) == ["car.jpg", "car~2.jpg", "car~3.jpg"])
      #expect(text(mined.appending("car.jpg")) == "first")
      #expect(text(mined.appending("car~3.jpg")) == "third")
      #expect(try names(inbox) == [])
    }
  }

  @Test(arguments: [2, 3, 1000, 1024])
  func `finds a free name among many in a few steps`(taken: Int) throws {
    try withTemporaryFolder { folder in
      let mined = folder.appending("mined")
      try Durable.createFolder(mined)
      for copy in 1...taken {
        let name = copy == 1 ? "latest.jpg" : "latest~\(copy).jpg"
        #expect(FileManager.default.createFile(atPath: mined.appending(name).string, contents: nil))
      }
      try Durable.write("new".utf8, to: folder.appending("latest.jpg"))
      let disk = RenamesCountingDisk()
      let place = try Durable.$disk.withValue(disk) {
        try Durable.move(folder.appending("latest.jpg"), into: mined)
      }
      #expect(place == mined.appending("latest~\(taken + 1).jpg"))
      #expect(disk.count == 2)
      #expect(text(place) == "new")
    }
  }

  @Test(.enabled(if: FileManager.default.isWritableFile(atPath: otherDisk.string)))
  func `crosses file systems and never overwrites there either`() throws {
    try withTemporaryFolder { folder in
      let mined = otherDisk.appending("misfire-\(UUID().uuidString)")
      try Durable.createFolder(mined)
      defer { try? FileManager.default.removeItem(atPath: mined.string) }
      for content in ["first", "second"] {
        try Durable.write(content.utf8, to: folder.appending("car.jpg"))
        try Durable.move(folder.appending("car.jpg"), into: mined)
      }
      #expect(try names(mined) == ["car.jpg", "car~2.jpg"])
      #expect(text(mined.appending("car~2.jpg")) == "second")
      #expect(try names(folder) == [])
    }
  }

  @Test(arguments: ["x", "é", "🚗"])
  func `keeps the longest names valid`(letter: String) throws {
    try withTemporaryFolder { folder in
      let mined = folder.appending("mined")
      try Durable.createFolder(mined)
      let name =
        String(repeating: "a", count: 251 % letter.utf8.count)
        + String(repeating: letter, count: 251 / letter.utf8.count) + ".jpg"
      #expect(name.utf8.count == 255)
      for _ in 0..<2 {
        try Durable.write("car".utf8, to: folder.appending("x"))
        try FileManager.default.moveItem(
          atPath: folder.appending("x").string, toPath: folder.appending(name).string)
        let place = try Durable.move(folder.appending(name), into: mined)
        try Durable.write("why".utf8, to: place.sibling(".reason.txt"))
      }
      let found = try names(mined)
      #expect(found.count == 4 && found.allSatisfy { $0.utf8.count <= 255 })
      #expect(found.contains(name))
      #expect(found.count { $0.hasSuffix("~2.jpg") } == 1)
    }
  }

  @Test func `takes many at once, each to its own place`() throws {
    try withTemporaryFolder { folder in
      let mined = folder.appending("mined")
      try Durable.createFolder(mined)
      let files = (0..<100).map { folder.appending("\($0).jpg") }
      for file in files {
        try file.string.write(toFile: file.string, atomically: false, encoding: .utf8)
      }
      let moved = try Durable.move(files, into: mined).map { try $0.get() }
      #expect(moved == files.map { mined.appending($0.lastComponent!) })
      #expect(moved.map(text) == files.map(\.string))
      #expect(try names(folder) == ["mined"])
    }
  }

  @Test func `goes on past a file that has vanished`() throws {
    try withTemporaryFolder { folder in
      let mined = folder.appending("mined")
      try Durable.createFolder(mined)
      try Durable.write("car".utf8, to: folder.appending("b.jpg"))
      let moved = try Durable.move(
        [folder.appending("a.jpg"), folder.appending("b.jpg")], into: mined)
      #expect(throws: DurableError.self) { try moved[0].get() }
      #expect(try moved[1].get() == mined.appending("b.jpg"))
    }
  }

  /// While the inbox was read-only, each attempt used to leave another copy.
  @Test func `leaves no copy on another disk of what cannot be removed from the first`() throws {
    struct ReadOnlyDisk: Disk {
      let folder: FilePath

      func perform(_ operation: DiskOperation) throws(DurableError) {
        switch operation {
        case .rename(let source, _) where source.folder == folder:
          throw DurableError(.improperLink, "move", source)
        case .remove(let file) where file.folder == folder && file.lastComponent == "a":
          throw DurableError(.readOnlyFileSystem, "remove", file)
        default: try SystemDisk().perform(operation)
        }
      }
    }
    try withTemporaryFolder { folder in
      let aside = folder.appending("aside")
      try Durable.createFolder(aside)
      for name in ["a", "b"] { try Durable.write(name.utf8, to: folder.appending(name)) }
      let moved = try Durable.$disk.withValue(ReadOnlyDisk(folder: folder)) {
        try Durable.move(["a", "b"].map { folder.appending($0) }, into: aside)
      }
      #expect(throws: DurableError.self) { try moved[0].get() }
      #expect(try moved[1].get() == aside.appending("b"))
      #expect(try names(folder) == ["a", "aside"] && names(aside) == ["b"])
    }
  }

  @Test func `moves pipes, links and folders as they are`() throws {
    try withTemporaryFolder { folder in
      let aside = folder.appending("aside")
      try Durable.createFolder(aside)
      try Durable.createFolder(folder.appending("folder"))
      #expect(mkfifo(folder.appending("pipe").string, 0o600) == 0)
      try FileManager.default.createSymbolicLink(
        atPath: folder.appending("link").string, withDestinationPath: "nowhere")
      for name in ["folder", "pipe", "link"] {
        #expect(
          try Durable.move(folder.appending(name), into: aside) == aside.appending(name))
      }
    }
  }
}

@Suite struct `Reading a file that may grow` {
  @Test(arguments: [0, 1, 1 << 18, (1 << 18) + 1, 3_000_000])
  func `gives all of it, up to the limit`(size: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("file")
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      try Data(bytes).write(to: URL(filePath: path.string))
      for limit in [size, size + 1, 2 * size + 1, 100 << 20] {
        #expect(try contents(path, atMost: limit) == bytes)
      }
      if size > 0 {
        #expect(throws: Errno.fileTooLarge) { try contents(path, atMost: size - 1) }
      }
    }
  }

  @Test(arguments: [1, 1000, 1 << 18, 40 << 20])
  func `ends one byte after the limit where there is no end`(limit: Int) throws {
    #expect(throws: Errno.fileTooLarge) { try contents("/dev/zero", atMost: limit) }
  }

  @Test func `refuses one that grows over the limit meanwhile`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("file")
      let limit = 64 << 20
      let growing = try GrowingFile(path, size: limit, growth: 1 << 40)
      defer { growing.stop() }
      #expect(throws: Errno.fileTooLarge) { try contents(path, atMost: limit) }
    }
  }

  /// Copying to another file system used to continue for as long as somebody wrote to the file.
  @Test func `copies what was there when the copy began`() throws {
    try withTemporaryFolder { folder in
      let (path, copy) = (folder.appending("file"), folder.appending("copy"))
      let growing = try GrowingFile(path, size: 64 << 20, growth: 128 << 20)
      defer { growing.stop() }
      try Durable.copy(path, toDraft: copy)
      #expect(try copy.stat().size == 64 << 20)
    }
  }

  private func contents(_ path: FilePath, atMost limit: Int) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly)
    return try file.closeAfter { try file.contents(atMost: limit) }
  }
}

@Suite struct `A file lock` {
  @Test func `cannot be taken by others, who may not read it`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.lock")
      _ = try FileLock(path)
      #expect(try path.stat().permissions == [.ownerReadWrite])
      // As an earlier release created it.
      #expect(chmod(path.string, 0o664) == 0)
      _ = try FileLock(path)
      #expect(try path.stat().permissions == [.ownerReadWrite])
    }
  }

  @Test func `is seen by others who do not take it`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.lock")
      #expect(FileLock.isHeld(path) == false && !path.exists)
      let lock = try FileLock(path)
      withExtendedLifetime(lock) { #expect(FileLock.isHeld(path) == true) }
      _ = consume lock
      #expect(FileLock.isHeld(path) == false)
    }
  }

  @Test func `says who holds it, and waits`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.lock")
      let (heard, heardEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
      let isHeld = DispatchSemaphore(value: 0)
      FileLock.hearWaiting { wait in
        switch wait {
        case .begun(let held):
          if held.whileWaiting == "waiting for the lock \(path), held by process \(getpid())" {
            heard.signal()
          }
        case .over(path, let time): if time >= .seconds(1) { heardEnd.signal() }
        default: break
        }
      }
      do {
        let lock = try FileLock(path)
        Thread.detachNewThread {
          if (try? FileLock.holding(path) { true }) == true { isHeld.signal() }
        }
        #expect(heard.wait(timeout: .now() + 60) == .success)
        #expect(isHeld.wait(timeout: .now() + 0.1) == .timedOut)
        #expect(heardEnd.wait(timeout: .now()) == .timedOut)
        _ = consume lock
      }
      #expect(heardEnd.wait(timeout: .now() + 60) == .success)
      #expect(isHeld.wait(timeout: .now() + 60) == .success)
    }
  }

  /// A child has a copy of each descriptor from its start until its program begins.
  @Test func `is free once released, whoever has a copy of its descriptor`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.lock")
      var copies: [FileDescriptor] = []
      defer { for copy in copies { try? copy.close() } }
      do {
        let lock = try FileLock(path)
        copies = try descriptors(of: path).map { try $0.duplicate() }
        #expect(throws: FileLock.Held.self) { _ = try FileLock(path) }
        _ = consume lock
      }
      #expect(copies.count == 1)
      _ = try FileLock(path)
    }
  }

  @Test func `leaves somebody's file that it locks as it is`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.lock")
      try Data("notes".utf8).write(to: URL(filePath: path.string))
      #expect(chmod(path.string, 0o664) == 0)
      _ = try FileLock(path)
      #expect(try path.stat().permissions.rawValue == 0o664)
      #expect(try String(contentsOfFile: path.string, encoding: .utf8) == "notes")
    }
  }

  /// A process that could read the file but not write it used to leave the last holder's number there.
  @Test func `does not blame a process that has ended`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.lock")
      let dead = try ChildProcess("/usr/bin/true", [])
      #expect(dead.waitUntilExit() == 0)
      try Data("\(dead.processID)\n".utf8).write(to: URL(filePath: path.string))
      let file = try FileDescriptor.open(path, .readOnly)
      defer { try? file.close() }
      #expect(flock(file.rawValue, LOCK_EX) == 0)
      let error = #expect(throws: FileLock.Held.self) { _ = try FileLock(path) }
      #expect(error?.processID == nil)
      #expect(error?.description == "\(path) is locked by another process")
    }
  }

  @Test func `is held by one at a time, who is named`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.lock")
      do {
        let lock = try FileLock(path)
        let error = #expect(throws: FileLock.Held.self) { _ = try FileLock(path) }
        #expect(error?.processID == Int(ProcessInfo.processInfo.processIdentifier))
        _ = consume lock
      }
      _ = try FileLock(path)
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible)) func `needs no room on a full disk`() throws {
    try withSmallDisk(bytes: 1 << 20) { disk in
      let path = disk.appending("state.lock")
      try Data().write(to: URL(filePath: path.string))
      try SmallDisk.fill(with: disk.appending("ballast"))
      let lock = try FileLock(path)
      let error = #expect(throws: FileLock.Held.self) { _ = try FileLock(path) }
      #expect(error?.description == "\(path) is locked by another process")
      _ = consume lock
    }
  }
}
