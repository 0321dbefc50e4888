internal import Corpus
internal import Detection
internal import Digest
package import Files
internal import Pictures
internal import Settings
internal import Synchronization

// A progressive JPEG of many scans occupies a decoder for half a minute. `mineInbox` gives each picture a tenth of its time
// limit; slower pictures are decoded here, one at a time, while others are mined.

/// A slow picture, decoded or refused.
struct SlowPicture: Sendable {
  let sha256: SHA256Digest
  let decoded: Result<GrayImage, PictureRefused>
}

extension Miner {
  /// Decodes a slow picture, and keeps it for `mineInbox`, in place of an earlier one.
  /// - Throws: if the machine fails.
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
      // Mining it reports why.
    }
  }

  /// The pixels of a picture, or those already decoded.
  /// - Throws: `PictureSlow` if it is slow and `isHurried`.
  func decoded(_ picture: PictureBytes, isHurried: Bool) throws -> GrayImage {
    let slow = slowPicture.withLock { slow -> SlowPicture? in
      slow?.sha256 == picture.digest ? slow.take() : nil
    }
    return try slow?.decoded.get()
      ?? picture.decoded(by: setup.reader, isHurried: isHurried)
  }
}
