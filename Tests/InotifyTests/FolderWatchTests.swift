import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Inotify

/// One at a time: a watch that another test adds recreates all of them, and only a second `.watched` reveals the
/// events lost meanwhile.
@Suite(.serialized, .timeLimit(.minutes(5))) struct `A folder's watch` {
  @Test func `says that it watches before anything has happened`() async throws {
    try await withTemporaryFolder { folder in
      let watched = Watched(folder)
      defer { watched.watch.cancel() }
      await watched.next(.watch(.watched))
    }
  }

  @Test func `names what is moved in, and tells that something was written`() async throws {
    try await withTemporaryFolder { folder in
      let watched = Watched(folder)
      defer { watched.watch.cancel() }
      await watched.next(.watch(.watched))
      try write(folder.appending(".draft"))
      await watched.next(.written)
      let name = FilePath.Component("süß \n 🚗.jpg")
      try FileManager.default.moveItem(
        atPath: folder.appending(".draft").string, toPath: folder.appending(name).string)
      await watched.next(.movedIn(name))
    }
  }

  @Test func `goes on when its folder was deleted and made again`() async throws {
    try await withTemporaryFolder { parent in
      let folder = try makeFolder(parent.appending("inbox"))
      let watched = Watched(folder)
      defer { watched.watch.cancel() }
      await watched.next(.watch(.watched))
      try FileManager.default.removeItem(atPath: folder.string)
      await watched.next(.watch(.missing))
      try makeFolder(folder)
      await watched.next(.watch(.watched))
      try write(folder.appending("a.jpg"))
      await watched.next(.written)
    }
  }

  @Test func `follows the path when another folder takes its place`() async throws {
    try await withTemporaryFolder { parent in
      let folder = try makeFolder(parent.appending("inbox"))
      let other = try makeFolder(parent.appending("other"))
      let watched = Watched(folder)
      defer { watched.watch.cancel() }
      await watched.next(.watch(.watched))
      try FileManager.default.moveItem(
        atPath: folder.string, toPath: parent.appending("old").string)
      try FileManager.default.moveItem(atPath: other.string, toPath: folder.string)
      await watched.next(.watch(.watched))
      try write(folder.appending("a.jpg"))
      await watched.next(.written)
    }
  }

  @Test func `waits for a folder that does not exist yet`() async throws {
    try await withTemporaryFolder { parent in
      let watched = Watched(parent.appending("later"))
      defer { watched.watch.cancel() }
      await watched.next(.watch(.missing))
      try makeFolder(parent.appending("later"))
      await watched.next(.watch(.watched))
    }
  }

  @Test func `leads through a symbolic link`() async throws {
    try await withTemporaryFolder { parent in
      let folder = try makeFolder(parent.appending("real"))
      let link = parent.appending("link")
      try FileManager.default.createSymbolicLink(
        atPath: link.string, withDestinationPath: folder.string)
      let watched = Watched(link)
      defer { watched.watch.cancel() }
      await watched.next(.watch(.watched))
      try write(folder.appending("a.jpg"))
      await watched.next(.written)
    }
  }

  @Test func `tells every watch of the same folder, but one that was cancelled`() async throws {
    try await withTemporaryFolder { folder in
      let cancelled = Watched(folder)
      await cancelled.next(.watch(.watched))
      cancelled.watch.cancel()
      let others = [Watched(folder), Watched(folder)]
      defer { for watched in others { watched.watch.cancel() } }
      for watched in others { await watched.next(.watch(.watched)) }
      try write(folder.appending("a.jpg"))
      for watched in others { await watched.next(.written) }
      #expect(await !cancelled.everything.contains(.written))
    }
  }

  @Test func `says which limit to raise when the kernel refuses`() {
    let watches = WatchRefused(folder: "/inbox", reason: .noSpace)
    #expect("\(watches)".contains("/inbox") && "\(watches)".contains("fs.inotify.max_user_watches"))
    let instances = WatchRefused(folder: "/inbox", reason: .tooManyOpenFiles)
    #expect("\(instances)".contains("fs.inotify.max_user_instances"))
  }

  @Test func `tells of a hard link, which nobody writes or moves`() async throws {
    try await withTemporaryFolder { parent in
      let folder = try makeFolder(parent.appending("inbox"))
      try write(parent.appending("a.jpg"))
      let watched = Watched(folder)
      defer { watched.watch.cancel() }
      await watched.next(.watch(.watched))
      try FileManager.default.linkItem(
        atPath: parent.appending("a.jpg").string, toPath: folder.appending("a.jpg").string)
      await watched.next(.created)
    }
  }

  /// statfs(2) lists them.
  @Test(
    arguments: [
      0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "SMB", 0xFE53_4D42: "SMB", 0x0102_1997: "9p",
      0x00C3_6400: "Ceph", 0x0BD0_0BD0: "Lustre", 0x5346_414F: "AFS", 0x6573_5546: "FUSE",
      // ext4, XFS, Btrfs, tmpfs, overlayfs.
      0xEF53: nil, 0x5846_5342: nil, 0x9123_683E: nil, 0x0102_1994: nil, 0x794C_7630: nil,
    ] as [UInt32: String?])
  func `knows file systems that other machines write to`(magic: UInt32, kind: String?) {
    #expect(remoteFileSystem(magic: magic) == kind)
  }

  @Test func `takes a local folder for local`() {
    #expect(remoteFileSystem(of: "/proc") == nil)
    #expect(remoteFileSystem(of: "/no/such/folder") == nil)
  }
}

/// A watch and all its news.
private struct Watched {
  let watch: FolderWatch
  private let news: AsyncStream<FolderNews>
  private let end: AsyncStream<FolderNews>.Continuation

  init(_ folder: FilePath) {
    let (news, end) = AsyncStream.makeStream(of: FolderNews.self)
    (self.news, self.end) = (news, end)
    watch = FolderWatch(folder) { end.yield($0) }
  }

  /// Waits for this news.
  func next(_ wanted: FolderNews) async {
    for await told in news where told == wanted { return }
  }

  /// The news that no test has waited for yet.
  var everything: [FolderNews] {
    get async {
      end.finish()
      var all: [FolderNews] = []
      for await told in news { all.append(told) }
      return all
    }
  }
}

private func write(_ file: FilePath) throws {
  try Data([1]).write(to: URL(filePath: file.string))
}

@discardableResult private func makeFolder(_ folder: FilePath) throws -> FilePath {
  try FileManager.default.createDirectory(
    atPath: folder.string, withIntermediateDirectories: false)
  return folder
}
