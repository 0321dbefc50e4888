internal import Detection
internal import Digest
internal import Durable
internal import Evaluation
internal import Files
internal import SystemPackage

/// The scores of held-out pictures in a file beside the ledger, so that the next process need not scan again.
///
/// The file starts with a digest of its contents. A file that is damaged, truncated, of another format or not Misfire's is
/// treated as missing.
struct HeldOutFile: Sendable {
  /// Scores by model and picture, each identified by a digest; the most recently used model comes last.
  typealias Contents = [(model: SHA256Digest, scores: [SHA256Digest: PictureScores])]

  private static let title = "misfire held-out scores 1\n"
  private static let file = OwnFile.text(
    "scores of held-out pictures", orElse: "name another state_path", beginning: [title])

  let path: FilePath
  /// A longer file cannot be one of ours.
  let byteLimit: Int

  func read() throws -> Contents {
    guard let file = folderEntry(at: path), file.kind == .file, file.byteCount <= byteLimit else {
      return []
    }
    let bytes: [UInt8]
    do {
      bytes = try path.firstBytes(file.byteCount)
    } catch is Errno {
      // The scores are computed again, and the file is replaced.
      return []
    }
    let start = Self.title.utf8.count
    guard bytes.starts(with: Self.title.utf8), bytes.count >= start + SHA256Digest.byteCount else {
      return []
    }
    let body = Array(bytes[(start + SHA256Digest.byteCount)...])
    guard
      SHA256Digest(of: body).bytes[...] == bytes[start..<(start + SHA256Digest.byteCount)]
    else { return [] }
    var reading = Reading(bytes: body)
    return reading.contents() ?? []
  }

  func write(_ contents: Contents) throws {
    var body: [UInt8] = []
    func add(_ number: UInt64) {
      body += (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    func add(_ numbers: [UInt64]) {
      add(UInt64(numbers.count))
      for number in numbers { add(number) }
    }
    for (model, scores) in contents {
      body += model.bytes
      add(UInt64(scores.count))
      // Sorted, so that the same scores give the same bytes.
      for (look, scores) in scores.sorted(by: {
        $0.key.bytes.lexicographicallyPrecedes($1.key.bytes)
      }) {
        body += look.bytes
        add(scores.objects.map { ($0 ?? .nan).bitPattern })
        add(scores.falsePositives.map(\.bitPattern))
      }
    }
    try Durable.write(
      Array(Self.title.utf8) + SHA256Digest(of: body).bytes + body, to: path, as: Self.file)
  }

  /// Parses a body; each method returns nil if the bytes end too early.
  private struct Reading {
    let bytes: [UInt8]
    var place = 0

    mutating func contents() -> Contents? {
      var contents: Contents = []
      while place < bytes.count {
        guard let model = digest(), let count = number() else { return nil }
        var scores: [SHA256Digest: PictureScores] = [:]
        for _ in 0..<count {
          guard let look = digest(), let objects = numbers(), let falsePositives = numbers() else {
            return nil
          }
          scores[look] = PictureScores(
            objects: objects.map { $0.isNaN ? nil : $0 }, falsePositives: falsePositives)
        }
        contents.append((model, scores))
      }
      return contents
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
      guard count <= bytes.count - place else { return nil }
      defer { place += count }
      return bytes[place..<(place + count)]
    }

    private mutating func digest() -> SHA256Digest? {
      take(SHA256Digest.byteCount).flatMap { SHA256Digest(bytes: Array($0)) }
    }

    /// A count of items that take at least a byte each.
    private mutating func number() -> Int? {
      guard let number = bits(), number <= UInt64(bytes.count) else { return nil }
      return Int(number)
    }

    private mutating func numbers() -> [Double]? {
      guard let count = number(), count <= (bytes.count - place) / 8 else { return nil }
      return (0..<count).map { _ in Double(bitPattern: bits()!) }
    }

    private mutating func bits() -> UInt64? {
      take(8)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}
