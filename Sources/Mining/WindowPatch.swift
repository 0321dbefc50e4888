package import Corpus
internal import Detecting
package import Detection
internal import Pictures
internal import Raster
internal import Settings
package import SystemPackage

/// What a mined window shows.
package enum WindowPatch: Sendable {
  /// The window's box in grey, as a PNG file, made smaller if it is more than twice the detector's window; the probability,
  /// in 0...1, that the live model gives it now, nil if there is no model; and the picture around it.
  case shown(png: [UInt8], probability: Double?, picture: PictureThumbnail)
  /// Why it cannot be displayed.
  case missing(String)
}

/// A whole picture in grey, small enough for a page that shows many.
package struct PictureThumbnail: Sendable, Equatable {
  package let jpeg: [UInt8]
  /// The picture's own size, to which boxes refer.
  package let size: PixelSize

  /// - Parameter longestSide: in pixels; smaller pictures keep their size.
  init(of picture: GrayImage, longestSide: Int = 360) throws {
    let longest = max(picture.width, picture.height)
    let part = min(1, Double(longestSide) / Double(longest))
    let size = PixelSize(
      width: max(1, Int(Double(picture.width) * part)),
      height: max(1, Int(Double(picture.height) * part)))
    self.size = picture.size
    jpeg = try Raster.encode(
      Raster.resize(picture, to: size), as: .jpeg(quality: 75))
  }
}

extension Miner {
  /// A file made small.
  /// - Parameter followingLink: whether to follow a link or refuse it.
  /// - Returns: nil if it is not a readable picture.
  /// - Throws: if the machine fails.
  package func thumbnail(of file: FilePath, longestSide: Int = 360, followingLink: Bool) throws
    -> PictureThumbnail?
  {
    try thumbnail(longestSide) {
      try PictureBytes(
        reading: file, maximumCount: setup.reader.maximumByteCount, followingLink: followingLink)
    }
  }

  /// A picture of the ledger made small.
  /// - Returns: nil if it was not kept or cannot be read, or another picture has taken its place.
  /// - Throws: if the machine fails.
  package func thumbnail(of picture: PictureRecord, longestSide: Int) throws -> PictureThumbnail? {
    guard let path = picture.kept else { return nil }
    return try thumbnail(longestSide) {
      try PictureBytes(
        kept: path, as: picture.sha256, maximumCount: setup.reader.maximumByteCount)
    }
  }

  private func thumbnail(_ longestSide: Int, of bytes: () throws -> PictureBytes) throws
    -> PictureThumbnail?
  {
    do {
      return try PictureThumbnail(of: bytes().decoded(by: setup.reader), longestSide: longestSide)
    } catch let error as PictureUnreadable where !error.isMachineFailing {
      return nil
    } catch let error where error is PictureRefused || error is PictureChanged {
      return nil
    }
  }

  /// Cuts windows out of their pictures, each of which is read once.
  /// - Returns: a patch for each window, in their order.
  /// - Throws: if the machine fails.
  package func patches(of windows: [MinedWindow]) throws -> [WindowPatch] {
    let byPicture = Dictionary(grouping: windows, by: \.digest).values
    let patches = Dictionary(
      uniqueKeysWithValues: try byPicture.flatMap {
        zip($0.map(\.id), try self.patches(ofOnePicture: $0))
      })
    return windows.map { patches[$0.id]! }
  }

  private func patches(ofOnePicture windows: [MinedWindow]) throws -> [WindowPatch] {
    func missing(_ reason: String) -> [WindowPatch] { windows.map { _ in .missing(reason) } }
    guard let path = windows[0].picture else { return missing("its picture was not kept") }
    do {
      let bytes = try PictureBytes(
        kept: path, as: windows[0].digest, maximumCount: setup.reader.maximumByteCount)
      let picture = try bytes.decoded(by: setup.reader)
      let whole = try PictureThumbnail(of: picture)
      return try windows.map { try patch(of: $0, in: picture, whole) }
    } catch let error as PictureUnreadable where !error.isMachineFailing {
      return missing(error.advice)
    } catch let error as PictureRefused {
      return missing(error.reason)
    } catch is PictureChanged {
      return missing("another picture has taken its place")
    }
  }

  private func patch(
    of window: MinedWindow, in picture: GrayImage, _ whole: PictureThumbnail
  ) throws -> WindowPatch {
    let box = window.hardNegative.box.clipped(to: picture.size)
    guard !box.isEmpty else { return .missing("it is outside its picture") }
    let largest = PixelSize(
      width: 2 * setup.hog.window.width, height: 2 * setup.hog.window.height)
    let isLarge = box.size.width > largest.width || box.size.height > largest.height
    let patch =
      isLarge ? Raster.resize(picture, cutTo: box, to: largest) : picture.cropped(to: box)
    let probability = detector.map { detector in
      let features = detector.scanner.features(of: [box], in: picture)
      return detector.model.sigmoid.probability(of: detector.model.margin(of: features))
    }
    return .shown(
      png: try Raster.encode(patch, as: .png), probability: probability, picture: whole)
  }
}
