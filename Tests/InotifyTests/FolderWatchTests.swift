import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Inotify

@Suite struct `A folder's watch` {
  @Test func `says that it watches before anything has happened`() async throws {
    try await withTemporaryFolder { folder in
      let watch = FolderWatch(folder)
      defer { watch.cancel() }
      #expect(await watch.news { $0.state == .watched } != nil)
    }
  }

  @Test func `names what is moved in, and tells that something was written`() async throws {
    try await withTemporaryFolder { folder in
      let watch = FolderWatch(folder)
      defer { watch.cancel() }
      _ = await watch.news { $0.state == .watched }
      try write(folder.appending(".draft"))
      #expect(await watch.news { $0.wasWritten }?.movedIn == [])
      let name = try #require(FilePath.Component("süß \n 🚗.jpg"))
      try FileManager.default.moveItem(
        atPath: folder.appending(".draft").string, toPath: folder.appending(name).string)
      #expect(await watch.news { !$0.movedIn.isEmpty }?.movedIn == [name])
    }
  }

  @Test func `goes on when its folder was deleted and made again`() async throws {
    try await withTemporaryFolder { parent in
      let folder = try makeFolder(parent.appending("inbox"))
      let watch = FolderWatch(folder)
      defer { watch.cancel() }
      _ = await watch.news { $0.state == .watched }
      try FileManager.default.removeItem(atPath: folder.string)
      #expect(await watch.news { $0.state == .missing } != nil)
      try makeFolder(folder)
      _ = await watch.news { $0.state == .watched }
      try write(folder.appending("a.jpg"))
      #expect(await watch.news { $0.wasWritten } != nil)
    }
  }

  @Test func `follows the path when another folder takes its place`() async throws {
    try await withTemporaryFolder { parent in
      let folder = try makeFolder(parent.appending("inbox"))
      let other = try makeFolder(parent.appending("other"))
      let watch = FolderWatch(folder)
      defer { watch.cancel() }
      _ = await watch.news { $0.state == .watched }
      try FileManager.default.moveItem(
        atPath: folder.string, toPath: parent.appending("old").string)
      try FileManager.default.moveItem(atPath: other.string, toPath: folder.string)
      _ = await watch.news { $0.state == .watched }
      try write(folder.appending("a.jpg"))
      #expect(await watch.news { $0.wasWritten } != nil)
    }
  }

  @Test func `waits for a folder that does not exist yet`() async throws {
    try await withTemporaryFolder { parent in
      let watch = FolderWatch(parent.appending("later"))
      defer { watch.cancel() }
      _ = await watch.news { $0.state == .missing }
      try makeFolder(parent.appending("later"))
      #expect(await watch.news { $0.state == .watched } != nil)
    }
  }

  @Test func `leads through a symbolic link`() async throws {
    try await withTemporaryFolder { parent in
      let folder = try makeFolder(parent.appending("real"))
      let link = parent.appending("link")
      try FileManager.default.createSymbolicLink(
        atPath: link.string, withDestinationPath: folder.string)
      let watch = FolderWatch(link)
      defer { watch.cancel() }
      _ = await watch.news { $0.state == .watched }
      try write(folder.appending("a.jpg"))
      #expect(await watch.news { $0.wasWritten } != nil)
    }
  }

  @Test func `tells every watch of the same folder`() async throws {
    try await withTemporaryFolder { folder in
      let watches = [FolderWatch(folder), FolderWatch(folder)]
      defer { for watch in watches { watch.cancel() } }
      for watch in watches { _ = await watch.news { $0.state == .watched } }
      try write(folder.appending("a.jpg"))
      for watch in watches { #expect(await watch.news { $0.wasWritten } != nil) }
    }
  }

  @Test func `ends when it is cancelled`() async throws {
    try await withTemporaryFolder { folder in
      let watch = FolderWatch(folder)
      watch.cancel()
      #expect(await watch.news { _ in false } == nil)
    }
  }

  @Test func `remembers a bounded number of names`() {
    var news = FolderNews()
    for index in 0..<FolderNews.nameLimit + 10 {
      news.add(movedIn: FilePath.Component("\(index).jpg")!)
    }
    #expect(news.movedIn.count == FolderNews.nameLimit)
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
      let watch = FolderWatch(folder)
      defer { watch.cancel() }
      _ = await watch.news { $0.state == .watched }
      try FileManager.default.linkItem(
        atPath: parent.appending("a.jpg").string, toPath: folder.appending("a.jpg").string)
      #expect(await watch.news { $0.hasNewNames } != nil)
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

extension FolderWatch {
  /// The first news that fulfils `condition`; nil when the watch ended before.
  fileprivate func news(where condition: (FolderNews) -> Bool) async -> FolderNews? {
    for await news in self where condition(news) { return news }
    return nil
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
