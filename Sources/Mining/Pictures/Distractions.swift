internal import Detection
internal import Digest
internal import Settings
internal import SystemPackage

/// The settings' pictures without the object, split into those that teach and those that measure.
struct Distractions {
  /// May be drawn from and mined.
  let teaching: [FilePath]
  /// Held out by their content: never drawn from, never mined.
  let measuring: [FilePath]

  /// - Parameter leftOut: hears of what cannot be used.
  init(_ settings: Settings, _ leftOut: LeftOut, _ memory: PictureMemory = PictureMemory()) throws {
    let pictures = try listPictures(in: settings.require(\.imageDistractions), leftOut)
    let heldOut = HeldOutShare(settings.validationShare)
    // Nothing to read where nothing is held out.
    guard heldOut.share > 0 else {
      (teaching, measuring) = (pictures, [])
      return
    }
    let isHeldOut = try concurrentMap(count: pictures.count, threads: settings.threads) { index in
      try leftOut.unlessUnusable { try heldOut.contains(memory.digest(of: pictures[index])) }
    }
    teaching = zip(pictures, isHeldOut).filter { $1 == false }.map(\.0)
    measuring = zip(pictures, isHeldOut).filter { $1 == true }.map(\.0)
  }
}
