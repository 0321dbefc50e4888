public import Corpus
internal import Detection
internal import Digest
internal import Raster
internal import Settings
public import SystemPackage

/// A hard negative of the ledger, and where its picture is.
public struct MinedWindow: Sendable, Identifiable {
  /// Names it for `review`.
  public let id: HardNegativeRecord.ID
  /// The name under which its picture was first seen.
  public let name: FilePath.Component
  /// Where the picture is; nil where it was not kept.
  public let picture: FilePath?
  public let hardNegative: HardNegative
  /// The generation whose model misfired; nil for a model that has no number.
  public let generation: Int?
  fileprivate let digest: SHA256Digest

  init(_ found: Ledger.HardNegativeOfImage) {
    id = found.hardNegative.id
    name = found.image.name
    picture = found.image.kept
    hardNegative = found.hardNegative.hardNegative
    generation = found.hardNegative.generation
    digest = found.image.sha256
  }
}

extension Miner {
  /// The hard negatives that wait for a person, the most confident first.
  public func doubtedWindows() throws -> [MinedWindow] {
    try ledger.setAside(limit: .max).map(MinedWindow.init)
  }

  /// Ends a doubted window's wait.
  /// - Parameter isObject: whether it shows the object: it is kept out for good then, and trained on
  ///   as a hard negative otherwise.
  /// - Returns: false where no window of this id waits.
  public func review(_ id: MinedWindow.ID, isObject: Bool) throws -> Bool {
    try ledger.review(id, accept: !isObject)
  }

  /// The hard negatives that the models which found them were surest of, those first; of each picture one.
  public func hardestWindows(limit: Int) throws -> [MinedWindow] {
    try ledger.hardest(limit: limit).map(MinedWindow.init)
  }
}

/// What a mined window shows.
public struct WindowPatch: Sendable {
  /// The window's box in grey, as a PNG file, made smaller where it is more than twice the detector's window.
  public let png: [UInt8]
  /// The probability, in 0...1, that the live model gives it now; nil where there is no model.
  public let probability: Double?
}

extension Miner {
  /// Cuts a window out of its picture.
  /// - Returns: nil where the picture is no longer there, or another in its place.
  /// - Throws: what is wrong with the machine.
  public func patch(of window: MinedWindow) throws -> WindowPatch? {
    guard let image = try picture(of: window) else { return nil }
    let box = window.hardNegative.box.clipped(to: image.size)
    let largest = PixelSize(
      width: 2 * settings.hog.window.width, height: 2 * settings.hog.window.height)
    let isLarge = box.size.width > largest.width || box.size.height > largest.height
    let patch = isLarge ? Raster.resize(image, cutTo: box, to: largest) : image.cropped(to: box)
    return WindowPatch(
      png: try Raster.encode(patch, as: .png),
      probability: detector.map { detector in
        let features = detector.scanner.features(of: [box], in: image)
        return detector.model.sigmoid.probability(of: detector.model.margin(of: features))
      })
  }

  private func picture(of window: MinedWindow) throws -> GrayImage? {
    guard let path = window.picture else { return nil }
    do {
      let bytes = try PictureBytes(reading: path, maximumCount: settings.maximumByteCount)
      return bytes.digest == window.digest
        ? try bytes.decoded(maximumPixels: settings.maximumPixels) : nil
    } catch let error as PictureUnreadable where !error.isMachineFailing {
      return nil
    } catch is PictureRefused {
      return nil
    }
  }
}
