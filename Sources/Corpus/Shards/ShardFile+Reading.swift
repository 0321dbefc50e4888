internal import Detection
internal import Digest
internal import Files
internal import HDF5
internal import SystemPackage

extension ShardFile {
  /// This many pictures are read at once, or fewer if they have many rows.
  private static let pictureBlock = 512
  private static let rowBlockBytes = 64 << 20

  /// Calls `body` with all pictures, some at a time and in their order.
  /// - Parameter withFeatures: if false, `features` are left empty.
  package func forEachBlock(withFeatures: Bool = true, _ body: ([ShardPicture]) throws -> Void)
    throws
  {
    let digests = try file.dataset(Name.digests)
    let numbers = try file.dataset(Name.numbers)
    let ends = try file.dataset(Name.textEnds)
    let texts = try file.dataset(Name.texts)
    var (row, textStart) = (0, 0)
    for block in stride(from: 0, to: pictureCount, by: Self.pictureBlock) {
      let range = block..<min(block + Self.pictureBlock, pictureCount)
      let digest = try digests.read(UInt8.self, rows: range)
      let number = try numbers.read(Int.self, rows: range)
      let end = try ends.read(Int.self, rows: range)
      guard textStart <= end.last ?? 0, end.last ?? 0 <= texts.rowCount, end == end.sorted(),
        end.first ?? textStart >= textStart
      else { throw damaged(Name.textEnds) }
      let text = try texts.read(UInt8.self, rows: textStart..<(end.last ?? textStart))
      var pictures: [ShardPicture] = []
      for index in 0..<range.count {
        let own = number[(index * Self.numberColumns)..<((index + 1) * Self.numberColumns)]
        let values = Array(own)
        let starts = (index == 0 ? textStart : end[2 * index - 1], end[2 * index])
        guard let outcome = ShardPicture.Outcome(rawValue: values[0]),
          values.dropFirst().allSatisfy(ShardPicture.counts.contains), values[4] <= rowCount - row,
          let path = FilePath(bytes: text[(starts.0 - textStart)..<(starts.1 - textStart)])
        else { throw damaged(Name.numbers) }
        let bytes = Array(digest[(index * 32)..<((index + 1) * 32)])
        var picture = ShardPicture(
          path: path, digest: bytes.allSatisfy { $0 == 0 } ? nil : SHA256Digest(bytes: bytes),
          byteCount: values[1], outcome: outcome,
          reason: String(
            decoding: text[(starts.1 - textStart)..<(end[2 * index + 1] - textStart)], as: UTF8.self
          ),
          windows: values[2], nanoseconds: values[3])
        guard values[4] == 0 || (outcome == .mined && picture.digest != nil) else {
          throw damaged(Name.numbers)
        }
        try addRows(row..<(row + values[4]), to: &picture, number: block + index, withFeatures)
        row += values[4]
        pictures.append(picture)
        let rowBytes = (1 + hog.featureCount) * MemoryLayout<Float>.stride
        if withFeatures,
          pictures.reduce(0, { $0 + $1.hardNegatives.count }) * rowBytes > Self.rowBlockBytes
        {
          try body(pictures)
          pictures = []
        }
      }
      textStart = end.last ?? textStart
      if !pictures.isEmpty { try body(pictures) }
    }
    guard row == rowCount else { throw damaged(Name.numbers) }
  }

  private func addRows(
    _ rows: Range<Int>, to picture: inout ShardPicture, number: Int, _ withFeatures: Bool
  ) throws {
    guard !rows.isEmpty else { return }
    let places = try file.dataset(Name.places).read(Int.self, rows: rows)
    let margins = try file.dataset(Name.margins).read(Double.self, rows: rows)
    let probabilities = try file.dataset(Name.probabilities).read(Double.self, rows: rows)
    picture.hardNegatives = try rows.indices.map { index in
      let at = index - rows.lowerBound
      let place = places[(at * Self.placeColumns)..<((at + 1) * Self.placeColumns)]
      let values = Array(place)
      let found = HardNegative(
        box: Box(x0: values[1], y0: values[2], x1: values[3], y1: values[4]), layer: values[5],
        margin: margins[at], probability: probabilities[at], isSetAside: values[6] != 0)
      guard values[0] == number, found.isPossible else { throw damaged(Name.places) }
      return found
    }
    guard withFeatures else { return }
    picture.features = try file.dataset(Name.rows)
      .read(Float.self, rows: rows, columns: 1..<(1 + hog.featureCount))
    guard picture.features.allSatisfy(\.isFinite) else { throw damaged(Name.rows) }
  }

  private func damaged(_ name: String) -> ShardError {
    ShardError(path, .damaged, "\(name) has impossible contents: mine it again")
  }
}
