internal import Corpus
internal import Detection
internal import Digest
package import Files
internal import Pictures
internal import Settings
internal import Synchronization

// A progressive JPEG of many scans holds a decoder for half a minute. `mineInbox` gives each picture a tenth of the time
// that it may have; what takes longer is decoded here, one at a time, while others are mined.

/// A picture that took long, decoded or refused.
struct SlowPicture: Sendable {
  let sha256: SHA256Digest
  let decoded: Result<GrayImage, PictureRefused>
}

extension Miner {
  /// Decodes a picture that takes long, and keeps it for `mineInbox`; one that was kept before is let go.
  /// - Throws: what is wrong with the machine.
  package func decodeSlow(_ picture: FolderEntry) throws {
    do {
      let bytes = try PictureBytes(
        reading: picture.path, maximumCount: setup.reader.maximumByteCount, followingLink: false)
      guard try ledger.picture(bytes.digest) == nil else { return }
      let decoded: Result<GrayImage, PictureRefused>
      do {
        decoded = .success(try bytes.decoded(by: setup.reader))
      } catch let error as PictureRefused {
        decoded = .failure(error)
      }
      slowPicture.withLock { $0 = SlowPicture(sha256: bytes.digest, decoded: decoded) }
    } catch let error as PictureUnreadable where !error.isMachineFailing {
      // Whoever mines it says why.
    }
  }

  /// The pixels of a picture, where it was decoded already: those.
  /// - Throws: `PictureSlow` where it takes long and `isHurried`.
  func decoded(_ picture: PictureBytes, isHurried: Bool) throws -> GrayImage {
    let slow = slowPicture.withLock { slow -> SlowPicture? in
      slow?.sha256 == picture.digest ? slow.take() : nil
    }
    return try slow?.decoded.get()
      ?? picture.decoded(by: setup.reader, isHurried: isHurried)
  }
}
