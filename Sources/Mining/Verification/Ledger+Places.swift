internal import Corpus
internal import Digest
internal import SystemPackage

extension Ledger {
  /// Finds pictures that were moved just before a crash, by their content, and records their places.
  func findPlaces(in folders: [FilePath]) throws {
    let unplaced = try unplaced()
    let places = try places(of: unplaced, in: folders)
    guard !places.isEmpty else { return }
    try recordKept(places.map { ($0.key, $0.value) })
  }

  /// Where these pictures are, by their content.
  func places(of images: [ImageRecord], in folders: [FilePath]) throws -> [SHA256Digest: FilePath] {
    guard !images.isEmpty else { return [:] }
    let wanted = Set(images.map(\.sha256))
    // A picture that was moved has its own name, or one that begins and ends like it.
    let stems = Set(images.map(\.name.stem))
    var places: [SHA256Digest: FilePath] = [:]
    let entries = try folders.filter { folderEntry(at: $0) != nil }.flatMap { try listFolder($0) }
    for entry in entries where entry.kind == .file {
      let stem = entry.path.stem ?? ""
      guard stems.contains(stem) || stems.contains(String(stem.prefix { $0 != "~" })) else {
        continue
      }
      do {
        let digest = try PictureBytes(reading: entry.path).digest
        if wanted.contains(digest) { places[digest] = entry.path }
      } catch {
        // What cannot be read is not known to be one of them: it stays looked for.
        continue
      }
    }
    return places
  }
}
