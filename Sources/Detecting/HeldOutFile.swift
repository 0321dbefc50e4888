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
    return Self.contents(of: body) ?? []
  }

  func write(_ contents: Contents) throws {
    var body = ByteRecord()
    for (model, scores) in contents {
      body.add(bytes: model.bytes)
      body.add(scores.count)
      // Sorted, so that the same scores give the same bytes.
      for (look, scores) in scores.sorted(by: {
        $0.key.bytes.lexicographicallyPrecedes($1.key.bytes)
      }) {
        body.add(bytes: look.bytes)
        for numbers in [scores.objects.map { $0 ?? .nan }, scores.falsePositives] {
          body.add(numbers.count)
          for number in numbers { body.add(number) }
        }
      }
    }
    try Durable.write(
      Array(Self.title.utf8) + SHA256Digest(of: body.bytes).bytes + body.bytes, to: path,
      as: Self.file)
  }

  /// Parses a body; nil if the bytes end too early.
  private static func contents(of body: [UInt8]) -> Contents? {
    var reading = ByteRecordReading(body)
    func digest() -> SHA256Digest? {
      reading.take(SHA256Digest.byteCount).flatMap { SHA256Digest(bytes: Array($0)) }
    }
    func numbers() -> [Double]? {
      reading.count(of: 8).map { count in (0..<count).compactMap { _ in reading.real() } }
    }
    var contents: Contents = []
    while !reading.isAtEnd {
      guard let model = digest(), let count = reading.count(of: SHA256Digest.byteCount) else {
        return nil
      }
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
}
