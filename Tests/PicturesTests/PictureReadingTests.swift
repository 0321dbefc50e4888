import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Pictures

@Suite struct `Reading a picture` {
  /// The length that the system reported used to be trusted, and the file read to its end, wherever that was.
  @Test func `refuses what is longer than it says, like what says it`() throws {
    // A regular file whose reported size is 0.
    for path in ["/proc/self/status", "/proc/self/exe"] as [FilePath] {
      let error = #expect(throws: PictureUnreadable.self) {
        try PictureBytes(reading: path, maximumCount: 100)
      }
      #expect(
        error?.description
          == "\(path): it is longer than any picture of max_megapixels; remove it, or raise max_megapixels"
      )
    }
  }

  /// A link can have replaced the picture since the inbox was listed, and lead to a file that its creator cannot
  /// read.
  @Test func `follows no link where it is told to follow none`() throws {
    try withTemporaryFolder { folder in
      let (path, link) = (folder.appending("picture.jpg"), folder.appending("link.jpg"))
      try Data("picture".utf8).write(to: URL(filePath: path.string))
      #expect(symlink(path.string, link.string) == 0)
      #expect(try PictureBytes(reading: link, maximumCount: 100).bytes.count == 7)
      let error = #expect(throws: PictureUnreadable.self) {
        try PictureBytes(reading: link, maximumCount: 100, followingLink: false)
      }
      #expect(
        error?.advice
          == "it is a link (Too many levels of symbolic links); put the picture itself there")
    }
  }
}
