package import Corpus
package import Digest
internal import Files
internal import Pictures
package import SystemPackage

extension Ledger {
  /// Finds pictures that were moved just before a crash, by their content, and records their places.
  package func findPlaces(in folders: [FilePath]) throws {
    try findPlaces(of: unplaced(), in: folders)
  }

  /// Searches for these pictures by their content, and records where they are.
  /// - Returns: those that were not found.
  @discardableResult
  package func findPlaces(of pictures: [PictureRecord], in folders: [FilePath]) throws
    -> [PictureRecord]
  {
    let places = try places(of: pictures, in: folders)
    if !places.isEmpty { try recordKept(places.map { ($0.key, $0.value) }) }
    return pictures.filter { places[$0.sha256] == nil }
  }

  /// Where these pictures are, by their content, among the files not known as another's.
  package func places(of pictures: [PictureRecord], in folders: [FilePath]) throws -> [SHA256Digest:
    FilePath]
  {
    var missing = Set(pictures.map(\.sha256))
    let names = Set(pictures.map(\.name.stem))
    let entries = try folders.filter { !missing.isEmpty && folderEntry(at: $0) != nil }
      .flatMap { try listFolder($0) }
    let candidates = entries.filter { entry in
      guard entry.kind == .file, let stem = entry.path.stem else { return false }
      // A picture that was moved has its own name, or one with a number: `car~2.jpg`.
      return names.contains(stem)
        || stem.lastIndex(of: "~").map { names.contains(String(stem[..<$0])) } ?? false
    }
    let known = try candidates.isEmpty ? [] : self.places()
    var places: [SHA256Digest: FilePath] = [:]
    for candidate in candidates where !missing.isEmpty && !known.contains(candidate.path) {
      do {
        let digest = try PictureBytes(reading: candidate.path).digest
        if missing.remove(digest) != nil { places[digest] = candidate.path }
      } catch {
        // An unreadable file may be one of them: it is still searched for.
        continue
      }
    }
    return places
  }
}
