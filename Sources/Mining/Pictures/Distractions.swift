internal import Detection
internal import Digest
internal import Settings
internal import SystemPackage

/// The settings' pictures without the object, split into those that teach and those that measure; what a person
/// had forgotten does neither.
struct Distractions {
  /// May be drawn from and mined.
  let teaching: [FilePath]
  /// Held out by their content: never drawn from, never mined.
  let measuring: [FilePath]

  /// - Parameter forgotten: contents that are left out.
  init(
    _ settings: Settings, _ memory: PictureMemory = PictureMemory(),
    without forgotten: Set<SHA256Digest>
  ) throws {
    let pictures = try listPictures(in: settings.require(\.imageDistractions), recursive: true)
    let heldOut = HeldOutShare(settings.validationShare)
    // Nothing to read where nothing is held out.
    guard heldOut.share > 0 || !forgotten.isEmpty else {
      (teaching, measuring) = (pictures, [])
      return
    }
    let digests = try concurrentMap(count: pictures.count, threads: settings.threads) {
      try memory.digest(of: pictures[$0])
    }
    let known = zip(pictures, digests).filter { !forgotten.contains($1) }
    teaching = known.filter { !heldOut.contains($1) }.map(\.0)
    measuring = known.filter { heldOut.contains($1) }.map(\.0)
  }
}
