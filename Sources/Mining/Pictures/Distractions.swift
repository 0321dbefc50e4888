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

  init(_ settings: Settings, _ memory: PictureMemory = PictureMemory()) throws {
    let pictures = try listPictures(in: settings.require(\.imageDistractions), recursive: true)
    let heldOut = HeldOutShare(settings.validationShare)
    // Nothing to read where nothing is held out.
    guard heldOut.share > 0 else {
      (teaching, measuring) = (pictures, [])
      return
    }
    let isHeldOut = try concurrentMap(count: pictures.count, threads: settings.threads) {
      try heldOut.contains(memory.digest(of: pictures[$0]))
    }
    teaching = zip(pictures, isHeldOut).filter { !$1 }.map(\.0)
    measuring = zip(pictures, isHeldOut).filter { $1 }.map(\.0)
  }
}
