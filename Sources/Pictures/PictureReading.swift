package import Detection
package import Digest
internal import Files
package import Raster
package import Settings
package import SystemPackage

/// What identifies a picture, wherever it is stored.
package struct PictureContent: Hashable, Sendable {
  package let digest: SHA256Digest
  package let byteCount: Int

  package init(digest: SHA256Digest, byteCount: Int) {
    self.digest = digest
    self.byteCount = byteCount
  }
}

/// A picture's bytes as they were read, and the digest that identifies them.
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
  ///   - maximumCount: the most bytes; a longer file is refused, and so is one that grows longer while it is read.
  ///   - followingLink: whether to follow a link or refuse it.
  package init(
    reading path: FilePath, maximumCount: Int = PictureReader.largestByteCount,
    followingLink: Bool = true
  ) throws(PictureUnreadable) {
    do {
      // Without O_NONBLOCK, opening a FIFO would wait for a writer.
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

  /// Reads a picture that was mined or held out.
  /// - Throws: `PictureChanged` if another picture has taken its place.
  package init(
    kept path: FilePath, as digest: SHA256Digest, maximumCount: Int = PictureReader.largestByteCount
  )
    throws
  {
    try self.init(reading: path, maximumCount: maximumCount)
    guard self.digest == digest else { throw PictureChanged(path: path) }
  }

  /// The grey picture, as the lesson reads it, with its colours if the descriptor uses them.
  /// - Parameters:
  ///   - maximumPixels: overrides the reader's limit.
  ///   - isHurried: whether to allow a tenth of the time, which is enough for nearly all pictures.
  /// - Throws: `PictureRefused`, `PictureSlow`, or `RasterError` if the machine cannot decode any picture.
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

/// The system did not let a file be read.
package struct PictureUnreadable: Error, CustomStringConvertible {
  package let path: FilePath
  package let reason: Errno

  package init(path: FilePath, reason: Errno) {
    self.path = path
    self.reason = reason
  }

  /// Whether the machine is at fault rather than this file: waiting can help, and moving the file may fail too.
  ///
  /// I/O errors do not count: one bad sector must not block all other pictures, and if the whole disk fails, each
  /// picture stays where it is.
  package var isMachineFailing: Bool {
    [.tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory].contains(reason)
  }

  /// The problem, and what to do about it.
  package var advice: String {
    switch reason {
    case .invalidArgument: "it is not a regular file; give the path of a picture"
    case .fileTooLarge:
      "it is longer than any picture of max_megapixels; remove it, or raise max_megapixels"
    case .tooManySymbolicLinkLevels: "it is a link (\(reason)); put the picture itself there"
    case .ioError: "the disk failed: \(reason); copy it again, or check the disk"
    default: "it cannot be read: \(reason); \(reason.readingAdvice)"
    }
  }

  package var description: String { "\(path): \(advice)" }
}

/// A picture that takes too long to decode while others wait for it.
package struct PictureSlow: Error {}

/// A file was read but is not a usable picture.
package struct PictureRefused: Error, CustomStringConvertible {
  package let path: FilePath
  package let reason: String

  package var description: String { "\(path): \(reason)" }
}

extension PictureReader {
  /// The longest file, in bytes, that can be a picture of the allowed size: the least compact format takes eight
  /// bytes per pixel, and a few megabytes allow for a camera's other data.
  package var maximumByteCount: Int { Self.byteCount(ofPixels: maximumPixels) }

  /// The same for the most pixels that any settings can allow.
  package static let largestByteCount = byteCount(ofPixels: largestMaximumPixels)

  private static func byteCount(ofPixels pixels: Int) -> Int { 8 * pixels + 64 << 20 }

  /// Reads and decodes a picture.
  package func picture(at path: FilePath) throws -> GrayImage {
    try PictureBytes(reading: path, maximumCount: maximumByteCount).decoded(by: self)
  }
}
