internal import Corpus
internal import Detection
internal import Raster
internal import Settings
internal import SystemPackage

/// What a mined window shows.
public enum WindowPatch: Sendable {
  /// The window's box in grey, as a PNG file, made smaller where it is more than twice the detector's window; and the
  /// probability, in 0...1, that the live model gives it now; nil where there is no model.
  case shown(png: [UInt8], probability: Double?)
  /// Why it cannot be shown.
  case missing(String)
}

extension Miner {
  /// Cuts windows out of their pictures, each of which is read once.
  /// - Returns: a patch for each window, in their order.
  /// - Throws: what is wrong with the machine.
  public func patches(of windows: [MinedWindow]) throws -> [WindowPatch] {
    var patches = [WindowPatch](repeating: .missing(""), count: windows.count)
    let byPicture = Dictionary(grouping: windows.indices) { windows[$0].digest }
    for indices in byPicture.values {
      do {
        let picture = try picture(of: windows[indices[0]])
        for index in indices { patches[index] = try patch(of: windows[index], in: picture) }
      } catch let error as PictureUnreadable where !error.isMachineFailing {
        for index in indices { patches[index] = .missing(error.advice) }
      } catch let error as PictureRefused {
        for index in indices { patches[index] = .missing(error.reason) }
      }
    }
    return patches
  }

  private func picture(of window: MinedWindow) throws -> GrayImage {
    guard let path = window.picture else {
      throw PictureRefused(
        path: FilePath(root: nil, [window.name]), reason: "its picture was not kept")
    }
    let bytes = try PictureBytes(reading: path, maximumCount: settings.maximumByteCount)
    guard bytes.digest == window.digest else {
      throw PictureRefused(path: path, reason: "another picture is in its place")
    }
    return try bytes.decoded(maximumPixels: settings.maximumPixels)
  }

  private func patch(of window: MinedWindow, in picture: GrayImage) throws -> WindowPatch {
    let box = window.hardNegative.box.clipped(to: picture.size)
    guard !box.isEmpty else { return .missing("it lies beyond its picture") }
    let largest = PixelSize(
      width: 2 * settings.hog.window.width, height: 2 * settings.hog.window.height)
    let isLarge = box.size.width > largest.width || box.size.height > largest.height
    let patch =
      isLarge ? Raster.resize(picture, cutTo: box, to: largest) : picture.cropped(to: box)
    let probability = detector.map { detector in
      let features = detector.scanner.features(of: [box], in: picture)
      return detector.model.sigmoid.probability(of: detector.model.margin(of: features))
    }
    return .shown(png: try Raster.encode(patch, as: .png), probability: probability)
  }
}
