package import Detection
internal import Digest
internal import Durable
internal import Files
internal import HDF5
package import SystemPackage

extension ShardFile {
  /// Builds a shard from the pictures of a draft and others without features.
  /// - Parameter others: pictures left out of the draft, because the next attempt may succeed with them.
  package static func write(
    _ path: FilePath, _ number: ShardNumber, _ origin: ShardOrigin, hog: HOGDescriptor,
    from draft: borrowing ShardDraft, and others: [ShardPicture]
  ) throws {
    var index = ShardIndex()
    try draft.forEachPicture { index.add($0) }
    for picture in others { index.add(picture) }
    let rowBytes = (1 + hog.featureCount) * MemoryLayout<Float>.stride
    try Durable.replace(path, as: .shard, size: index.rowCount * rowBytes + index.byteCount) {
      target in
      let file = try HDF5File(creating: target)
      var stream = SHA256Stream()
      stream.add(Array(try origin.line.utf8))
      stream.add([number.index, number.count])
      try index.write(to: file, &stream)
      let rows = try file.createDataset(
        Name.rows, of: Float.self, shape: [index.rowCount, 1 + hog.featureCount])
      var next = 0
      try draft.forEachPicture { picture in
        let count = picture.hardNegatives.count
        let added = LabelledRows(
          labels: [Float](repeating: -1, count: count), features: picture.features,
          featureCount: hog.featureCount)
        for block in (0..<count).blocks(rowBytes: rows.rowBytes) {
          let table = added.table(block)
          try rows.write(
            table, rows: (next + block.lowerBound)..<(next + block.upperBound))
          stream.add(table)
        }
        next += count
      }
      try file.set(hog)
      try file.setAttribute(Name.shard, [number.index, number.count])
      try file.setFixedAttribute(Name.origin, origin.line)
      try file.setFixedAttribute(Name.checksum, stream.finish().description)
      try file.close()
      try ShardFile(reading: target, for: hog).verify()
    }
  }
}

/// Everything in a shard except its rows.
private struct ShardIndex {
  private var digests: [UInt8] = []
  private var numbers: [Int] = []
  private var textEnds: [Int] = []
  private var texts: [UInt8] = []
  private var places: [Int] = []
  private var margins: [Double] = []
  private var probabilities: [Double] = []

  var rowCount: Int { margins.count }
  var byteCount: Int {
    digests.count + texts.count + 8 * (numbers.count + textEnds.count + places.count)
      + 16 * margins.count
  }

  mutating func add(_ picture: ShardPicture) {
    let number = numbers.count / ShardFile.numberColumns
    digests += picture.digest?.bytes ?? [UInt8](repeating: 0, count: SHA256Digest.byteCount)
    numbers += [
      picture.outcome.rawValue, picture.byteCount, picture.windows, picture.nanoseconds,
      picture.hardNegatives.count,
    ]
    texts += picture.path.bytes
    textEnds.append(texts.count)
    texts += picture.reason.utf8
    textEnds.append(texts.count)
    for found in picture.hardNegatives {
      places += [
        number, found.box.x0, found.box.y0, found.box.x1, found.box.y1, found.layer,
        found.isSetAside ? 1 : 0,
      ]
      margins.append(found.margin)
      probabilities.append(found.probability)
    }
  }

  func write(to file: borrowing HDF5File, _ stream: inout SHA256Stream) throws {
    let pictures = numbers.count / ShardFile.numberColumns
    try write(digests, [pictures, SHA256Digest.byteCount], ShardFile.Name.digests, file, &stream)
    try write(numbers, [pictures, ShardFile.numberColumns], ShardFile.Name.numbers, file, &stream)
    try write(textEnds, [pictures, 2], ShardFile.Name.textEnds, file, &stream)
    try write(texts, [texts.count], ShardFile.Name.texts, file, &stream)
    try write(places, [rowCount, ShardFile.placeColumns], ShardFile.Name.places, file, &stream)
    try write(margins, [rowCount], ShardFile.Name.margins, file, &stream)
    try write(probabilities, [rowCount], ShardFile.Name.probabilities, file, &stream)
  }

  private func write<Number: HDF5Number>(
    _ numbers: [Number], _ shape: [Int], _ name: String, _ file: borrowing HDF5File,
    _ stream: inout SHA256Stream
  ) throws {
    let dataset = try file.createDataset(name, of: Number.self, shape: shape)
    try dataset.write(numbers, rows: 0..<shape[0])
    stream.add(numbers)
  }
}
