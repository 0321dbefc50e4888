internal import Corpus
internal import SystemPackage

extension Ledger {
  /// Finds pictures that were moved just before a crash, by their content, and records their places.
  func findPlaces(in folders: [FilePath]) throws {
    let unplaced = try unplaced()
    guard !unplaced.isEmpty else { return }
    // A picture that was moved has its own name, or one that begins and ends like it.
    let stems = Set(unplaced.map(\.name.stem))
    let entries = try folders.filter { folderEntry(at: $0) != nil }.flatMap { try listFolder($0) }
    for entry in entries where entry.kind == .file {
      let stem = entry.path.stem ?? ""
      guard stems.contains(stem) || stems.contains(String(stem.prefix { $0 != "~" })) else {
        continue
      }
      let digest = try PictureBytes(reading: entry.path).digest
      if unplaced.contains(where: { $0.sha256 == digest }) {
        try recordKept([(digest, entry.path)])
      }
    }
  }
}
