package import Detection
package import Digest
internal import Files
package import Raster
package import Settings
package import SystemPackage

/// What a picture is told by, wherever it lies.
package struct PictureContent: Hashable, Sendable {
  package let digest: SHA256Digest
  package let byteCount: Int

  package init(digest: SHA256Digest, byteCount: Int) {
    self.digest = digest
    self.byteCount = byteCount
  }
}

/// The bytes of a picture as they were when it was read, and their name for good.
package struct PictureBytes: Sendable {
  package let path: FilePath
  package let bytes: [UInt8]
  package let digest: SHA256Digest
  private let owner: PictureOwner

  package var content: PictureContent {
    PictureContent(digest: digest, byteCount: bytes.count)
  }

  /// Reads a regular file once.
  /// - Parameters:
  ///   - maximumCount: longer files, and those that become longer while they are read, are refused.
  ///   - followingLink: whether a link is read as what it leads to, or refused.
  package init(
    reading path: FilePath, maximumCount: Int = PictureReader.largestByteCount,
    followingLink: Bool = true
  ) throws(PictureUnreadable) {
    do {
      // O_NONBLOCK: a FIFO without a writer would otherwise be waited for.
      let file = try FileDescriptor.open(
        path, .readOnly,
        options: followingLink
          ? [.closeOnExec, .nonBlocking] : [.closeOnExec, .nonBlocking, .noFollow])
      (bytes, owner) = try file.closeAfter {
        let status = try file.stat()
        guard status.type == .regular else { throw Errno.invalidArgument }
        return (
          try file.contents(atMost: maximumCount), PictureOwner(userID: status.userID.rawValue)
        )
      }
    } catch {
      throw PictureUnreadable(path: path, reason: error as? Errno ?? .ioError)
    }
    self.path = path
    digest = SHA256Digest(of: bytes)
  }

  /// Reads a picture that was kept.
  /// - Throws: `PictureChanged` where another is in its place.
  package init(
    kept path: FilePath, as digest: SHA256Digest, maximumCount: Int = PictureReader.largestByteCount
  )
    throws
  {
    try self.init(reading: path, maximumCount: maximumCount)
    guard self.digest == digest else { throw PictureChanged(path: path) }
  }

  /// The grey picture, as the lesson reads it, with its colours where the descriptor looks at them.
  /// - Parameters:
  ///   - maximumPixels: where others than the reader's are allowed.
  ///   - isHurried: with a tenth of the time, which nearly all pictures do with.
  /// - Throws: `PictureRefused`, `PictureSlow`, or the `RasterError` of a machine that cannot decode any picture.
  package func decoded(
    by reader: PictureReader, maximumPixels: Int? = nil, isHurried: Bool = false
  ) throws -> GrayImage {
    try decoded { bytes throws(RasterError) in
      try Raster.decodeGray(
        bytes, of: owner, keepingColors: reader.keepsColors,
        maximumPixels: maximumPixels ?? reader.maximumPixels, isHurried: isHurried)
    } ifOverdue: {
      if isHurried { throw PictureSlow() }
    }
  }

  /// The picture in colour, to draw on.
  package func decodedInColor(maximumPixels: Int) throws -> ColorImage {
    try decoded { bytes throws(RasterError) in
      try Raster.decodeColor(bytes, of: owner, maximumPixels: maximumPixels)
    }
  }

  private func decoded<Image>(
    _ decode: ([UInt8]) throws(RasterError) -> Image, ifOverdue: () throws -> Void = {}
  ) throws -> Image {
    do {
      return try decode(bytes)
    } catch  where error.isMachineFailing {
      throw error
    } catch {
      if case .overdue = error { try ifOverdue() }
      throw PictureRefused(path: path, reason: "\(error)")
    }
  }
}

/// A file that the machine would not let us read.
package struct PictureUnreadable: Error, CustomStringConvertible {
  package let path: FilePath
  package let reason: Errno

  package init(path: FilePath, reason: Errno) {
    self.path = path
    self.reason = reason
  }

  /// Whether the machine is to blame and not this file: waiting may help, moving it may not.
  ///
  /// An I/O error is not among these: one bad sector must not keep all other pictures waiting, and where the
  /// whole disk fails, each picture is left where it is.
  package var isMachineFailing: Bool {
    [.tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory].contains(reason)
  }

  /// What is wrong with it, and what to do.
  package var advice: String {
    switch reason {
    case .invalidArgument: "it is not a regular file; give the path of a picture"
    case .fileTooLarge:
      "it is longer than any picture of max_megapixels; remove it, or raise max_megapixels"
    case .tooManySymbolicLinkLevels: "it is a link (\(reason)); put the picture itself there"
    case .ioError: "the disk failed: \(reason); copy it again, or check the disk"
    default: "it cannot be read: \(reason); check that it exists and is readable"
    }
  }

  package var description: String { "\(path): \(advice)" }
}

/// A picture that takes longer to decode than others may wait for it.
package struct PictureSlow: Error {}

/// A file that was read and is no picture that can be used.
package struct PictureRefused: Error, CustomStringConvertible {
  package let path: FilePath
  package let reason: String

  package var description: String { "\(path): \(reason)" }
}

extension PictureReader {
  /// Longer files are no pictures of the pixels that are allowed: eight bytes each is what the wastefullest format takes,
  /// and some megabytes are for what else a camera writes.
  package var maximumByteCount: Int { Self.byteCount(ofPixels: maximumPixels) }

  /// The same for the most pixels that any settings allow.
  package static let largestByteCount = byteCount(ofPixels: largestMaximumPixels)

  private static func byteCount(ofPixels pixels: Int) -> Int { 8 * pixels + 64 << 20 }

  /// Reads and decodes a picture.
  package func picture(at path: FilePath) throws -> GrayImage {
    try PictureBytes(reading: path, maximumCount: maximumByteCount).decoded(by: self)
  }
}
