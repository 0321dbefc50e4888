internal import Detection
internal import Digest
internal import Evaluation
internal import Files
internal import Pictures
internal import SystemPackage

/// The scores of held-out pictures in a file beside the ledger, so that the next process need not scan again.
struct HeldOutFile: Sendable {
  /// Scores by model and picture, each identified by a digest; the most recently used model comes last.
  typealias Contents = [(model: SHA256Digest, scores: [SHA256Digest: PictureScores])]

  private let file: RebuildableFile

  init(path: FilePath, byteLimit: Int) {
    file = RebuildableFile(
      path, title: "misfire held-out scores 1", byteLimit: byteLimit)
  }

  func read() -> Contents { file.read().flatMap { Self.contents(of: $0) } ?? [] }

  func write(_ contents: Contents) {
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
    file.write(body)
  }

  /// Parses a body; nil if the bytes end too early.
  private static func contents(of body: ByteRecordReading) -> Contents? {
    var reading = body
    func numbers() -> [Double]? {
      reading.count(of: 8).map { count in (0..<count).compactMap { _ in reading.real() } }
    }
    var contents: Contents = []
    while !reading.isAtEnd {
      guard let model = reading.digest(), let count = reading.count(of: SHA256Digest.byteCount)
      else { return nil }
      var scores: [SHA256Digest: PictureScores] = [:]
      for _ in 0..<count {
        guard let look = reading.digest(), let objects = numbers(), let falsePositives = numbers()
        else { return nil }
        scores[look] = PictureScores(
          objects: objects.map { $0.isNaN ? nil : $0 }, falsePositives: falsePositives)
      }
      contents.append((model, scores))
    }
    return contents
  }
}
